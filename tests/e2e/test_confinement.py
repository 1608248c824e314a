# SPDX-License-Identifier: GPL-2.0-or-later
"""What a survey, a trace, a ping and a caracal may still do while they send probes: the kernel reports it for each thread,
and an intruder tries it within each thread."""

import errno
import json
import os
import pathlib
import re
import signal
import subprocess
import unittest

import intruder
import network
import support

NOBODY = 65534
NOTHING = "0" * 16
SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
TX = ("ring", "xsk", "live", "sendmmsg")
LASTS = ("--sim=realism=ideal", "--rate", "2k", "--max-ttl", "8", "16.0.0.0/10")

# Numbers of x86-64, with arguments that the kernel would take.
CALLS = {
    "open to read": (2, b"/etc/passwd", os.O_RDONLY),
    "openat to read": (257, -100, b"/etc/passwd", os.O_RDONLY),
    "openat to write": (257, -100, b"/tmp/intruder", os.O_WRONLY | os.O_CREAT, 0o600),
    "openat2": (437, -100, b"/etc/passwd", b"\0" * 24, 24),
    "execve": (59, b"/bin/true", 0, 0),
    "execveat": (322, -100, b"/bin/true", 0, 0, 0),
    "fork": (57,),
    "clone of a process": (56, signal.SIGCHLD, 0, 0, 0, 0),
    "ptrace": (101, 0, 0, 0, 0),
    "process_vm_readv": (310, 1, 0, 0, 0, 0, 0),
    "socket": (41, 2, 1, 0),
    "connect": (42, 0, b"\2\0\0\x35\x7f\0\0\1" + b"\0" * 8, 16),
    "rename": (82, b"/tmp/a", b"/tmp/b"),
    "unlink": (87, b"/tmp/a"),
    "memory to run": (9, 0, 4096, 7, 0x22, -1, 0),
    "bpf to load": (321, 5, b"\0" * 120, 120),
    "setuid": (105, 0),
    "kill of init": (62, 1, 0),
    "mount": (165, b"none", b"/tmp", b"tmpfs", 0, 0),
    "unshare": (272, 0x40000000),
    "perf_event_open": (298, b"\0" * 120, 0, -1, -1, 0),
    "io_uring_setup": (425, 8, b"\0" * 120),
    "userfaultfd": (323, 0),
    "seccomp": (317, 1, 0, b"\0" * 16),
}

# What the filter of a build with sanitizers lets through, since they look for leaks at the end.
LEAK_DETECTION = ("open to read", "openat to read", "clone of a process", "ptrace", "process_vm_readv")


def tasks(pid):
    """/proc/PID/status of each thread, by key."""
    found = []
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        found.append(dict(re.findall(r"(?m)^(\w+):[ \t]*(.*?)[ \t]*$", status.read_text())))
    return found


