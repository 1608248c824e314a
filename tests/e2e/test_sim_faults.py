# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys while something around them fails. Their results stay valid, and their ledgers balance."""

import collections
import contextlib
import math
import pathlib
import re
import time

import support

BACKENDS = ("ring", "xsk", "live", "sendmmsg")
ALLOWANCE_BATCH = 64  # probes that are counted before they are sent
ALLOWANCE_SMALL = 1024  # of the first ones each may be rewritten
MAX_TTL = 16
SECONDS = 2  # of sending


def resident_kb(pid):
    """How much memory a process uses; 0 if it has ended."""
    with contextlib.suppress(OSError, ProcessLookupError):
        found = re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())
        return int(found[1]) if found else 0
    return 0


@support.lasting
@support.needs_root
class FaultTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        # A slow machine gets fewer targets, so that its surveys last as long.
        fewer = math.ceil(math.log2(support.slowness()))
        targets = 2048 >> fewer
        self.probes = targets * MAX_TTL
        self.usual = (f"16.0.0.0/{13 + fewer}", "--max-ttl", MAX_TTL, "--rate", self.probes // SECONDS)
        self.slowly = ("--rate", self.probes // (2 * SECONDS))
        self.usual6 = (f"2600::/{37 + fewer}", *self.usual[1:])

    def survey_with(self, fault, *arguments):
        """Surveys an ideal world with that fault. All that was written must be true."""
        survey = self.survey(f"--sim=realism=ideal,{fault}", *self.usual, *arguments)
        score = self.score(survey)
        self.assertEqual((score["interfaces"]["precision"], score["links"]["precision"]), (1.0, 1.0), score)
        self.assertEqual(len(survey.records), survey.ledger["written"])
        return survey, survey.metadata["sim"]["counters"]

    def test_a_link_that_goes_down_is_waited_for(self):
        survey, _ = self.survey_with("fault=link-down@500ms:700ms")
        self.assertIn("the link is down", survey.said)
        self.assertIn("the link is up again", survey.said)
        self.assertEqual(survey.metadata["state"], "finished")
        # What was under way when the link went down is lost, a ring of probes at most.
        self.assertEqual(survey.ledger["generated"], self.probes)
        self.assertGreater(survey.ledger["written"], self.probes - 512)

    def test_probes_that_wait_for_a_link_do_not_age(self):
        survey, _ = self.survey_with("fault=link-down@300ms:6s")
        self.assertIn("the link is up again", survey.said)
        # The outage does not go into round trips, which take no time here but what a busy machine adds.
        self.assertLess(max(record.rtt_us for record in survey.records), 5_500_000)

    def test_probes_that_wait_for_a_link_leave_once(self):
        slowly = ("--rate", self.probes // (4 * SECONDS))
        for backend in BACKENDS:
            with self.subTest(backend):
                survey, _ = self.survey_with("fault=link-down@300ms:2s", "--strategy", "adaptive", "--tx", backend, *slowly)
                self.assertIn("the link is up again", survey.said)
                # What has not left is not asked for again: its answer would come twice.
                twice = [record for record in survey.records if "duplicate" in record.flags]
                self.assertEqual(twice, [])

    def test_a_gateway_that_moves_is_followed(self):
        survey, counters = self.survey_with("fault=mac-change@500ms", *self.slowly)
        self.assertRegex(survey.said, "warning: the gateway 198.18.0.1 now has the Ethernet address 02:00:c6:12:ff:01")
        self.assertEqual(survey.metadata["gateway_mac"], "02:00:c6:12:ff:01")
        # Some went to the old address, for a second at most; they are what is missing, and nothing else.
        self.assertTrue(0 < counters["ignored"] < self.probes * 3 / 4, counters)
        self.assertEqual(survey.ledger["written"], self.probes - counters["ignored"])
        self.assertEqual(counters["received"], self.probes)

    def test_a_gateway_of_ipv6_is_followed_too(self):
        survey = self.survey("--sim=realism=ideal,fault=mac-change@500ms", *self.usual6, *self.slowly)
        self.assertRegex(survey.said, "warning: the gateway (fe80|2001:2):\\S* now has the Ethernet address 02:00:c6:12:ff:01")
        ignored = survey.metadata["sim"]["counters"]["ignored"]
        self.assertTrue(0 < ignored < self.probes * 3 / 4, ignored)
        self.assertEqual(survey.ledger["written"], self.probes - ignored)

    def test_a_receiver_that_is_overrun_counts_what_it_loses(self):
        # The least memory for replies: what comes meanwhile is many times as much.
        # Late, since all replies so far are what comes again.
        fault = f"fault=rx-overrun@1200ms:{300 * support.slowness():.0f}ms"
        survey, counters = self.survey_with(fault, "--umem-memory", "9M")
        ledger = survey.ledger
        self.assertGreater(counters["repeated"], 4096, "more than a ring holds")
        self.assertEqual(ledger["received"], counters["sent"], "what arrives is counted")
        self.assertEqual(ledger["redirected"], ledger["received"])
        self.assertEqual(ledger["rejected_filter"]["excess"], 0, "each came a few times")
        lost = ledger["ring_full"] + ledger["fill_empty"] + ledger["rx_dropped"]
        self.assertEqual(lost, ledger["redirected"] - ledger["decoded"], ledger)
        self.assertGreater(lost, 0, f"the receiver took all {counters['repeated']}")
        self.assertNotIn("lost here     nothing", survey.said)

    def test_a_flood_of_forgeries_is_kept_out(self):
        survey, counters = self.survey_with("fault=flood")
        ledger = survey.ledger
        forged = ledger["rejected_filter"]["forged"]
        rewritten = [record for record in survey.records if "rewritten" in record.flags]
        real = len(survey.records) - len(rewritten)
        self.assertGreater(forged, self.probes, "this was no flood")
        # The tags are 8 and 23 bits: of the forgeries 2^-8 pass the filter as rewritten, none as ours. Those about
        # probes that the survey does not send are rejected nevertheless.
        # And those in excess of what rewritten ones may be of all that was sent.
        passed = len(rewritten) + ledger["rejected_decode"]["out_of_survey"] + ledger["excess"]
        counted = self.probes + ALLOWANCE_BATCH
        self.assertLessEqual(len(rewritten), min(counted, ALLOWANCE_SMALL) + max(counted - ALLOWANCE_SMALL, 0) / 16)
        self.assertAlmostEqual(passed, (forged + passed) / 256, delta=7 * (forged / 256) ** 0.5)
        losses = ledger["ring_full"] + ledger["fill_empty"] + ledger["rx_dropped"] + ledger["writer_dropped"]
        if losses == 0:  # else nobody can say which of them were real
            self.assertEqual(real, counters["sent"])
        self.assertLessEqual(real, counters["sent"])
        self.assertGreaterEqual(real, counters["sent"] - losses)
        # Real replies end in the simulator's counters or in the ledger.
        replies = counters["time_exceeded"] + counters["port_unreachable"]
        ends = ("sent", "dropped", "delay_full", "pending")
        self.assertEqual(replies, sum(counters[end] for end in ends), counters)
        # The flood goes on when the survey has stopped listening.
        self.assertLessEqual(forged + passed, counters["forged"])

    def test_probes_that_are_answered_without_end_change_nothing(self):
        process, results = self.start_survey("--sim=realism=ideal,fault=replay@0:300k", *self.usual)
        at_first = resident_kb(process.pid)
        at_last = at_first
        while process.poll() is None:
            at_last = resident_kb(process.pid) or at_last
            time.sleep(0.05)
        survey = support.Survey(results, support.metadata_path(results), self.finish(process))
        self.assertLedgerBalanced(survey.ledger)
        # The simulator keeps what it repeats, 8 MB; a node an invented router would be 15 MB per second.
        self.assertLess(at_last - at_first, 16 * 1024, "memory grows")
        ledger, counters = survey.ledger, survey.metadata["sim"]["counters"]
        excess = ledger["excess"] + ledger["rejected_filter"]["excess"]
        self.assertGreater(excess, self.probes, "this was no attack")
        for loss in ("ring_full", "fill_empty", "rx_dropped", "writer_dropped"):
            self.assertEqual(ledger[loss], 0, ledger)
        records = collections.Counter(map(support.probe_of, survey.records))
        self.assertLessEqual(max(records.values()), 4)
        # Nothing real is lost but what did not get to the device; there a repetition is the first to come.
        lost = counters["dropped"] + ledger["device_dropped"]
        self.assertGreaterEqual(len(records), self.probes - lost)
        self.assertLess(lost, self.probes / 10)
        # Four thousand probes were answered again, and none of those who did so is on the map.
        self.assertLessEqual(len(survey.records), self.probes + 3 * 4096)
        self.assertEqual(ledger["accepted"] + excess, ledger["received"])
        first = {record.responder for record in survey.records if record.icmp_type == 11 and not record.marks}
        self.assertEqual(survey.metadata["graph"]["interfaces"], len(first))
        score = self.score(survey)["interfaces"]
        self.assertLessEqual(score["found"], score["true"] + lost, score)
        self.assertRegex(survey.said, r"refused +[0-9,]+ answers beyond what probes can get")
        # The attack goes on when the survey has stopped listening.
        self.assertLessEqual(excess, counters["replayed"])

    def test_a_rate_that_is_looked_for_is_not_driven_down_by_an_attack(self):
        arguments = ("--rate", "auto", "16.0.0.0/12", "--max-ttl", 32)
        survey = self.survey("--sim=realism=ideal,rtt=off,fault=replay@0:300k", *arguments)
        self.assertGreater(survey.ledger["rejected_filter"]["excess"], 0, "this was no attack")
        self.assertEqual(survey.ledger["sent"], 4096 * 32)
        # It begins at 100,000 a second, and the machine may be too busy for that; a rate that gave way to each loss of
        # the device would be at a hundred.
        self.assertGreater(survey.metadata["achieved_rate"], 2000 / support.slowness())
        lost = sum(survey.ledger[name] for name in ("ring_full", "fill_empty", "rx_dropped", "writer_dropped"))
        self.assertEqual(lost, 0, survey.ledger)

    def test_faults_can_come_together(self):
        survey, _ = self.survey_with("fault=flood:20k,fault=link-down@300ms:300ms,fault=link-down@1s:200ms")
        self.assertEqual(survey.said.count("the link is down"), 2, survey.said)
        self.assertGreater(survey.ledger["rejected_filter"]["forged"], 0)

    def test_a_gateway_that_moves_while_the_link_is_down_is_followed(self):
        survey, _ = self.survey_with("fault=mac-change@400ms,fault=link-down@300ms:300ms")
        self.assertIn("the gateway 198.18.0.1 now has the Ethernet address", survey.said)
        self.assertGreater(survey.ledger["written"], 0)


class OptionTest(support.HopwireTestCase):
    def test_unknown_faults_are_refused(self):
        for fault in ("flod", "flood:x", "link-down@x", "mac-change:1s"):
            done = self.hopwire("survey", f"--sim=fault={fault}", "16.0.0.0/24", status=2)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertIn("fault", done.stderr)
