# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys within bounds: when their probes left, by the send times that came back in the replies."""

import collections
import itertools
import unittest

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

    def test_prefixes_and_near_hops_are_asked_no_more_than_that_by_all_senders_together(self):
        self.assert_all_sent_gently(64, 10, 20, 100, "--threads", 2, "16.0.0.0/18")

    def test_addresses_of_one_prefix_share_its_bound(self):
        self.assert_all_sent_gently(4, 8, 40, 100, "16.0.0.1", "16.0.0.2", "16.0.0.3", "16.0.0.4")


if __name__ == "__main__":
    unittest.main()