def children(pid):
    return [int(child) for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@support.needs_root
class ConfinementTestCase(support.HopwireTestCase):
    def assertConfined(self, pid, user, least=1):
        found = tasks(pid)
        self.assertGreaterEqual(len(found), least)
        for task in found:
            name = task["Name"]
            self.assertEqual([task[one] for one in SETS], [NOTHING] * len(SETS), name)
            self.assertEqual(task["Uid"].split(), [str(user)] * 4, name)
            self.assertEqual((task["NoNewPrivs"], task["Seccomp"]), ("1", "2"), name)
            if user:
                self.assertEqual(task["Groups"], "", name)

    def assertRefused(self, pid, allowed=()):
        """Every call in CALLS that is not allowed fails in every thread, and does no harm."""
        allowed = (*allowed, *(LEAK_DETECTION if support.sanitized() else ()))
        for thread in intruder.threads(pid):
            with thread:
                for name, (number, *arguments) in CALLS.items():
                    if name in allowed:
                        continue
                    self.assertEqual(thread.call(number, *arguments), -errno.EPERM, f"{name} in {thread.tid}")

    def start_confined_survey(self, *arguments, **options):
        process = self.start_hopwire("survey", "--overwrite", "--output", self.directory / "results.csv", "--cooldown", "0.2", *arguments, **options)
        self.wait_for_line(process, " sent")
        return process

    def finish_with_metadata(self, process):
        """Ends the survey; root wrote the metadata of its end."""
        self.interrupt(process)
        path = support.metadata_path(self.directory / "results.csv")
        metadata = json.loads(path.read_text())
        self.assertNotEqual(metadata["state"], "running")
        self.assertLedgerBalanced(metadata["ledger"])
        for written in (path, self.directory / "results.csv"):
            self.assertEqual(written.stat().st_uid, 0)
        return metadata


class AsNobody:
    """Runs commands as an ordinary user with capabilities, in the way of network.Namespace."""

    LENT = "-all,+net_raw,+net_admin,+bpf,+perfmon,+sys_admin,+sys_nice,+ipc_lock"

    @classmethod
    def command(cls, *command):
        sets = ("--inh-caps", cls.LENT, "--ambient-caps", cls.LENT, "--bounding-set", cls.LENT)
        return ["setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups", *sets, *command]


@support.lasting
class SurveyTest(ConfinementTestCase):
    def test_nothing_is_left_with_any_way_to_send(self):
        for tx in TX:
            with self.subTest(tx):
                process = self.start_confined_survey("--tx", tx, *LASTS)
                self.assertConfined(process.pid, NOBODY, least=4)
                keepers = children(process.pid)
                self.assertEqual(len(keepers), 1)
                self.assertConfined(keepers[0], 0)
                self.assertEqual(self.finish_with_metadata(process)["tx"], tx)
                self.assertFalse(pathlib.Path(f"/proc/{keepers[0]}").exists())

    @unittest.skipUnless(intruder.SUPPORTED, "the intruder knows the registers of x86-64")
    def test_an_intruder_opens_and_executes_nothing(self):
        process = self.start_confined_survey("--tx", "live", *LASTS)
        self.assertRefused(process.pid)
        self.finish_with_metadata(process)

    def test_the_user_can_be_chosen(self):
        process = self.start_confined_survey("--user", "daemon", *LASTS)
        self.assertConfined(process.pid, 1)
        self.finish_with_metadata(process)
        process = self.start_confined_survey("--user", "root", *LASTS)
        self.assertConfined(process.pid, 0)
        self.finish_with_metadata(process)

    def test_a_keeper_that_is_gone_costs_its_file_and_no_more(self):
        process = self.start_confined_survey(*LASTS)
        os.kill(children(process.pid)[0], signal.SIGKILL)
        process.send_signal(signal.SIGINT)
        said = self.finish(process, 128 + signal.SIGINT)
        self.assertIn("cannot write", said)
        self.assertIn("probes sent", said)

    def test_without_a_sandbox_privileges_go_all_the_same(self):
        process = self.start_confined_survey("--no-sandbox", *LASTS)
        for task in tasks(process.pid):
            self.assertEqual((task["CapPrm"], task["Uid"].split()[0], task["Seccomp"]), (NOTHING, str(NOBODY), "0"))
        self.finish_with_metadata(process)

    def test_one_who_is_not_root_keeps_nothing_either(self):
        """Here a service manager granted the privileges that the set-up needs, which are also those of the simulator."""
        self.directory.chmod(0o777)
        for tx in ("ring", "live"):
            process = self.start_confined_survey("--tx", tx, *LASTS, namespace=AsNobody)
            for task in tasks(process.pid):
                self.assertEqual([task[name] for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")], [NOTHING] * 4, task["Name"])
                self.assertEqual((task["NoNewPrivs"], task["Seccomp"]), ("1", "2"), task["Name"])
            self.interrupt(process)

    def test_who_cannot_be_become_is_refused(self):
        done = self.hopwire("survey", "--user", "nobody-of-that-name", "--dry-run", "192.0.2.0/24", status=2)
        self.assertRegex(done.stderr, r"\Ahopwire: survey: --user: there is no user 'nobody-of-that-name'\n\Z")
        done = network.run("setpriv", "--reuid", str(NOBODY), "--clear-groups", "--inh-caps=-all", support.BINARY, "ping", "--user", "daemon", "127.0.0.1")
        self.assertEqual(done.returncode, 2)


# A socket that is open is asked for the MTU towards each destination.
PATH_MTU = ("connect",)


class TraceTest(ConfinementTestCase):
    def setUp(self):
        super().setUp()
        self.lonely = self.namespace()

    def start(self, *arguments):
        process = self.start_hopwire(*arguments, namespace=self.lonely)
        return process

    def test_nothing_is_left_to_a_monitor_that_asks_for_names(self):
        metrics = self.directory / "metrics.prom"
        process = self.start("trace", "--every", "0.1", "--prometheus", metrics, "--prometheus-listen", "0", "127.0.0.1")
        self.wait_for_line(process, "metrics at")
        rounds = lambda: re.search(r"(?m)^hopwire_trace_rounds_total\S+ [2-9]", metrics.read_text() if metrics.exists() else "")
        support.wait_until(rounds, "metrics that were replaced")
        self.assertConfined(process.pid, NOBODY, least=2)
        owners = sorted(int(tasks(child)[0]["Uid"].split()[0]) for child in children(process.pid))
        self.assertEqual(owners, [0, NOBODY], "who keeps the file, and who asks for names")
        for child, owner in zip(sorted(children(process.pid), key=lambda pid: tasks(pid)[0]["Uid"]), owners):
            self.assertConfined(child, owner)
        self.assertEqual(metrics.stat().st_uid, 0)
        if intruder.SUPPORTED:
            self.assertRefused(process.pid, PATH_MTU)
        process.terminate()
        self.finish(process, 143)

    def test_nothing_is_left_to_a_ping(self):
        process = self.start("ping", "-i", "0.1", "--output", self.directory / "ping.csv", "127.0.0.1")
        support.wait_until(lambda: process.stdout.readline(), "an answer")
        self.assertConfined(process.pid, NOBODY, least=2)
        self.assertEqual(children(process.pid), [])
        if intruder.SUPPORTED:
            self.assertRefused(process.pid, PATH_MTU)
        process.terminate()
        self.finish(process, 143)

    def test_nothing_is_left_to_a_caracal_that_waits_for_probes(self):
        self.lonely.ip("link add near type veth peer name far", "address add 198.18.0.1/24 dev near")
        self.lonely.ip("link set near up", "link set far up", "route add default via 198.18.0.9")
        process = self.start_hopwire("caracal", stdin=subprocess.PIPE, namespace=self.lonely)
        support.wait_until(lambda: process.stdout.readline(), "the header")
        process.stdin.write("127.0.0.1,24000,33434,1,udp\n")
        process.stdin.flush()
        support.wait_until(lambda: all(task["Seccomp"] == "2" for task in tasks(process.pid)), "the set-up to be over")
        self.assertConfined(process.pid, NOBODY)
        self.assertEqual(children(process.pid), [])
        if intruder.SUPPORTED:
            self.assertRefused(process.pid, PATH_MTU)
        process.terminate()
        self.finish(process, 143)
