# SPDX-License-Identifier: GPL-2.0-or-later
"""Behaviours of the simulated Internet, as surveys see them and as they are in the truth."""

import collections
import ipaddress
import re

import support

# All that a survey sees without time having a part in it.
STEADY = "--sim=rate-limits=off,rtt=off"


@support.lasting
@support.needs_root
class BehaviourTest(support.HopwireTestCase):
    def steady_survey(self, options="", *arguments):
        return self.survey(f"{STEADY}{options}", "--rate", "100k", *(arguments or ("16.0.0.0/13", "--max-ttl", 24)))

    def test_balanced_ways_of_several_flows_are_found(self):
        survey = self.steady_survey(",balancers=100", "--flows", 4, "--max-ttl", 24, "16.0.0.0/15")
        self.assert_all_found(survey)
        hops = collections.defaultdict(set)
        for record in survey.records:
            if record.icmp_type == 11:
                hops[record.target, record.probe_ttl].add(record.responder)
        self.assertTrue(any(len(responders) > 1 for responders in hops.values()))

    def test_flows_by_host_find_what_is_balanced_by_destination(self):
        links = {}
        apart = [f"{part}.{part}.{part}.0/24" for part in range(20, 100, 2)]
        for by in ("port", "host"):
            with self.subTest(by=by):
                survey = self.steady_survey(
                    ",balancers=100,middleboxes=0", "--flows", 8, "--flows-by", by, "--max-ttl", 24, *apart, "2600::/44"
                )
                score = self.score(survey)
                for kind in ("interfaces", "links"):
                    self.assertEqual((score[kind]["recall"], score[kind]["precision"]), (1.0, 1.0), score)
                self.assertEqual(survey.metadata["flows_by"], by)
                self.assertEqual(survey.metadata["requires"], ["flows-by-host"] if by == "host" else [])
                hosts = collections.defaultdict(set)
                for record in survey.records:
                    block = 48 if ":" in record.target else 24
                    hosts[ipaddress.ip_network(f"{record.target}/{block}", strict=False)].add(record.target)
                self.assertEqual({len(targets) for targets in hosts.values()}, {8 if by == "host" else 1})
                links[by] = self.links_between_routers(survey)
        self.assertGreater(links["host"], 1.1 * links["port"])

    @staticmethod
    def links_between_routers(survey):
        hops = {(r.target, r.flow, r.probe_ttl): r.responder for r in survey.records if r.icmp_type in (3, 11) and r.responder != r.target}
        return len({(hops[target, flow, ttl - 1], to) for (target, flow, ttl), to in hops.items() if (target, flow, ttl - 1) in hops})

    def test_packets_dealt_out_one_by_one_bring_nothing_false(self):
        survey = self.steady_survey(",balancers=100,seed=2")
        self.assert_all_found(survey)

    def test_labels_come_with_replies(self):
        survey = self.steady_survey()
        labelled = [record for record in survey.records if record.mpls]
        self.assertTrue(0.03 < len(labelled) / len(survey.records) < 0.3, len(labelled))
        for record in labelled:
            self.assertEqual(record.icmp_type, 11)
            for place, label in enumerate(record.mpls):
                number, _, bottom, ttl = map(int, re.fullmatch(r"(\d+):(\d):(\d):(\d+)", label).groups())
                self.assertTrue(16 <= number < 2**20, label)
                self.assertEqual(bottom, int(place == len(record.mpls) - 1), label)
                self.assertTrue(1 <= ttl <= 5, label)
        self.assertEqual([], [record for record in self.steady_survey(",mpls=0").records if record.mpls])

    def test_rewritten_destinations_are_told_and_kept_out(self):
        survey = self.steady_survey(",middleboxes=30,answering=50")
        rewritten = [record for record in survey.records if "rewritten" in record.flags]
        self.assertGreater(len(rewritten), 100)
        for record in rewritten:
            self.assertTrue(record.target.startswith("10."), record)
        self.assert_all_found(survey)

    def test_loops_are_followed_to_the_last_ttl(self):
        survey = self.steady_survey(",loops=100,silent=0", "16.0.0.0/16", "--max-ttl", 32)
        self.assert_all_found(survey)
        last = {record.target: record.responder for record in survey.records if record.probe_ttl == 32}
        before = {record.target: record.responder for record in survey.records if record.probe_ttl == 30}
        self.assertGreater(len(last), 200)
        self.assertEqual(last, before)

    def test_targets_that_answer_with_another_address_are_not_reached(self):
        survey = self.steady_survey(",aliases=100,answering=100")
        score = self.assert_all_found(survey)
        self.assertEqual((score["reached"], score["reached_true"]), (0, 0))
        self.assertTrue(any(record.responder.startswith("252.") for record in survey.records))
        self.assertTrue(any(record.responder.startswith("251.") for record in survey.records))

    def test_bogus_replies_are_rejected_and_counted(self):
        survey = self.steady_survey(",bogus=30")
        self.assert_all_found(survey)
        self.assertGreater(survey.ledger["rejected_decode"]["icmp_checksum"], 100)
        self.assertGreater(survey.ledger["rejected_filter"]["truncated"], 100)


@support.needs_root
class RateLimitTest(support.HopwireTestCase):
    FEW = ("16.0.0.0/21", "--max-ttl", 24)
    MANY = ("16.0.0.0/11", "--max-ttl", 24)

    @staticmethod
    def held_back(survey):
        told = re.search(r"([\d,]+) repl(?:y|ies) not sent because of routers' rate limits", survey.said)
        return int(told.group(1).replace(",", "")) if told else 0

    def test_what_is_missing_was_held_back(self):
        # Without balancers that deal out packets by chance: some of their routers are silent.
        surveys = {
            limits: self.survey(f"--sim=balancers=0,rtt=off,rate-limits={limits}", "--rate", "100k", *self.MANY,
                                name=f"{limits}.csv")
            for limits in ("on", "off")
        }
        received = {limits: survey.ledger["received"] for limits, survey in surveys.items()}
        self.assertGreater(self.held_back(surveys["on"]), received["off"] / 20)
        self.assertEqual(self.held_back(surveys["off"]), 0)
        self.assertEqual(received["on"] + self.held_back(surveys["on"]), received["off"])
        score = self.score(surveys["on"])
        self.assertLess(score["links"]["recall"], 1.0)
        self.assertEqual(score["reasons"]["rate_limited"], self.held_back(surveys["on"]))
        self.assertEqual(score["reasons"]["never_sent"], 0)
        self.assertEqual((score["interfaces"]["precision"], score["links"]["precision"]), (1.0, 1.0))

    def test_who_asks_slowly_is_answered(self):
        survey = self.survey("--sim", "--rate", 50, *self.FEW)
        score = self.score(survey)
        self.assertGreaterEqual(score["interfaces"]["recall"], 0.99)
        self.assertGreaterEqual(score["links"]["recall"], 0.95)
