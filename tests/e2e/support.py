# SPDX-License-Identifier: GPL-2.0-or-later
"""Shared by end-to-end tests: running hopwire, reading what it wrote, and the arithmetic of a ledger."""

import contextlib
import csv
import fcntl
import functools
import io
import json
import os
import pathlib
import signal
import struct
import subprocess
import tempfile
import termios
import time
import typing
import unittest

import network

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BINARY = pathlib.Path(os.environ.get("HOPWIRE", ROOT / "build" / "hopwire")).resolve()

# Of the tags, unless a test says otherwise: what load balancers choose is the same in every run.
KEY = "8a1f3c5e7092b4d6e8fa0c1e3052749b"

RUN_SECONDS = 60  # one run of hopwire, unless a test says otherwise
WAIT_SECONDS = 60  # for something that a running hopwire does at once, on a machine of a twentieth of the usual speed
GONE_SECONDS = 30  # the kernel takes namespaces and programs away some time after the last user ended

USUAL_SECONDS = 0.35  # what slowness() has done, by one processor of 3 GHz that has nothing else to do
SLOWEST = 20  # tests that take longer than this many times as long are of no use to anybody

needs_root = unittest.skipUnless(os.geteuid() == 0, "needs root: makes network namespaces")
needs_two_cpus = unittest.skipUnless(len(os.sched_getaffinity(0)) >= 2, "needs two CPUs")


