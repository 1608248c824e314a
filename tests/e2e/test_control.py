# SPDX-License-Identifier: GPL-2.0-or-later
"""Commands for a survey while it runs: its control socket, and SIGHUP."""

import csv
import ipaddress
import json
import os
import re
import signal
import socket
import stat
import time
import urllib.request

import support

# Six seconds of sending unless it is changed.
LONG = ("--sim=realism=ideal", "--rate", "20k", "16.0.0.0/12")
LONG_PROBES = 4096 * 32
BATCH = 64  # probes that a sender may have begun to send when it is told to wait (SENDER_BATCH)
LATER = ipaddress.ip_network("16.8.0.0/13")


class ControlTestCase(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.path = self.directory / "control"

    def ctl(self, *command, status=0):
        return self.hopwire("ctl", str(self.path), *command, status=status)

    def ask(self, *command):
        return json.loads(self.ctl(*command).stdout)

    def start_controlled(self, *arguments, control="control", **options):
        return self.start_survey("--control", str(self.directory / control), *arguments, **options)


@support.needs_root
class ControlTest(ControlTestCase):
    def test_status_pause_rate_and_stop(self):
        process, results = self.start_controlled(*LONG)
        self.assertEqual(stat.S_IMODE(self.path.stat().st_mode), 0o600)
        self.assertEqual(self.ask("pause"), {"ok": True})
        self.assertIn("paused already", self.ctl("pause", status=1).stderr)
        with socket.socket(socket.AF_UNIX) as client:  # says nothing, and keeps nobody waiting
            client.connect(str(self.path))
            client.send(b"sta")
            before = support.wait_until(self.status_at_rest, "a pause")
        self.assertTrue(before["paused"])
        self.ctl("rate", "1k")
        began = time.monotonic()
        self.ctl("resume")
        self.assertIn("is not paused", self.ctl("resume", status=1).stderr)
        support.wait_until(lambda: self.ask("status")["ledger"]["sent"] > before["ledger"]["sent"] + 300, "probes")
        after = self.ask("status")
        seconds = time.monotonic() - began  # by a clock that starts before the sender goes on
        # Not those sent: what the device had not taken yet when the pause began leaves when it ends.
        generated = after["ledger"]["generated"] - before["ledger"]["generated"]
        self.assertLess(generated, 1000 * seconds * 1.2 + BATCH, "the rate holds, and nothing is made up for")
        self.assertEqual(after["asked_rate"], 1000)
        self.assertEqual(self.ask("stop"), {"ok": True})
        said = self.finish(process, status=128 + signal.SIGTERM)
        self.assertIn("paused", said)
        self.assertFalse(self.path.exists())
        metadata = support.read_metadata(results)
        self.assertLedgerBalanced(metadata["ledger"])
        self.assertEqual(metadata["control"]["pauses"], 1)
        self.assertEqual([change["rate"] for change in metadata["control"]["rates"]], [1000])
        self.assertEqual(self.ctl("status", status=1).stdout, "")

    def status_at_rest(self):
        """The status once no probe has left between two looks: a sender may obey a pause late."""
        before = self.ask("status")
        time.sleep(0.3)
        after = self.ask("status")
        self.assertGreaterEqual(after["paused_seconds"], before["paused_seconds"] + 0.3)
        return after if all(after["ledger"][name] == before["ledger"][name] for name in ("generated", "sent")) else None

    def test_what_is_refused(self):
        process, _ = self.start_controlled(*LONG)
        for command in (("rate",), ("rate", "auto"), ("rate", "0"), ("blocklist",), ("blocklist", "reload"), ("dance",)):
            with self.subTest(command):
                self.assertTrue(self.ctl(*command, status=1).stderr.startswith("hopwire: ctl: "))
        for operands in ((), (str(self.path),)):
            self.hopwire("ctl", *operands, status=2)
        second = self.hopwire("survey", "--control", str(self.path), *LONG, "-o", "/dev/null", status=2)
        self.assertIn("another run listens", second.stderr)
        process.kill()
        self.finish(process, status=-signal.SIGKILL)
        self.assertTrue(self.path.exists())
        process, _ = self.start_controlled(*LONG, name="second.csv")
        self.ctl("stop")
        self.finish(process, status=128 + signal.SIGTERM)


@support.needs_root
class BlocklistTest(ControlTestCase):
    def start_with_list(self, *arguments, **options):
        self.list, other = self.directory / "blocklist", self.directory / "other"
        self.list.write_text("")
        other.write_text("16.0.0.0/24\n")
        return self.start_controlled(*LONG, "--blocklist", str(self.list), "--blocklist", str(other), *arguments, **options)

    def test_who_asks_is_left_out_within_a_second(self):
        took = []
        for tx in ("ring", "sendmmsg", "xsk", "live"):
            with self.subTest(tx):
                process, results = self.start_with_list("--tx", tx, name=f"{tx}.csv")
                self.list.write_text(f"{LATER}\n")
                asked = time.monotonic()
                process.send_signal(signal.SIGHUP)
                self.wait_for_line(process, "2 prefixes are left out from now on")
                took.append(time.monotonic() - asked)
                told_us = time.time_ns() // 1000
                enough = len(support.read_csv(results, killed=True)) + 2000
                support.wait_until(lambda: len(support.read_csv(results, killed=True)) > enough, "others' replies")
                self.interrupt(process)
                self.assert_left_out(results, told_us)
        self.assertLess(min(took), support.slowness(), "others may have met this machine at its busiest")

    def assert_left_out(self, results, since_us):
        later = [record for record in support.read_csv(results) if record.time_us - record.rtt_us > since_us]
        self.assertGreater(len(later), 1000, "others are probed all the same")
        self.assertFalse([record for record in later if ipaddress.ip_address(record.target) in LATER])
        metadata = support.read_metadata(results)
        self.assertLedgerBalanced(metadata["ledger"])
        self.assertGreater(metadata["ledger"]["blocked"], 500)
        self.assertEqual(metadata["control"]["blocklist"], ["16.0.0.0/24", str(LATER)])
        self.assertEqual(metadata["blocklist"], ["16.0.0.0/24"], "the targets were chosen by it")

    def test_a_list_that_is_none_changes_nothing(self):
        process, results = self.start_with_list()
        self.list.write_text(f"{LATER}\nnonsense\n")
        process.send_signal(signal.SIGHUP)
        self.wait_for_line(process, "the previous list stays in force")
        self.assertIn("line 2", self.ctl("blocklist", "reload", status=1).stderr)
        self.list.unlink()
        os.mkfifo(self.list)
        self.assertIn("is not a file any more", self.ctl("blocklist", "reload", status=1).stderr)
        self.list.unlink()
        self.assertIn("No such file", self.ctl("blocklist", "reload", status=1).stderr)
        self.list.write_text("".join(f"16.{i >> 8}.{i & 255}.0/24\n" for i in range(0, 3000, 2)))
        self.assertEqual(self.ask("blocklist", "reload"), {"ok": True, "prefixes": 1500, "in_force": True})
        self.ctl("stop")
        self.finish(process, status=128 + signal.SIGTERM)
        control = support.read_metadata(results)["control"]
        self.assertEqual(control["blocklist_reloads"], 1)
        listed = results.with_name(control["blocklist"]["file"])
        self.assertEqual(len(listed.read_text().split()), 1500)


@support.needs_root
class StatusTest(ControlTestCase):
    def test_what_programs_are_told_meanwhile(self):
        status, metrics = self.directory / "status.csv", self.directory / "survey.prom"
        process, results = self.start_controlled(
            *LONG, "--status-file", status, "--prometheus", metrics, "--prometheus-listen", "0", cooldown="1500ms"
        )
        self.ctl("rate", "1k")
        support.wait_until(lambda: len(status.read_text().splitlines()) >= 3, "two lines of status")
        running = support.read_metadata(results)
        self.assertEqual((running["state"], running["end"]), ("running", None))
        self.assertGreater(running["ledger"]["sent"], 0)
        self.assertEqual(running["control"]["rate_changes"], 1)
        port = int(re.search("metrics at port ([0-9]+),", process.said.read_text()).group(1))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            self.assertIn("\nhopwire_survey_asked_rate 1000\n", answer.read().decode())
        self.ctl("rate", "max")
        said = self.finish(process)
        self.assertLedgerBalanced(support.read_metadata(results)["ledger"])
        self.assertIn(f"\nhopwire_survey_probes_sent_total {LONG_PROBES}\n", metrics.read_text())
        with open(status, newline="") as lines:
            rows = list(csv.DictReader(lines))
        self.assertEqual({len(row) for row in rows}, {21}, said)
        self.assertNotIn(None, rows[0])
        self.assertEqual((rows[-1]["percent-complete"], rows[-1]["time-remaining"]), ("100.000000", "0"))
        self.assertNotIn("100.000000", {row["percent-complete"] for row in rows[:-1]})
        self.assertEqual((rows[-1]["sent-total"], rows[-1]["recv-success-total"]), (str(LONG_PROBES),) * 2)
        elapsed = [int(row["time-elapsed"]) for row in rows]
        self.assertEqual(elapsed, sorted(elapsed))
        refused = self.hopwire("survey", "--status-file", status, *LONG, "-o", "/dev/null", status=2)
        self.assertIn("--status-file", refused.stderr)
