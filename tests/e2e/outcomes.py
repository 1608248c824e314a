# SPDX-License-Identifier: GPL-2.0-or-later
"""The outcomes of tests: each one as it comes, and a summary."""

import signal
import time
import unittest

E2E_TEST_SECONDS = 120  # unless the test says otherwise: see support.time_limit
CLEANUP_SECONDS = 30  # what a test that was ended gets for each of its cleanups

PASSED, FAILED, SKIPPED = "ok", "FAILED", "skipped"


class Report:
    """Prints every outcome as it comes; those that need attention are printed again at the end."""

    def __init__(self):
        self.outcomes = []
        self.notes = []

    def add(self, name, outcome, seconds=0.0, detail=""):
        self.outcomes.append((name, outcome, detail))
        note = f" ({detail.strip().splitlines()[0]})" if outcome == SKIPPED and detail.strip() else ""
        # In one piece: unit tests are told of by another thread.
        print(f"{outcome:8}{seconds:8.2f} s  {name}{note}\n", end="", flush=True)

    def note(self, title, text):
        """Keeps a text that belongs to no single test, for example what a sanitizer reports about a worker."""
        self.notes.append((title, text))

    def count(self, wanted):
        return sum(outcome == wanted for _, outcome, _ in self.outcomes)

    def close(self):
        """Prints what failed, what was skipped and the counts; returns the exit status."""
        for name, outcome, detail in self.outcomes:
            if outcome == FAILED:
                print(f"\n=== {name}\n{detail.rstrip()}")
        for title, text in self.notes:
            print(f"\n=== {title}\n{text.rstrip()}")
        if self.count(SKIPPED):
            print("\nskipped:")
        for name, outcome, detail in self.outcomes:
            if outcome == SKIPPED:
                print(f"  {name}: {detail.strip()}")
        print(f"\n{self.count(PASSED)} passed, {self.count(FAILED)} failed, {self.count(SKIPPED)} skipped")
        return 1 if self.count(FAILED) or not self.count(PASSED) else 0


class TimeIsUp(BaseException):
    """Raised in a test that takes too long; not a subclass of Exception, so that no test handles it by mistake."""


class EndToEndResult(unittest.TestResult):
    """Measures the time of each test, ends it at its time limit, and combines its parts into one outcome."""

    def __init__(self, report):
        super().__init__()
        self.report = report
        self.running = None
        for number in (signal.SIGALRM, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.end_running)

    def end_running(self, number, _frame):
        """Ends the running test. Its cleanups follow, so Ctrl-C leaves no namespaces behind, either."""
        if number == signal.SIGALRM:
            raise TimeIsUp(f"{self.running} took too long and was ended")
        self.stop()
        raise TimeIsUp(f"interrupted by {signal.Signals(number).name}")

    def startTest(self, test):
        super().startTest(test)
        method = getattr(test, test._testMethodName)
        limit = getattr(method, "time_limit", getattr(test, "time_limit", E2E_TEST_SECONDS))
        limit *= getattr(test, "patience", 1)
        self.running, self.started = test.id(), time.monotonic()
        self.faults, self.skip_reason = [], None
        # The timer goes on while cleanups run, lest one of them hangs.
        signal.setitimer(signal.ITIMER_REAL, limit, CLEANUP_SECONDS)

    def stopTest(self, test):
        signal.setitimer(signal.ITIMER_REAL, 0)
        seconds = time.monotonic() - self.started
        if self.faults:
            self.report.add(self.running, FAILED, seconds, "\n".join(self.faults))
        elif self.skip_reason is not None:
            self.report.add(self.running, SKIPPED, seconds, self.skip_reason)
        else:
            self.report.add(self.running, PASSED, seconds)
        self.running = None
        super().stopTest(test)

    def fault(self, test, error):
        text = self._exc_info_to_string(error, test)
        if self.running:
            self.faults.append(text)
        else:  # outside of tests: setUpClass and the like
            self.report.add(str(test), FAILED, detail=text)

    def addError(self, test, err):
        self.fault(test, err)

    def addFailure(self, test, err):
        self.fault(test, err)

    def addSubTest(self, test, subtest, err):
        if err and err[0] is TimeIsUp:
            raise err[1]  # ends the test and not only this part of it
        if err:
            self.faults.append(f"{subtest}\n{self._exc_info_to_string(err, test)}")

    def addUnexpectedSuccess(self, test):
        self.faults.append("expected to fail, and did not")

    def addSkip(self, test, reason):
        if self.running:
            self.skip_reason = reason
        else:
            self.report.add(str(test), SKIPPED, detail=reason)
