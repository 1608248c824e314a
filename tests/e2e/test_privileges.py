# SPDX-License-Identifier: GPL-2.0-or-later
"""What a user may do with a hopwire that has CAP_NET_RAW by setcap(8), and which privileges remain while it runs, as the
kernel reports for each thread."""

import os
import pathlib
import re
import shutil
import subprocess
import time

import network
import support

NOBODY = 65534
AS_NOBODY = ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups")
NOTHING = "0" * 16
FOREIGN = "198.51.100.99"


def capabilities(pid):
    """The capability sets and NoNewPrivs of each thread of a process."""
    threads = []
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        threads.append(dict(re.findall(r"(?m)^(Cap\w+|NoNewPrivs):\s+(\S+)$", status.read_text())))
    return threads


@support.needs_root
class PrivilegeTestCase(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.directory.chmod(0o777)
        self.lonely = self.namespace()
        # A net with a broadcast address, where nobody is.
        self.lonely.ip("link add near type veth peer name far", "address add 198.18.0.1/24 dev near")
        self.lonely.ip("link set near up", "link set far up")
        self.lonely.ip("route add default via 198.18.0.9")

    def lent(self, *privileges):
        copy = self.directory / "hopwire"
        shutil.copy(support.BINARY, copy)
        copy.chmod(0o755)
        network.call("setcap", ",".join(privileges) + "+ep", str(copy))
        return copy

    def as_nobody(self, binary, *arguments):
        return self.lonely.command(*AS_NOBODY, binary, *arguments)

    def run_as_nobody(self, binary, *arguments):
        return network.run(*self.as_nobody(binary, *arguments))

    def start(self, command):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(self._end, process)
        return process


class DroppedTest(PrivilegeTestCase):
    """With every thread that can exist: those of the writer, the resolver, the metrics and the graph."""

    RUNS = {
        "trace": ("trace", "--every", "0.2", "--output", "{directory}/trace.csv", "--prometheus-listen", "9464", "127.0.0.1"),
        "graph": ("trace", "-n", "-z", "1", "--flows", "4", "--output", "{directory}/graph.csv", "198.18.0.7", "127.0.0.1"),
        "ping": ("ping", "-i", "0.1", "--output", "{directory}/ping.csv", "127.0.0.1"),
    }

    def arguments(self, name):
        return [word.format(directory=self.directory) for word in self.RUNS[name]]

    def until_it_writes(self, process, name):
        results = self.directory / f"{name}.csv"

        def has_written():
            self.assertIsNone(process.poll(), process.stderr.read() if process.poll() is not None else "")
            return results.exists() and results.read_text().count("\n") > 1

        support.wait_until(has_written, "records")

    def test_nothing_is_left_of_what_was_lent(self):
        copy = self.lent("cap_net_raw")
        for name in self.RUNS:
            with self.subTest(name):
                process = self.start(self.as_nobody(copy, *self.arguments(name)))
                self.until_it_writes(process, name)
                threads = capabilities(process.pid)
                self.assertGreater(len(threads), 1)
                for thread in threads:
                    for sets in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
                        self.assertEqual(thread[sets], NOTHING, thread)
                    self.assertEqual(thread["NoNewPrivs"], "1")
                process.kill()

    def test_nothing_is_left_to_root(self):
        for name in self.RUNS:
            with self.subTest(name):
                process = self.start(self.lonely.command(support.BINARY, *self.arguments(name)))
                self.until_it_writes(process, name)
                for thread in capabilities(process.pid):
                    for sets in ("CapInh", "CapPrm", "CapEff", "CapAmb", "CapBnd"):
                        self.assertEqual(thread[sets], NOTHING, thread)
                    self.assertEqual(thread["NoNewPrivs"], "1")
                process.kill()

    def test_the_sockets_cannot_be_taken_from_it(self):
        process = self.start(self.as_nobody(self.lent("cap_net_raw"), *self.arguments("ping")))
        self.until_it_writes(process, "ping")
        for path in ("fd", "mem", "environ"):
            done = network.run(*AS_NOBODY, "sh", "-c", f"ls /proc/{process.pid}/{path}/ || cat /proc/{process.pid}/{path}")
            self.assertNotEqual(done.returncode, 0, done.stdout)
            self.assertIn("Permission denied", done.stderr)

    def test_nothing_is_read_with_what_was_lent(self):
        copy = self.lent("cap_net_raw")
        fifo = self.directory / "fifo"
        os.mkfifo(fifo, 0o666)
        for arguments in (
            ("trace", "-n", "--targets", fifo),
            ("trace", "-n", "--asn", fifo, "127.0.0.1"),
            ("ping", "-n", "--targets", fifo),
            ("survey", "--dry-run", "--targets", fifo),
            ("sim", "truth", "--metadata", fifo),
            ("score", fifo, fifo),
            ("decode", "--metadata", fifo, fifo),
        ):
            with self.subTest(arguments):
                process = self.start(self.as_nobody(copy, *arguments))
                writer = support.wait_until(lambda: self.open_for_reader(fifo), "the list to be opened")
                self.addCleanup(os.close, writer)
                for thread in capabilities(process.pid):
                    self.assertEqual(thread["CapPrm"], NOTHING, thread)
                process.kill()
                process.wait()

    @staticmethod
    def open_for_reader(fifo):
        """The descriptor of the writing end, once somebody has opened the other end and waits for data."""
        try:
            return os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:
            return None

    def test_files_of_others_stay_theirs(self):
        secret = self.directory / "secret"
        secret.write_text("127.0.0.1\n")
        secret.chmod(0o600)
        copy = self.lent("cap_net_raw")
        for arguments in (("--targets", secret), ("--asn", secret, "127.0.0.1"), ("-o", f"{secret}.csv", "127.0.0.1")):
            if "-o" in arguments:
                self.directory.chmod(0o755)
            done = self.run_as_nobody(copy, "trace", "-n", *arguments)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("Permission denied", done.stderr)

    def test_root_writes_where_others_own_the_directory(self):
        theirs = self.directory / "theirs"
        theirs.mkdir(mode=0o755)
        os.chown(theirs, NOBODY, NOBODY)
        done = self.hopwire("trace", "-n", "--mda", "--dot", theirs / "graph.dot", "-o", theirs / "trace.csv", "127.0.0.1", namespace=self.lonely)
        self.assertIn("127.0.0.1", done.stdout)
        self.assertIn("127.0.0.1", (theirs / "graph.dot").read_text())
        metrics = theirs / "metrics.prom"
        process = self.start(self.lonely.command(support.BINARY, "trace", "-n", "--every", "0.1", "--prometheus", metrics, "127.0.0.1"))
        rounds = lambda: re.search(r"(?m)^hopwire_trace_rounds_total\S+ [2-9]", metrics.read_text() if metrics.exists() else "")
        support.wait_until(rounds, "a text that was replaced")
        process.terminate()
        process.communicate(timeout=support.WAIT_SECONDS)


class LimitsTest(PrivilegeTestCase):
    REFUSED = {
        ("-r", "100k", "127.0.0.1"): "--rate: at most 10000",
        ("-r", "10001", "127.0.0.1"): "--rate: at most 10000",
        ("-r", "max", "127.0.0.1"): "--rate: at most 10000",
        ("224.0.0.1",): "many hosts",
        ("198.18.0.255",): "many hosts",
        ("255.255.255.255",): "many hosts",
    }
    SOURCES = (FOREIGN, "198.18.0.2", "198.18.0.255", "224.0.0.1", "255.255.255.255")
    LETTER = {"trace": "-s", "ping": "-S"}

    def each_refused(self):
        for command, letter in self.LETTER.items():
            for arguments, said in self.REFUSED.items():
                yield (command, "-n", *arguments), said
            for source in self.SOURCES:
                yield (command, "-n", letter, source, "127.0.0.1"), f"--source-ip: {source} is not an address of this host"

    def test_what_is_lent_has_limits(self):
        """Nothing is sent; a second capability of the file makes no difference."""
        for privileges in (("cap_net_raw",), ("cap_net_raw", "cap_net_admin")):
            copy = self.lent(*privileges)
            for arguments, said in self.each_refused():
                with self.subTest(privileges=privileges, arguments=arguments):
                    done = self.run_as_nobody(copy, *arguments)
                    self.assertEqual(done.returncode, 2, done.stderr)
                    self.assertRegex(done.stderr, rf"\Ahopwire: {arguments[0]}: [^\n]*{re.escape(said)}[^\n]*CAP_NET_ADMIN[^\n]*\n\Z")

    def test_so_has_an_ambient_capability_without_the_network(self):
        raw = ("--inh-caps", "-all,+net_raw", "--ambient-caps", "-all,+net_raw", "--bounding-set", "-all,+net_raw")
        copy = self.directory / "hopwire"
        shutil.copy(support.BINARY, copy)
        for arguments, said in self.each_refused():
            done = network.run(*self.lonely.command(*AS_NOBODY, *raw, copy, *arguments))
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(said, done.stderr)

    def test_the_rest_is_allowed(self):
        copy = self.lent("cap_net_raw")
        self.lonely.switch_on_ipv6()
        self.lonely.ip("address add fe80::9/64 dev near nodad")
        for arguments in (
            ("trace", "-n", "-r", "10k", "-s", "127.0.0.1", "127.0.0.1"),
            ("trace", "-n", "-T", "-s", "198.18.0.1", "198.18.0.1"),
            ("ping", "-n", "-c", "1", "-S", "127.0.0.5", "127.0.0.1"),
            ("ping", "-n", "-c", "1", "--interface", "lo", "127.0.0.1"),
            ("trace", "-n", "-6", "-r", "10k", "-s", "::1", "::1"),
            ("trace", "-n", "-I", "fe80::9%near"),
            ("ping", "-n", "-6", "-c", "1", "-S", "::1", "::1"),
        ):
            with self.subTest(arguments):
                done = self.run_as_nobody(copy, *arguments)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_root_has_none(self):
        for arguments, said in self.each_refused():
            if "255.255.255.255" in arguments and "--source-ip" in said:
                continue  # which the kernel itself refuses
            with self.subTest(arguments):
                extra = ("-c", "1", "-W", "0.1") if arguments[0] == "ping" else ("-m", "1", "-q", "1", "-w", "0.1")
                done = self.hopwire(*arguments, *extra, namespace=self.lonely, status=None)
                self.assertNotIn("CAP_NET_ADMIN", done.stderr)

    def test_the_rate_holds_for_all_together(self):
        """Whatever the intervals and the number of hosts are."""
        copy = self.lent("cap_net_raw")
        for hosts, count in ((1, 5000), (50, 100)):
            with self.subTest(hosts=hosts):
                began = time.monotonic()
                addresses = [f"127.0.0.{i + 1}" for i in range(hosts)]
                done = self.run_as_nobody(copy, "ping", "-n", "-q", "-i", "0", "-c", str(count), "-r", "10k", *addresses)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertGreater(time.monotonic() - began, 0.45)
