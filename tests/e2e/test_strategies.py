# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys by strategies that learn, in the simulated Internet: what they find, and with how many probes."""

import unittest

import support

TARGETS = 4096
BLOCKS = "20.0.0.0/12"
# Answers are here at once, so nobody needs to be waited for, and knowledge is fresh however many walks there are.
PROMPT = "start=1024,patience=200ms"


@support.needs_root
class StrategiesTestCase(support.HopwireTestCase):
    def assert_found(self, strategy, probes_a_target, recall, *arguments):
        survey = self.survey("--quiet", "--sim=realism=ideal,rtt=off", "--rate", "20k", "--strategy", strategy, *arguments, BLOCKS)
        ledger = survey.ledger
        self.assertEqual(ledger["answers"], ledger["answers_heard"], ledger)
        self.assertLessEqual(ledger["sent"], probes_a_target * TARGETS, ledger)
        score = self.score(survey)
        for kind in ("interfaces", "links"):
            self.assertGreaterEqual(score[kind]["recall"], recall, score)
            self.assertEqual(score[kind]["precision"], 1.0, score)

    def test_adaptive(self):
        self.assert_found(f"adaptive,{PROMPT}", 5.5, 0.97)

    def test_adaptive_with_two_senders(self):
        self.assert_found(f"adaptive,{PROMPT}", 11, 0.97, "--threads", "2")

    def test_flashroute(self):
        self.assert_found("flashroute,preprobe,round=200ms", 8, 0.9)


if __name__ == "__main__":
    unittest.main()