@functools.cache
def slowness():
    """How many times as long as usual a piece of work takes here, from 1 to SLOWEST.

    Busy machines, small shares of a processor and sanitizers all count.
    """
    began = time.monotonic()
    work = ("survey", "--dry-run", "--quiet", "--seed", "1", "--sim", "16.0.0.0/9")
    subprocess.run([BINARY, *work], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    return min(max((time.monotonic() - began) / USUAL_SECONDS, 1), SLOWEST)


def patiently(seconds):
    """As text: how many seconds to wait for something that happens at once on an idle machine; more on a slow machine."""
    return f"{seconds * min(slowness(), 5):.2f}"


@functools.cache
def sanitized():
    """Whether hopwire was built with AddressSanitizer."""
    return b"__asan_init" in BINARY.read_bytes()


def time_limit(seconds):
    """Gives a test, or each test of a class, another time limit than the runner's."""

    def mark(test):
        test.time_limit = seconds
        return test

    return mark


def lasting(kind):
    """Marks a class of tests that takes about twenty seconds or more, mostly waiting: it begins before others."""
    kind.lasting = True
    return kind


def alone(kind):
    """Marks a class of tests that need the machine for themselves."""
    kind.alone = True
    return kind


class Record(typing.NamedTuple):
    """A line of results; the fields have the order of the columns in the file."""

    time_us: typing.Optional[int]  # None where a capture has no time stamps
    responder: str
    target: str
    flow: int
    probe_ttl: int
    quoted_ttl: int
    reply_ttl: int
    icmp_type: int
    icmp_code: int
    rtt_us: typing.Optional[int]  # None where it is not known
    mpls: tuple
    flags: tuple

    @property
    def marks(self):
        """Its flags except `late`, which a busy machine may add to any record."""
        return tuple(flag for flag in self.flags if flag != "late")


def parse_line(line):
    """Makes a record of the fields of a line; there must be as many fields as columns."""
    time_us, responder, target, *numbers, mpls, flags = line
    numbers = [int(number) if number else None for number in numbers]
    words = [tuple(text.split(";")) if text else () for text in (mpls, flags)]
    return Record(int(time_us) if time_us else None, responder, target, *numbers, *words)


def parse_csv(text):
    """Returns the records of a CSV file; raises an error if its columns are not the documented ones."""
    lines = csv.reader(io.StringIO(text))
    columns = tuple(next(lines))
    if columns != Record._fields:
        raise ValueError(f"columns {columns} are not {Record._fields}")
    return list(map(parse_line, lines))


def read_csv(path, killed=False):
    """Reads results. If the survey was killed, an unfinished line at the end is allowed and left out."""
    text = pathlib.Path(path).read_text()
    if not killed and not text.endswith("\n"):
        raise ValueError(f"{path} ends in an unfinished line")
    return parse_csv(text[: text.rfind("\n") + 1])


def read_json_lines(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


def record_of_json(line):
    """Makes a record of a parsed JSON line; raises an error if its keys are not the documented ones."""
    if tuple(line) != Record._fields:
        raise ValueError(f"keys {tuple(line)} are not {Record._fields}")
    return Record(*(tuple(value) if isinstance(value, list) else value for value in line.values()))


def read_records(path):
    """Reads results in the format that their name implies."""
    if str(path).endswith(".jsonl"):
        return [record_of_json(line) for line in read_json_lines(path)]
    return read_csv(path)


def metadata_path(results):
    """The path of the metadata, unless the survey was given another one."""
    return pathlib.Path(f"{results}.meta.json")


def read_metadata(results):
    return json.loads(metadata_path(results).read_text())


class Survey:
    """The files and messages of a survey that has ended."""

    def __init__(self, results, metadata, said):
        self.results = results
        self.metadata_path = metadata
        self.metadata = json.loads(metadata.read_text())
        self.said = said  # on stderr

    @property
    def ledger(self):
        return self.metadata["ledger"]

    @functools.cached_property
    def records(self):
        return read_records(self.results)


def probe_of(record):
    """What identifies a probe: no two probes of a survey have the same."""
    return record.target, record.flow, record.probe_ttl


def without_times(record):
    """The fields of a record that are equal in two surveys with the same seed."""
    return record._replace(time_us=0, rtt_us=0, flags=record.marks)


class NamedPipe:
    """A pipe to which a survey writes its results, and the test's end of it."""

    SIZE = 65536

    def __init__(self, path):
        self.path = path
        os.mkfifo(path)
        # Not to wait for the writer, which does not wait for us either then.
        self._reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        os.set_blocking(self._reader, True)

    def wait_until_full(self):
        """Waits until the survey waits for the reader. Except for the header, its writes are larger than the pipe."""
        unread = lambda: struct.unpack("i", fcntl.ioctl(self._reader, termios.FIONREAD, bytes(4)))[0]
        wait_until(lambda: unread() > self.SIZE // 2, "the pipe to be full")

    def read(self):
        """Returns the bytes that are there, or b"" once the writer has closed the pipe."""
        return os.read(self._reader, self.SIZE)

    def close(self):
        os.close(self._reader)


def wait_until(condition, what, seconds=WAIT_SECONDS):
    """Waits until `condition()` is true and returns its value."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited for {seconds} s in vain: {what}")
        time.sleep(0.01)


STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def tasks_that_take_signals(process, also=()):
    """The threads of a process in which a signal that ends a run, or a signal in `also`, is not blocked."""
    wanted = functools.reduce(lambda mask, number: mask | 1 << (number - 1), (*STOP_SIGNALS, *also), 0)
    tasks = []
    for task in pathlib.Path(f"/proc/{process}/task").iterdir():
        status = dict(line.split(":\t", 1) for line in (task / "status").read_text().splitlines() if ":\t" in line)
        if int(status["SigBlk"], 16) & wanted != wanted:
            tasks.append(status["Name"])
    return tasks


# A sum of what stands on the right is what stands on the left, to the packet.
LEDGER = {
    "generated": ("sent", "blocked", "no_way", "tx_dropped"),
    "arrived": ("device_dropped", "received"),
    "received": ("passed", "rejected_filter", "redirected"),
    "redirected": ("decoded", "ring_full", "fill_empty", "rx_dropped", "redirect_failed"),
    "decoded": ("accepted", "excess", "rejected_decode"),
    "accepted": ("written", "writer_dropped"),
    "answers": ("answers_heard", "answer_ring_full", "answers_after_end"),
    "to_capture": ("captured", "capture_dropped", "capture_past_limit"),
}


def ledger_value(ledger, name):
    """A counter, or for counters by reason their sum."""
    value = ledger[name]
    return sum(value.values()) if isinstance(value, dict) else value


def environment(arguments):
    """For a run of hopwire. The leak sanitizer cannot look at a process whose children live in another process
    namespace, which is what `sim run` does."""
    if arguments[:2] != ("sim", "run"):
        return None
    return {**os.environ, "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}


class HopwireTestCase(unittest.TestCase):
    """A test with a directory of its own (`self.directory`) and the methods below."""

    maxDiff = None

    @property
    def patience(self):
        """By what factor a test may exceed its time limit here."""
        return slowness()

    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="hopwire-test-")
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def hopwire(self, *arguments, namespace=None, status=0, timeout=None, **options):
        """Runs hopwire to its end. Fails unless the exit status is `status`; None allows any."""
        timeout = timeout or RUN_SECONDS * slowness()
        command = self._command(arguments, namespace)
        options = {"env": environment(arguments), **options}
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, **options)
        if status is not None:
            self.assertEqual(done.returncode, status, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done

    def start_hopwire(self, *arguments, namespace=None, **options):
        """Starts hopwire, with a pipe for stdout; it ends with the test at the latest.

        What it says on stderr is in the file `process.said`, to be read at any time.
        """
        number, said = tempfile.mkstemp(prefix="stderr-", dir=self.directory)
        with open(number, "w") as stderr:
            usual = {"stdout": subprocess.PIPE, "stderr": stderr, "text": True, "env": environment(arguments)}
            process = subprocess.Popen(self._command(arguments, namespace), **{**usual, **options})
        process.said = pathlib.Path(said)
        self.addCleanup(self._end, process)
        return process

    def survey(self, *arguments, name="results.csv", seed=1, cooldown=None, **options):
        """Runs a survey to its end, with results in the test's directory, and checks its ledger."""
        results = self.directory / name
        done = self.hopwire(*self.survey_arguments(results, seed, cooldown), *arguments, **options)
        survey = Survey(results, metadata_path(results), done.stderr)
        self.assertLedgerBalanced(survey.ledger)
        return survey

    def start_survey(self, *arguments, name="results.csv", seed=1, cooldown=None, **options):
        """Starts a survey and returns its process and the path of its results, once there are some."""
        results = self.directory / name
        process = self.start_hopwire(*self.survey_arguments(results, seed, cooldown), *arguments, **options)

        self.wait_for_results(process, results)
        return process, results

    def wait_for_results(self, process, results):
        def has_results():
            self.assertIsNone(process.poll(), f"the survey ended too early: {process.said.read_text()}")
            return results.exists() and len(results.read_text().splitlines()) > 1

        wait_until(has_results, f"results in {results}")

    @staticmethod
    def survey_arguments(results, seed=1, cooldown=None):
        if cooldown is None:  # the last replies, too, wait for their turn on a machine that is busy
            cooldown = f"{max(0.5, slowness() / 8):.2f}"
        return "survey", "--seed", seed, "--key", KEY, "--cooldown", cooldown, "--overwrite", "--output", results

    def finish(self, process, status=0, timeout=None):
        """Waits for the end of a hopwire process that was started; returns what it wrote to stderr."""
        process.communicate(timeout=timeout or RUN_SECONDS * slowness())
        said = process.said.read_text()
        self.assertEqual(process.returncode, status, said)
        return said

    def interrupt(self, process, timeout=None):
        """Ends a survey that was made long enough for any machine; returns what it wrote to stderr."""
        self.assertIsNone(process.poll(), "the survey ended too early")
        process.send_signal(signal.SIGINT)
        return self.finish(process, 128 + signal.SIGINT, timeout)

    def wait_for_line(self, process, text):
        """Waits until a hopwire process that was started has written `text` to stderr."""

        def has_said():
            ended, said = process.poll() is not None, process.said.read_text()
            self.assertTrue(text in said or not ended, f"it ended without '{text}': {said}")
            return text in said

        wait_until(has_said, f"'{text}' on stderr")

    def score(self, survey):
        """Compares a survey of the simulator with the truth; returns the object that `score --json` prints."""
        truth = self.directory / "truth.jsonl"
        self.hopwire("sim", "truth", "--metadata", survey.metadata_path, "--overwrite", "--output", truth)
        return json.loads(self.hopwire("score", "--json", survey.results, truth).stdout)

    def assert_all_found(self, survey):
        """Asserts that a survey of the simulator found all that is true and nothing else; returns score()."""
        score = self.score(survey)
        for kind in ("interfaces", "links"):
            found = score[kind]
            self.assertGreater(found["true"], 0)
            self.assertEqual((found["recall"], found["precision"]), (1.0, 1.0), f"{score}\n{survey.ledger}")
        self.assertEqual(score["reached"], score["reached_true"])
        return score

    def dry_run(self, *arguments, seed=1, **options):
        """Returns the probes that a survey would send, in their order."""
        done = self.hopwire("survey", "--dry-run", "--quiet", "--seed", seed, *arguments, **options)
        header, *lines = done.stdout.splitlines()
        self.assertEqual(header, "target,flow,probe_ttl")
        return [(target, int(flow), int(ttl)) for target, flow, ttl in (line.split(",") for line in lines)]

    @staticmethod
    def _command(arguments, namespace):
        command = [str(BINARY), *map(str, arguments)]
        # `ip netns exec` becomes the command, so that signals and the process id are those of hopwire.
        return namespace.command(*command) if namespace else command

    @staticmethod
    def _end(process):
        process.kill()
        process.communicate()

    def namespace(self, role="alone"):
        namespace = network.Namespace(role)
        self.addCleanup(namespace.remove)
        return namespace

    def two_uplinks(self):
        uplinks = network.TwoUplinks()
        self.addCleanup(uplinks.remove)
        return uplinks

    def router_chain(self, length, ipv6=False):
        chain = network.RouterChain(length, ipv6)
        self.addCleanup(chain.remove)
        return chain

    def capture(self, namespace, interface, expression=""):
        """Starts a capture into a file of the test's directory; stop() it before reading `path`."""
        path = self.directory / f"{namespace.name}-{interface}.pcap"
        capture = network.Capture(namespace, interface, path, expression)
        self.addCleanup(capture.end)
        return capture

    def assertLedgerBalanced(self, ledger):
        """Recomputes every equation instead of relying on `balanced`."""
        for left, right in LEDGER.items():
            parts = {name: ledger_value(ledger, name) for name in right}
            self.assertEqual(ledger_value(ledger, left), sum(parts.values()), f"{left} = {parts}\n{ledger}")
        self.assertIs(ledger["balanced"], True, ledger)

    @contextlib.contextmanager
    def leaves_nothing_behind(self, process):
        """The process must end within the block. Fails if anything that it holds now still exists some time later."""
        holdings = network.Holdings(process.pid)
        yield holdings
        try:
            wait_until(lambda: not holdings.left(), "everything to go away", GONE_SECONDS)
        except AssertionError as error:
            self.fail(f"{error}; left are {holdings.left()}")
