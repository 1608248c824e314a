# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit tests: one Criterion binary, which runs each test in a process of its own, and one process per CPU at a time."""

import concurrent.futures
import os
import pathlib
import re
import signal
import subprocess
import tempfile

from outcomes import FAILED, PASSED, SKIPPED

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

UNIT_TEST_SECONDS = 120  # a test that Criterion ends
UNIT_RUN_SECONDS = 900  # all of them, should Criterion itself hang
SANITIZER_REPORT = re.compile(r"ERROR: \w+Sanitizer|: runtime error: ")
LATE_FAILURE = re.compile(r": Assertion Failed$", re.MULTILINE)  # also in a suite's .fini, where Criterion ignores it
NOT_SELECTED = "test was skipped"  # what Criterion says of tests that --filter leaves out


def parse_tap(text):
    """Yields (name, outcome, seconds, detail) for each test of Criterion's TAP report.

    not ok - suite::test  (0.00s)
      ---
      failures: ...
    """
    result = re.compile(r"(not ok|ok) - ([^\s:]+)::(\S+)\s*(.*)")
    tests = []
    for line in text.splitlines():
        match = result.match(line)
        if match:
            verdict, suite, test, rest = match.groups()
            skip = re.match(r"# SKIP ?(.*)", rest)
            took = re.search(r"\(([0-9.]+)s\)", rest)
            outcome = SKIPPED if skip else PASSED if verdict == "ok" else FAILED
            detail = [skip.group(1) if skip else rest]
            tests.append((f"{suite}/{test}", outcome, float(took.group(1)) if took else 0.0, detail))
        elif tests and line.startswith("  "):
            tests[-1][3].append(line)
    for name, outcome, seconds, detail in tests:
        yield name, outcome, seconds, "\n".join(detail)


def planned_tests(tap):
    plan = re.search(r"^1\.\.(\d+)$", tap, re.MULTILINE)
    return int(plan.group(1)) if plan else None


def start_criterion(binary, pattern, tap_path):
    command = [binary, f"--tap={tap_path}", "--color=never", f"--timeout={UNIT_TEST_SECONDS}"]
    if pattern:
        command += ["--filter", pattern if "*" in pattern else f"*{pattern}*"]
    # A session of its own, so that workers end with a Criterion that hangs.
    return subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


def end_criterion(process):
    """Returns (exit status, or None if it hung; what it wrote to stdout and stderr)."""
    try:
        output, _ = process.communicate(timeout=UNIT_RUN_SECONDS)
        status = process.returncode
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        status = None
    return status, output.decode(errors="replace")


def run_unit(binary, pattern, report, started=lambda process: None):
    """Runs all tests whose name contains the pattern (None: all); passes the process to `started`."""
    if not os.access(binary, os.X_OK):
        report.add(str(binary), FAILED, detail="there is no such program: run 'make test'")
        return
    with tempfile.TemporaryDirectory() as directory:
        tap_path = pathlib.Path(directory, "tap")
        process = start_criterion(binary, pattern, tap_path)
        started(process)
        status, output = end_criterion(process)
        tap = tap_path.read_text(errors="replace") if tap_path.exists() else ""
    tests = list(parse_tap(tap))
    for name, outcome, seconds, detail in tests:
        if not (pattern and detail == NOT_SELECTED):
            report.add(name, outcome, seconds, detail)

    failed = any(outcome == FAILED for _, outcome, _, _ in tests)
    complete = planned_tests(tap) == len(tests)
    if status is None:
        report.add("unit", FAILED, detail=f"hung for {UNIT_RUN_SECONDS} s\n{output}")
    elif not complete or (status != 0 and not failed):
        report.add("unit", FAILED, detail=f"{len(tests)} tests reported, exit status {status}\n{output}")
    elif not failed and (SANITIZER_REPORT.search(output) or LATE_FAILURE.search(output)):
        # A leak is found when the worker has told its outcome already, a file that a test left in the suite's .fini.
        report.add("unit", FAILED, detail=output)
    elif failed:
        report.note("all that the unit tests printed", output)


class UnitRun:
    """A run of the unit tests in a thread of its own."""

    def __init__(self, binary, pattern, report):
        self._process = None
        executor = concurrent.futures.ThreadPoolExecutor(1)
        self._run = executor.submit(run_unit, binary, pattern, report, self._started)

    def _started(self, process):
        self._process = process

    def interrupt(self):
        if self._process and self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)

    def wait(self):
        self._run.result()
