# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey on a terminal: its screen and keys, and which form of progress is chosen when."""

import os
import pathlib
import signal
import subprocess
import termios

import support
import terminal

# Minutes, unless a key ends it.
LONG = ("--sim=realism=ideal", "--rate", "2k", "16.0.0.0/10")


@support.needs_root
class ScreenTest(support.HopwireTestCase):
    def start(self, screen, *arguments, **options):
        results = self.directory / "results.csv"
        command = (*self.survey_arguments(results), *LONG, *arguments)
        environment = {**os.environ, **(support.environment(command) or {}), "TERM": "xterm"}
        ends = {"stdin": screen.follower, "stderr": screen.follower, "env": environment}
        return self.start_hopwire(*command, **{**ends, **options}), results

    @staticmethod
    def sent(lines):
        return next(int(line.split()[1].replace(",", "")) for line in lines if line.startswith("sent"))

    def test_keys(self):
        screen = terminal.Terminal(self)
        process, results = self.start(screen)
        screen.read_until(terminal.TAKEN)
        lines = screen.picture("of 2,000 asked for", "answers by TTL, most")
        self.assertEqual((len(lines), lines[-1]), (24, "keys: p pause, + - rate, q stop"))
        screen.type(b"p")
        screen.picture("paused", "p go on")
        # What was handed over has left.
        support.wait_until(lambda: self.sent(screen.picture("paused")) == self.sent(screen.picture("paused")), "a pause")
        screen.type(b"p+")
        screen.picture("of 2,500 asked for")
        screen.type(b"--")
        screen.picture("of 1,600 asked for")
        screen.type(b"q")
        screen.read_until(terminal.GIVEN_BACK)
        self.finish(process, 128 + signal.SIGINT)
        self.assertTrue(screen.is_restored())
        said = screen.read_until(b"metadata").decode()
        self.assertIn("sending is paused", said, "what was said meanwhile stays")
        self.assertIn("probes sent", said)
        metadata = support.read_metadata(results)
        self.assertLedgerBalanced(metadata["ledger"])
        self.assertEqual(metadata["control"]["pauses"], 1)
        self.assertEqual([change["rate"] for change in metadata["control"]["rates"]], [2500, 2000, 1600])

    def test_signals_give_a_small_terminal_back(self):
        screen = terminal.Terminal(self, rows=10, columns=40)
        process, _ = self.start(screen, "--progress", "screen", stdin=subprocess.DEVNULL)
        lines = screen.picture("keys: p pause, + - rate, q stop")  # of the terminal itself
        self.assertEqual((len(lines), max(map(len, lines)) <= 40), (10, True))
        self.assertFalse(termios.tcgetattr(screen.follower)[3] & termios.ICANON)
        process.send_signal(signal.SIGTSTP)
        screen.read_until(terminal.GIVEN_BACK)
        stat = pathlib.Path(f"/proc/{process.pid}/stat")
        support.wait_until(lambda: stat.read_text().rsplit(") ", 1)[1][0] == "T", "a stop")
        self.assertTrue(screen.is_restored())
        process.send_signal(signal.SIGCONT)
        screen.read_until(terminal.TAKEN)
        screen.picture("sent")
        process.send_signal(signal.SIGTERM)
        screen.read_until(terminal.GIVEN_BACK)
        self.finish(process, 128 + signal.SIGTERM)
        self.assertTrue(screen.is_restored())

    def test_a_line_where_stdout_has_results(self):
        screen = terminal.Terminal(self)
        process, _ = self.start(screen, "--output", "-", stdout=subprocess.DEVNULL)
        shown = screen.read_until(b"  lost ")
        self.assertNotIn(terminal.TAKEN, shown)
        self.interrupt(process)

    def test_what_is_asked_for(self):
        screen = terminal.Terminal(self)
        refused, _ = self.start(screen, "--progress", "screen", "--output", "-", stdout=screen.follower)
        screen.read_until(b"results go to the terminal")
        self.finish(refused, 2)
        self.assertTrue(screen.is_restored())
        said = self.hopwire("survey", *LONG, "--progress", "screen", "--output", self.directory / "r.csv", status=2).stderr
        self.assertIn("stderr is not a terminal", said)
        process, _ = self.start(screen, "--progress", "none", "--max-runtime", "1500ms", "--cooldown", "0")
        self.finish(process, 75)
        said = screen.read_until(b"metadata")
        self.assertNotIn(b"\x1b[", said)
