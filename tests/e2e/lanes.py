# SPDX-License-Identifier: GPL-2.0-or-later
"""End-to-end tests side by side, in lanes.

A lane is a process that runs one class of tests after the other. As root it has network, process and mount namespaces of
its own. If a class leaves something behind there, it has failed. Classes that are marked `alone` (support.alone) run last,
in the runner itself, while nothing else runs.

    runner --names of classes, a line each--> lane
    runner <--outcomes, a line of JSON each-- lane, which asks for the next with an empty one
"""

import contextlib
import json
import os
import pathlib
import selectors
import signal
import subprocess
import sys
import time
import unittest

from outcomes import FAILED, EndToEndResult

E2E = pathlib.Path(__file__).resolve().parent
LANES = min(8, 3 * len(os.sched_getaffinity(0)))  # tests wait most of the time
GONE_SECONDS = 30  # what processes of a test get to end after it
STOP_SECONDS = 60  # what lanes get to end a test with its cleanups
UNSHARE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
# The shell stays: it is the first process, to which orphans come.
SET_UP = """
mount -t tmpfs lane /run/netns && mount -t tmpfs lane /etc/netns &&
umount -l /sys && mount -t sysfs lane /sys && mount -t bpf lane /sys/fs/bpf &&
ip link set lo up && "$@"
exit $?
"""


def loader_of(pattern):
    loader = unittest.TestLoader()
    if pattern:
        loader.testNamePatterns = [pattern if "*" in pattern else f"*{pattern}*"]
    return loader


def tests_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


def name_of(test):
    return f"{type(test).__module__}.{type(test).__qualname__}"


def is_broken(test):
    """Whether the test stands for a file that cannot be imported."""
    return type(test).__module__.startswith("unittest.")


class Lane:
    """The runner's end of a lane."""

    def __init__(self, command):
        if os.geteuid() == 0:
            for names in ("/run/netns", "/etc/netns"):
                os.makedirs(names, exist_ok=True)
            command = [*UNSHARE, "sh", "-c", SET_UP, "lane", *command]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        self._process = subprocess.Popen(command, start_new_session=True, bufsize=0, **pipes)
        self._unfinished = b""  # a line of which more is to come
        self.running = None  # the name of a class

    def fileno(self):
        return self._process.stdout.fileno()

    def hear(self):
        """Returns the outcomes that the lane reported, and None where it asks for more work; an empty list if it has ended."""
        said = []
        while not said:
            read = os.read(self.fileno(), 65536)
            if not read:
                break
            *lines, self._unfinished = (self._unfinished + read).split(b"\n")
            said = [json.loads(line) for line in lines]
        return said

    def run(self, name):
        self.running = name
        self._process.stdin.write(name.encode() + b"\n")

    def dismiss(self):
        self.running = None
        self._process.stdin.close()

    def interrupt(self, number):
        os.killpg(self._process.pid, number)

    def end(self):
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            return self._process.wait()


class Lanes:
    """Has classes of tests run, and prints the outcomes that lanes report."""

    def __init__(self, command, report, beside):
        self._command, self._report, self._beside = command, report, beside
        self._lanes = selectors.DefaultSelector()
        self._waiting = []
        self.interrupted = False

    def run(self, names, count):
        """Runs all tests in so many lanes; returns when all have run."""
        self._waiting = list(names)
        for _ in range(min(count, len(self._waiting))):
            self._lanes.register(Lane(self._command), selectors.EVENT_READ)
        while self._lanes.get_map():
            for key, _ in self._lanes.select():
                self._attend(key.fileobj)

    def interrupt(self, number, _frame):
        """Ends the running tests, with their cleanups, and begins no others."""
        self._waiting, self.interrupted = [], True
        if self._beside:
            self._beside.interrupt()
        for key in list(self._lanes.get_map().values()):
            key.fileobj.interrupt(number)

    def _attend(self, lane):
        said = lane.hear()
        for outcome in said:
            if outcome:
                self._report.add(**outcome)
            elif self._waiting:
                lane.run(self._waiting.pop(0))
            else:
                lane.dismiss()
        if not said:
            self._replace(lane)

    def _replace(self, lane):
        """Replaces a lane that has ended, perhaps because a test left something behind."""
        self._lanes.unregister(lane)
        status = lane.end()
        if status and not self.interrupted:
            self._report.add(lane.running or "a lane", FAILED, detail=f"the lane ended with status {status}")
        if lane.running and self._waiting:
            self._lanes.register(Lane(self._command), selectors.EVENT_READ)


class Teller:
    """The report of a lane, which sends outcomes to its runner."""

    def __init__(self, out):
        self._out = out

    def add(self, name, outcome, seconds=0.0, detail=""):
        self._tell({"name": name, "outcome": outcome, "seconds": seconds, "detail": detail})

    def ask(self):
        self._tell(None)

    def _tell(self, what):
        self._out.write(json.dumps(what) + "\n")
        self._out.flush()


def left_now():
    if os.geteuid() != 0:
        return []
    names = [path.name for path in pathlib.Path("/run/netns").glob("*")]
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        if int(process.name) not in (1, os.getpid()):
            with contextlib.suppress(OSError):
                command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                names.append(f"process {process.name}: {command}")
    return names


def left_behind():
    """What the tests of this lane left behind: names of namespaces, and processes that do not end."""
    deadline = time.monotonic() + GONE_SECONDS
    while left_now() and time.monotonic() < deadline:
        time.sleep(0.05)
    return left_now()


def run_lane(pattern):
    """The lane's end of the connection to its runner."""
    teller = Teller(os.fdopen(os.dup(1), "w"))
    os.dup2(2, 1)  # what tests print is not for the runner
    result = EndToEndResult(teller)
    teller.ask()
    for line in sys.stdin:
        name = line.strip()
        loader_of(pattern).loadTestsFromName(name).run(result)
        if result.shouldStop:
            break
        left = left_behind()
        if left:
            teller.add(f"{name}, what it left behind", FAILED, detail="\n".join(left))
            break
        teller.ask()


def run(pattern, command, report, beside=None):
    """Runs all tests whose name contains the pattern (None: all). `command` starts a lane, which calls run_lane().

    `beside`, a UnitRun, ends before the tests marked `alone` begin.
    """
    loader = loader_of(pattern)
    tests = list(tests_of(loader.discover(str(E2E))))
    here = [test for test in tests if is_broken(test) or getattr(test, "alone", False)]
    names = {name_of(test): test for test in tests if test not in here}
    # The longest first, as far as that is known: the others find room beside it.
    ordered = sorted(names, key=lambda name: not getattr(names[name], "lasting", False))

    lanes = Lanes(command, report, beside)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lanes.interrupt)
    lanes.run(ordered, LANES)
    if beside:
        beside.wait()
    if not lanes.interrupted:
        loader.suiteClass(here).run(EndToEndResult(report))
