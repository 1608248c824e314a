# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys through the line of the simulated Internet: round-trip times and impairments; each reply is accounted for."""

import support

TARGETS = "16.0.0.0/14"  # 1,024 of them
MANY = ("16.0.0.0/14", "--max-ttl", 16, "--rate", "20k")

REPLIES = ("time_exceeded", "port_unreachable", "echo_reply", "tcp_reply")
UNANSWERED = ("silent", "rate_limited", "neighbour", "ignored", "lost_out", "queue_full_out", "corrupted_out", "no_line")
ENDS_OUT = (*REPLIES, *UNANSWERED)
COPIES = ("duplicated_out", "duplicated_back", "repeated")
ENDS_BACK = ("sent", "dropped", "lost_back", "queue_full_back", "delay_full", "pending")


def total(counters, names):
    return sum(counters[name] for name in names)


def percentile(values, percent):
    return sorted(values)[len(values) * percent // 100]


class LineTestCase(support.HopwireTestCase):
    def survey_through(self, options, *arguments, **keywords):
        """Surveys an ideal world behind such a line and checks what the simulator counted."""
        survey = self.survey(f"--sim=realism=ideal,{options}", *arguments, **keywords)
        counters = survey.metadata["sim"]["counters"]
        self.assertEqual(counters["received"], total(counters, ENDS_OUT), counters)
        self.assertEqual(total(counters, (*REPLIES, *COPIES)), total(counters, ENDS_BACK), counters)
        self.assertEqual(counters["received"], survey.ledger["sent"], "frames that came to the simulator")
        self.assertEqual((counters["pending"], counters["delay_full"]), (0, 0), counters)
        return survey, counters


@support.needs_root
@support.alone
class FarEndsTest(LineTestCase):
    """Delays that tests running at the same time cause would be measured as delays of the way."""

    # The curve's figures in milliseconds, and what so few networks of one seed may stray from them.
    CURVE = {50: 110, 90: 235, 99: 293}
    STRAYS = 0.15
    TURNS = 8

    def measure(self):
        """Round-trip times in milliseconds by target. Sends slowly, because probes also wait for each other."""
        prefixes = [f"{first}.{second}.0.0/20" for first in range(16, 40) for second in (1, 90, 180, 240)]
        survey, _ = self.survey_through("rtt=internet", "--min-ttl", 32, "--max-ttl", 32, "--rate", "1k", *prefixes)
        self.assertEqual(survey.metadata["sim"]["rtt"], "internet")
        self.assertEqual(len(survey.records), 16 * len(prefixes))
        return {record.target: record.rtt_us / 1000 for record in survey.records}

    def test_far_ends_take_as_long_as_measured(self):
        soonest = self.measure()
        for _ in range(self.TURNS):  # a stall of this machine is not at the same targets again
            found = {percent: percentile(soonest.values(), percent) for percent in self.CURVE}
            if all(found[percent] <= (1 + self.STRAYS) * self.CURVE[percent] for percent in self.CURVE):
                break
            soonest = {target: min(soonest[target], rtt) for target, rtt in self.measure().items()}
        for percent, expected in self.CURVE.items():
            self.assertAlmostEqual(found[percent], expected, delta=self.STRAYS * expected, msg=f"p{percent}")


@support.needs_root
class RoundTripTest(LineTestCase):
    def test_near_hops_take_a_millisecond(self):
        survey, _ = self.survey_through("rtt=internet", "--max-ttl", 2, "--rate", "5k", TARGETS)
        # The soonest: how late others are depends on how busy this machine is.
        soonest = {
            ttl: min(record.rtt_us for record in survey.records if record.probe_ttl == ttl) for ttl in (1, 2)
        }
        self.assertTrue(600 < soonest[1] < 3000, soonest)
        self.assertLess(soonest[1], soonest[2])

    def test_everything_is_found_all_the_same(self):
        survey, counters = self.survey_through("rtt=internet", *MANY, cooldown="2s")
        score = self.score(survey)
        self.assertEqual((score["interfaces"]["recall"], score["links"]["recall"]), (1.0, 1.0), counters)
        self.assertEqual(score["interfaces"]["precision"], 1.0)
        self.assertEqual(counters["sent"], survey.ledger["received"])

    def test_several_queues_have_a_line_each(self):
        survey, counters = self.survey_through("rtt=internet,queues=2", *MANY)
        self.assertEqual(counters["sent"], 1024 * 16)
        self.assertEqual(survey.ledger["written"], 1024 * 16)

    def test_realistic_worlds_take_their_time_and_ideal_ones_do_not(self):
        for options, rtt in (("realism=internet", "internet"), ("realism=ideal", "off"), ("rtt=off", "off")):
            survey = self.survey(f"--sim={options}", "--max-ttl", 3, "16.0.0.0/20", name=f"{options}.csv")
            self.assertEqual(survey.metadata["sim"]["rtt"], rtt, options)


@support.needs_root
class ImpairmentTest(LineTestCase):
    PROBES = 1024 * 16

    def assert_about(self, count, share, of):
        """Allows seven standard deviations of the binomial distribution."""
        mean = of * share
        self.assertAlmostEqual(count, mean, delta=7 * (mean * (1 - share)) ** 0.5)

    def test_what_is_missing_was_lost_on_the_way(self):
        survey, counters = self.survey_through("loss-out=10,loss-back=5", *MANY)
        missing = self.PROBES - len(survey.records)
        self.assertEqual(missing, counters["lost_out"] + counters["lost_back"])
        self.assert_about(counters["lost_out"], 0.10, self.PROBES)
        self.assert_about(counters["lost_back"], 0.05, self.PROBES - counters["lost_out"])

    def test_duplicates_are_flagged(self):
        survey, counters = self.survey_through("duplicate-out=3,duplicate-back=10", *MANY)
        flagged = sum("duplicate" in record.flags for record in survey.records)
        self.assertEqual(flagged, counters["duplicated_out"] + counters["duplicated_back"])
        self.assert_about(counters["duplicated_out"], 0.03, self.PROBES)
        self.assert_about(counters["duplicated_back"], 0.10, self.PROBES)

    def test_damaged_replies_are_rejected_and_counted(self):
        survey, counters = self.survey_through("corrupt-back=20", *MANY)
        ledger = survey.ledger
        rejected = support.ledger_value(ledger, "rejected_filter") + support.ledger_value(ledger, "rejected_decode")
        # A bit of the header's first byte or protocol makes the kernel take it for something else.
        self.assertEqual(rejected + ledger["passed"], counters["corrupted_back"], ledger)
        self.assert_about(counters["corrupted_back"], 0.20, self.PROBES)
        self.assertEqual(ledger["written"], self.PROBES - counters["corrupted_back"])

    def test_damaged_probes_are_not_answered_or_recognized(self):
        survey, counters = self.survey_through("corrupt-out=20", *MANY)
        self.assertGreater(counters["corrupted_out"], 0)
        self.assertLess(survey.ledger["written"], self.PROBES - counters["corrupted_out"])
        self.assertEqual(self.score(survey)["false"], [], "a damaged probe made something up")

    def test_over_ipv6_each_reply_is_accounted_for(self):
        options = "loss-out=5,loss-back=5,duplicate-back=5,reorder-back=5"
        survey, counters = self.survey_through(options, "2600::/38", *MANY[1:])
        for name in ("lost_out", "lost_back", "duplicated_back", "reordered_back"):
            self.assertGreater(counters[name], 0, name)
        self.assertEqual(self.score(survey)["false"], [])

    def test_reordered_replies_come_late(self):
        survey, counters = self.survey_through("reorder-out=5,reorder-back=5", *MANY)
        held_back = sum(record.rtt_us >= 3000 for record in survey.records)
        reordered = counters["reordered_out"] + counters["reordered_back"]
        self.assert_about(reordered, 0.10, self.PROBES)
        self.assertGreaterEqual(held_back, reordered * 0.9)
        order = [record.time_us - record.rtt_us for record in survey.records]
        self.assertNotEqual(order, sorted(order))
        self.assertEqual(len(survey.records), self.PROBES)

    def test_a_bottleneck_drops_what_its_queue_cannot_hold(self):
        # 20,000 replies of 70 bytes per second are 11.2 Mbit/s, and 600 of a slow machine still too many.
        survey, counters = self.survey_through("bandwidth-back=250k,queue-back=8K", *MANY)
        self.assertEqual(len(survey.records), self.PROBES - counters["queue_full_back"])
        # What comes through in the time of the survey, which may take longer, and what the queue holds in the end.
        self.assertGreater(counters["sent"], 0.95 * (self.PROBES * 0.25 / 11.2 + 8 * 1024 / 70))
        self.assertGreater(counters["queue_full_back"], self.PROBES / 4)
        waited = percentile([record.rtt_us for record in survey.records], 50)
        self.assertTrue(0.9 < waited / (8 * 1024 * 8 / 0.25) < 1.5, waited)

    def test_a_bottleneck_on_the_way_out_drops_probes(self):
        survey, counters = self.survey_through("bandwidth-out=250k,queue-out=4K", *MANY)
        self.assertGreater(counters["queue_full_out"], self.PROBES / 4)
        self.assertEqual(len(survey.records), self.PROBES - counters["queue_full_out"])


@support.needs_root
class EndTest(LineTestCase):
    def test_killed_with_line_and_faults_it_leaves_nothing(self):
        options = "--sim=realism=ideal,rtt=internet,queues=2,fault=flood:1k"
        process, _ = self.start_survey(options, "--rate", "1k", "16.0.0.0/12")
        with self.leaves_nothing_behind(process):
            process.kill()
            process.wait()
