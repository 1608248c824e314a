# SPDX-License-Identifier: GPL-2.0-or-later
"""The units that `make install` installs: systemd verifies them, and a survey runs under what they prescribe, as far as that
is possible without a service manager, because systemd is not the init of the machines that run tests."""

import json
import os
import re
import shutil
import signal
import unittest

import network
import support

UNITS = ("hopwire-survey@.service", "hopwire-monitor@.service")
EXPOSURE_MOST = 20  # tenths


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd is not installed")
class UnitTest(support.HopwireTestCase):
    def install(self, *arguments):
        # The binary is as new as it has to be: other tests run it meanwhile.
        options = ("-s", "-C", support.ROOT, "-o", support.BINARY, f"BUILD={support.BINARY.parent}")
        return network.call("make", *map(str, options), *arguments)

    def instances(self):
        """The installed units whose names match, as files."""
        prefix = self.directory / "prefix"
        self.install("install", f"PREFIX={prefix}")
        for unit in UNITS:
            path = prefix / "lib/systemd/system" / unit
            self.assertIn(f"ExecStart={prefix}/bin/hopwire ", path.read_text())
            instance = path.with_name(unit.replace("@", "@world"))
            shutil.copy(path, instance)
            yield instance

    def test_systemd_takes_them_and_finds_them_safe(self):
        for instance in self.instances():
            with self.subTest(instance.name):
                done = network.run("systemd-analyze", "verify", instance)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                done = network.run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE_MOST}", instance)
                self.assertEqual(done.returncode, 0, done.stdout[-300:])

    def test_a_survey_of_days_keeps_nothing_waiting(self):
        """A oneshot unit counts as started once it has ended, so units that wait for its start would wait for days."""
        unit = (support.ROOT / "scripts/systemd" / UNITS[0]).read_text()
        self.assertIn("\nType=oneshot\n", unit)
        self.assertIn("\nDefaultDependencies=no\n", unit, "else multi-user.target waits")
        self.assertNotIn("ExecReload", unit, "systemd would do it after the start")


class Service:
    """Runs commands as the survey's unit does: with its user, its capabilities, only processes in /proc, and no new
    privileges."""

    def __init__(self, host, unit):
        self.host = host
        lent = re.search(r"(?m)^AmbientCapabilities=(.*)$", unit).group(1).lower().split()
        # LimitMEMLOCK= is another's to raise here.
        self.lent = ",".join(["-all", *(f"+{name.removeprefix('cap_')}" for name in lent), "+ipc_lock"])

    def command(self, *command):
        sets = ("--inh-caps", self.lent, "--ambient-caps", self.lent, "--bounding-set", self.lent, "--no-new-privs")
        user = ("setpriv", "--reuid", "61184", "--regid", "61184", "--clear-groups", *sets, *command)
        mount = 'mount -t proc -o subset=pid,hidepid=invisible proc /proc && exec "$@"'
        return self.host.command("unshare", "--mount", "sh", "-c", mount, "sh", *user)


@support.needs_root
class RunTest(support.HopwireTestCase):
    def test_a_survey_goes_on_within_the_units_limits(self):
        unit = (support.ROOT / "scripts/systemd" / UNITS[0]).read_text()
        arguments = re.search(r"(?m)^ExecStart=@BINDIR@/hopwire (.*) \$OPTIONS$", unit).group(1).split()
        host = self.namespace()
        host.ip("link add near type veth peer name far", "address add 198.18.0.1/24 dev near")
        host.ip("link set near up", "link set far up", "neigh add 198.18.0.9 lladdr 02:00:00:00:00:09 dev near")
        host.ip("route add default via 198.18.0.9")
        state = self.directory / "state"
        state.mkdir(mode=0o700)
        os.chown(state, 61184, 61184)
        self.directory.chmod(0o755)
        for times in range(2):
            process = self.start_hopwire(*arguments, "--cooldown", "0.2", "--rate", "500", "8.0.0.0/12", namespace=Service(host, unit), cwd=state)
            self.wait_for_line(process, " sent")
            process.send_signal(signal.SIGTERM)
            self.finish(process, 75)
            metadata = json.loads((state / "survey.csv.meta.json").read_text())
            self.assertEqual((metadata["stopped"], metadata["resumed"]), ("SIGTERM", times))
