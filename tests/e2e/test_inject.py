# SPDX-License-Identifier: GPL-2.0-or-later
"""Every failure of a set-up, in turn: memory, threads, files, and each system call.

`make inject` lets each request and each call fail once, in a build with sanitizers; otherwise some of them fail. The run
must then end by itself, with an exit status and a line that gives the reason, or continue if it does not need the request.
It leaves nothing behind, and no metadata beside records of another run.
"""

import json
import os
import pathlib
import re
import subprocess
import tempfile

import network
import support

BINARY = support.BINARY.parent / "tests" / "inject" / "hopwire"
ALL = "HOPWIRE_INJECT_ALL" in os.environ
SAMPLES = 4  # of one command, where not all are tried
KINDS_APART = 5  # likewise
HANGS_AFTER = 60  # seconds

# What the kernel may refuse, and with which error.
SYSTEM_CALLS = {
    "socket": "ENOBUFS", "bind": "EBUSY", "setsockopt": "ENOPROTOOPT", "getsockopt": "ENOPROTOOPT",
    "sendto": "ENOBUFS", "recvmsg": "ENOBUFS", "ioctl": "EINVAL", "bpf": "EPERM", "openat": "EMFILE",
    "mmap": "ENOMEM", "madvise": "ENOMEM", "setns": "EINVAL", "unshare": "ENOSPC",
    "write": "ENOSPC", "fsync": "EIO", "rename": "EACCES", "renameat": "EACCES", "ftruncate": "EIO",
    "signalfd4": "EMFILE", "eventfd2": "EMFILE", "getrandom": "EAGAIN", "capget": "EINVAL",
}  # fmt: skip

SURVEY = ("--seed", 1, "--cooldown", 0, "--quiet", "--max-ttl", 4)
REPORT = re.compile(r"Sanitizer|runtime error:|Assertion|terminate called")


def calls_of_main(log):
    """The system calls of the main thread, those of the dynamic loader before the program begins, and those after."""
    main = re.match(r"\d+", log)[0]
    loader, program = re.split(r"(?m)^.*hopwire-begins.*$", log, maxsplit=1)
    return [re.findall(rf"(?m)^{main} +(\w+)\(", part) for part in (loader, program)]


@support.alone
@support.needs_root
@support.time_limit(7200 if ALL else 120)
class InjectTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        if not BINARY.exists():
            self.skipTest("build/tests/inject/hopwire is not built")
        self.orphans_before = self.orphans()

    @staticmethod
    def orphans():
        """Numbers of the XDP programs that are loaded but not held by any process. Others may use some meanwhile."""
        programs = json.loads(network.call("bpftool", "--json", "prog", "show"))
        loaded = {("prog", str(program["id"])) for program in programs if program["type"] == "xdp"}
        return loaded - network.bpf_objects_of("[0-9]*")

    def run_once(self, arguments, namespace=None, prefix=(), environment=None):
        """One run in a directory of its own; returns its exit status."""
        with tempfile.TemporaryDirectory(dir=self.directory) as directory:
            place = pathlib.Path(directory)
            command = [*prefix, str(BINARY), *(str(argument).replace("DIR", directory) for argument in arguments)]
            command = namespace.command(*command) if namespace else command
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=HANGS_AFTER,
                env={**os.environ, **(environment or {})},
            )
            self.assert_clean_end(done, place)
            return done.returncode

    def assert_clean_end(self, done, directory):
        self.assertIn(done.returncode, (0, 1, 2), done.stderr)
        self.assertNotRegex(done.stderr, REPORT)
        if done.returncode > 0:
            self.assertRegex(done.stderr, r"(?m)^hopwire: ")
        results = directory / "r.csv"
        if results.exists() and results.read_text():
            support.read_csv(results)
        if support.metadata_path(results).exists():
            self.assertTrue(results.exists() and results.read_text(), "metadata without records")
            self.assertIn(support.read_metadata(results)["state"], ("running", "finished", "failed"))
        self.assertEqual([path.name for path in directory.iterdir() if path.name.startswith(".hopwire")], [])

    @staticmethod
    def numbers(count, samples=SAMPLES):
        """The numbers of the requests that fail: all, or some at even distances."""
        return range(1, count + 1, 1 if ALL else max(1, count // samples + 1))

    @staticmethod
    def kinds(arguments):
        """The system calls that fail: all, or one in so many, different ones for each command."""
        # The sanitizers' own memory comes from these, and they end where there is none; ours are among the requests.
        kinds = [kind for kind in SYSTEM_CALLS.items() if not (support.sanitized() and kind[0] in ("mmap", "madvise"))]
        return kinds if ALL else kinds[len(arguments) % KINDS_APART :: KINDS_APART]

    def fail_requests(self, arguments, namespace=None):
        count = self.directory / "count"
        self.assertEqual(self.run_once(arguments, namespace, environment={"HOPWIRE_INJECT_COUNT": str(count)}), 0)
        for number in self.numbers(int(count.read_text())):
            with self.subTest(f"request {number} of {arguments}"):
                self.run_once(arguments, namespace, environment={"HOPWIRE_INJECT": str(number)})

    def fail_calls(self, arguments, namespace=None):
        log = self.directory / "calls"
        options = ("strace", "-f", "-qq", "-o", str(log))
        # No process that is traced can look for leaks.
        environment = {"ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
        self.assertEqual(self.run_once(arguments, namespace, (*options,), environment), 0)
        before, called = calls_of_main(log.read_text())
        for name, error in self.kinds(arguments):
            for number in self.numbers(called.count(name), 1):
                number += before.count(name)
                with self.subTest(f"{name} {number} of {arguments}"):
                    inject = f"inject={name}:error={error}:when={number}"
                    self.run_once(arguments, namespace, (*options, "-e", inject), environment)

    def fail_all(self, *arguments, namespace=None):
        self.fail_requests(arguments, namespace)
        self.fail_calls(arguments, namespace)
        support.wait_until(lambda: self.orphans() <= self.orphans_before, "XDP programs to go", support.GONE_SECONDS)

    def test_survey_of_the_simulator(self):
        self.fail_all("survey", "--sim", *SURVEY, "--output", "DIR/r.csv", "16.0.0.0/24")

    def test_survey(self):
        chain = self.router_chain(1)
        for tx in ("ring", "xsk") if ALL else ("ring",):
            self.fail_all("survey", *SURVEY, "--tx", tx, "--output", "DIR/r.csv", chain.target, namespace=chain.host)

    def test_trace_and_ping(self):
        self.fail_all("trace", "--output", "DIR/r.csv", "127.0.0.1")
        self.fail_all("trace", "-n", "--mda", "--dot", "DIR/ways.dot", "127.0.0.1")
        self.fail_all("ping", "-c", 1, "--json", "--output", "DIR/r.csv", "127.0.0.1")

    def test_what_reads_and_writes_files(self):
        results = self.directory / "survey.csv"
        self.hopwire("survey", "--sim", *SURVEY, "--output", results, "16.0.0.0/24")
        metadata, truth = support.metadata_path(results), self.directory / "truth.jsonl"
        self.hopwire("sim", "truth", "--metadata", metadata, "--output", truth)
        capture = self.directory / "empty.pcap"
        capture.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
        self.fail_all("sim", "truth", "--metadata", metadata, "--output", "DIR/truth.jsonl")
        self.fail_all("score", results, truth)
        self.fail_all("decode", capture, "--metadata", metadata, "--output", "DIR/r.csv")
