# SPDX-License-Identifier: GPL-2.0-or-later
"""Tests the test harness itself, with programs that are not ours."""

import contextlib
import io
import os
import pathlib
import re
import shlex
import subprocess
import sys

import network
import outcomes
import support
import units

HERE = pathlib.Path(__file__).resolve().parent

# A test in two parts that takes too long. It has another process, because signals of this one end the running test.
TWO_PARTS = """
import time, unittest, outcomes
class Slow(unittest.TestCase):
    time_limit = 0.2
    def tearDown(self):
        print("cleaned up")
    def test(self):
        for part in 1, 2:
            with self.subTest(part):
                print("part", part)
                time.sleep(20)
report = outcomes.Report()
unittest.defaultTestLoader.loadTestsFromTestCase(Slow).run(outcomes.EndToEndResult(report))
report.close()
"""


# A unit test that passes, and leaves something that is noticed only after it.
LEFT_BEHIND = """
#include <criterion/criterion.h>
static void look(void) { cr_expect(0, "something is left"); }
TestSuite(suite, .fini = look);
Test(suite, passes) {}
"""


@support.needs_root
class RouterChainTest(support.HopwireTestCase):
    def test_traceroute_sees_every_hop_in_order(self):
        chain = self.router_chain(6)
        said = chain.host.call("traceroute", "-n", "-q", 1, "-w", 5, chain.target)
        seen = re.findall(r"^ *\d+  (\S+)", said, re.MULTILINE)
        self.assertEqual(seen, [*chain.hops, chain.target])

    def test_no_router_limits_its_errors(self):
        chain = self.router_chain(1)
        ping = ("ping", "-n", "-t", 1, "-c", 200, "-i", 0.002, "-W", 1, chain.target)
        said = chain.host.call(*ping, statuses=(1,))
        self.assertEqual(said.count("Time to live exceeded"), 200, said)

    def test_every_target_answers(self):
        chain = self.router_chain(1)
        for target in ("44.1.0.1", "44.1.127.200", "44.1.255.254"):
            self.assertIn(" 1 received", chain.host.call("ping", "-n", "-c", 1, "-W", 5, target))

    def test_capture_holds_what_was_sent(self):
        chain = self.router_chain(1)
        capture = self.capture(chain.host, chain.host_interface, "icmp")
        chain.host.call("ping", "-n", "-c", 3, "-i", 0.01, chain.target)
        self.assertEqual(capture.stop(), 0)
        requests = network.tshark(capture.path, "ip.dst", "icmp.seq", display_filter="icmp.type == 8")
        self.assertEqual(requests, [(chain.target, str(sequence)) for sequence in (1, 2, 3)])


@support.needs_root
class LeftoverTest(support.HopwireTestCase):
    def start_holder(self):
        """A process in a network namespace of its own, and one that stays in it."""
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        process = subprocess.Popen(["unshare", "--net", "sh", "-c", "echo; exec cat"], **pipes)
        self.addCleanup(process.communicate)
        self.assertEqual(process.stdout.read(1), b"\n")
        return process

    def test_what_goes_with_its_process_is_not_left_behind(self):
        process = self.start_holder()
        with self.leaves_nothing_behind(process) as holdings:
            self.assertEqual(len(holdings.namespaces), 1)
            self.assertEqual(len(holdings.left()), 2, "the namespace and the process")
            process.kill()
            process.wait()

    def test_what_stays_is_noticed(self):
        self.addCleanup(setattr, support, "GONE_SECONDS", support.GONE_SECONDS)
        support.GONE_SECONDS = 0
        process = self.start_holder()
        with self.assertRaisesRegex(AssertionError, r"net:\["):
            with self.leaves_nothing_behind(process):
                namespace = os.open(f"/proc/{process.pid}/ns/net", os.O_RDONLY)
                self.addCleanup(os.close, namespace)
                process.kill()
                process.wait()


class TimeLimitTest(support.HopwireTestCase):
    def test_it_ends_the_test_and_not_only_a_part(self):
        said = network.call(sys.executable, "-c", TWO_PARTS, cwd=HERE)
        self.assertIn("part 1\n", said)
        self.assertNotIn("part 2\n", said)
        self.assertIn("cleaned up\n", said)
        self.assertIn("took too long", said)


class UnitRunTest(support.HopwireTestCase):
    def test_what_fails_only_after_a_test_is_counted(self):
        source, binary = self.directory / "left.c", self.directory / "left"
        source.write_text(LEFT_BEHIND)
        compiler = shlex.split(os.environ.get("CC", "cc"))
        subprocess.run([*compiler, "-o", binary, source, "-lcriterion"], check=True)
        report = outcomes.Report()
        with contextlib.redirect_stdout(io.StringIO()):
            units.run_unit(binary, None, report)
        self.assertEqual((report.count(outcomes.PASSED), report.count(outcomes.FAILED)), (1, 1))
        self.assertIn("something is left", report.outcomes[-1][-1])


class ReadingTest(support.HopwireTestCase):
    HEADER = ",".join(support.Record._fields) + "\n"
    LINE = "1700000000000000,192.0.2.1,198.51.100.7,3,9,1,60,11,0,12345,1001:0:1:2;1002:0:1:1,duplicate;late\n"

    def test_a_record_has_typed_columns(self):
        (record,) = support.parse_csv(self.HEADER + self.LINE)
        self.assertEqual((record.responder, record.rtt_us), ("192.0.2.1", 12345))
        self.assertEqual((record.mpls, record.flags), (("1001:0:1:2", "1002:0:1:1"), ("duplicate", "late")))

    def test_an_unfinished_line_counts_only_for_killed_surveys(self):
        path = self.directory / "results.csv"
        path.write_text(self.HEADER + self.LINE + "17000")
        self.assertEqual(len(support.read_csv(path, killed=True)), 1)
        with self.assertRaisesRegex(ValueError, "unfinished"):
            support.read_csv(path)

    def test_other_columns_are_refused(self):
        with self.assertRaisesRegex(ValueError, "columns"):
            support.parse_csv("time,responder\n")


class LedgerTest(support.HopwireTestCase):
    BALANCED = {
        "generated": 10, "sent": 6, "blocked": 2, "no_way": 1, "tx_dropped": 1,
        "arrived": 21, "device_dropped": 1, "received": 20, "passed": 1, "rejected_filter": {"forged": 1, "foreign": 1}, "redirected": 17,
        "decoded": 12, "ring_full": 2, "fill_empty": 2, "rx_dropped": 1, "redirect_failed": 0,
        "accepted": 9, "excess": 2, "rejected_decode": {"ip_checksum": 1},
        "written": 8, "writer_dropped": 1,
        "answers": 4, "answers_heard": 2, "answer_ring_full": 1, "answers_after_end": 1,
        "to_capture": 5, "captured": 3, "capture_dropped": 1, "capture_past_limit": 1, "balanced": True,
    }  # fmt: skip

    def test_a_balanced_ledger_passes(self):
        self.assertLedgerBalanced(self.BALANCED)

    def test_one_packet_more_anywhere_is_noticed(self):
        for name in ("sent", "passed", "ring_full", "accepted", "excess", "written", "answers_heard"):
            with self.subTest(name), self.assertRaises(AssertionError):
                self.assertLedgerBalanced({**self.BALANCED, name: self.BALANCED[name] + 1})

    def test_balanced_must_say_so(self):
        with self.assertRaises(AssertionError):
            self.assertLedgerBalanced({**self.BALANCED, "balanced": False})
