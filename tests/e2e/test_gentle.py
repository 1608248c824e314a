# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys with bounds on their rate: the times at which probes left, from the send times in the replies."""

import collections
import itertools
import unittest

import network
import support

IDEAL = "--sim=realism=ideal,rtt=off"
SLACK_US = 1000  # SPACING_SLACK_NS
# A sender reads the clock, and the probe takes it along in microseconds, moved on by one at times.
CLOCK_US = 2
NEAR_TTLS = range(1, 6)


def sent_us(record):
    return record.time_us - record.rtt_us


@support.needs_root
class GentleTest(support.HopwireTestCase):
    def assert_bounded(self, records, key, rate):
        times = collections.defaultdict(list)
        for record in records:
            times[key(record)].append(sent_us(record))
        for of, sent in times.items():
            for first, second in itertools.pairwise(sorted(sent)):
                self.assertGreaterEqual(second - first, 1e6 / rate - SLACK_US - CLOCK_US, f"{of}: {sorted(sent)}")

    def assert_all_sent_gently(self, targets, ttls, per_prefix, per_hop, *arguments):
        survey = self.survey(
            IDEAL, "--quiet", "--rate", "max", "--max-ttl", ttls, "--max-per-prefix", per_prefix, "--max-per-hop", per_hop, *arguments
        )
        records = survey.records
        self.assertEqual(survey.ledger["sent"], targets * ttls)
        self.assertEqual(len({(record.target, record.probe_ttl) for record in records}), targets * ttls)
        self.assert_bounded(records, lambda record: record.target.rpartition(".")[0], per_prefix)
        self.assert_bounded((r for r in records if r.probe_ttl in NEAR_TTLS), lambda record: record.probe_ttl, per_hop)
        gentle = survey.metadata["gentle"]
        self.assertEqual((gentle["max_per_prefix"], gentle["max_per_hop"]), (per_prefix, per_hop))
        self.assertGreater(gentle["kept"], 0)
        self.assertGreater(gentle["held_seconds"], 0)

    @support.needs_two_cpus
    def test_prefixes_and_near_hops_are_asked_no_more_than_that_by_all_senders_together(self):
        self.assert_all_sent_gently(64, 10, 20, 100, "--threads", 2, "16.0.0.0/18")

    def test_addresses_of_one_prefix_share_its_bound(self):
        self.assert_all_sent_gently(4, 8, 40, 100, "16.0.0.1", "16.0.0.2", "16.0.0.3", "16.0.0.4")

    def test_a_learner_within_bounds_finds_what_it_finds_without(self):
        survey = self.survey(
            IDEAL, "--quiet", "--rate", "2k", "--strategy", "adaptive,patience=200ms", "--max-per-prefix", 5, "--max-per-hop", 200, "16.0.0.0/18"
        )
        self.assertGreater(survey.metadata["gentle"]["kept"], 0)
        self.assert_bounded(survey.records, lambda record: record.target.rpartition(".")[0], 5)
        score = self.score(survey)
        self.assertGreaterEqual(score["interfaces"]["recall"], 0.9, score)


@support.needs_root
class ContactTest(support.HopwireTestCase):
    TEXT = "noc@example.org"

    def test_probes_say_whom_to_ask(self):
        chain = self.router_chain(2)
        capture = self.capture(chain.routers[0], chain.gateway_interface, "udp")
        survey = self.survey("--rate", 2000, "--contact", self.TEXT, "44.1.0.0/22", namespace=chain.host)
        self.assertEqual(capture.stop(), 0, "the capture is complete")
        self.assertEqual(survey.metadata["contact"], self.TEXT)
        self.assertEqual(survey.ledger["written"], survey.ledger["sent"], "replies are known as ever")
        probes = network.tshark(capture.path, "ip.ttl", "udp.checksum.status", "udp.payload", display_filter="udp and !icmp")
        self.assertEqual(len(probes), 4 * 32)
        for ttl, checksum, payload in probes:
            room = int(ttl) - 1
            self.assertEqual(checksum, "1", "right")
            self.assertEqual(bytes.fromhex(payload)[2:], self.TEXT.encode()[:room].ljust(room, b"\0"))


class WordsTest(support.HopwireTestCase):
    def test_a_dry_run_says_that_it_knows_no_bounds(self):
        told = self.hopwire("survey", "--dry-run", "--sim", "--max-per-hop", 5, "16.0.0.0/24").stderr
        self.assertIn("dry run: without --max-per-prefix and --max-per-hop", told)

    def test_a_text_that_probes_have_no_room_for_is_refused_with_the_reason(self):
        cases = (
            (("--probe", "tcp-syn", "--contact", "noc@example.org"), "probes by tcp-syn carry no data"),
            (("--max-ttl", 8, "--contact", "12345678"), "8 characters; probes with the highest TTL, 8, have room for 7"),
            (("--contact", "é"), "printable ASCII"),
            (("--contact", ""), "empty"),
        )
        for arguments, reason in cases:
            with self.subTest(arguments):
                refused = self.hopwire("survey", "--dry-run", *arguments, "8.8.8.0/24", status=2)
                self.assertIn(reason, refused.stderr)
                self.assertEqual(refused.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
