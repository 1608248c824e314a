# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys by strategies that learn, in the simulated Internet: what they find, and with how many probes."""

import pathlib
import subprocess
import unittest
import xml.etree.ElementTree

import support

TARGETS = 4096
BLOCKS = "20.0.0.0/12"
# Answers are here at once, so nobody needs to be waited for. Of many walks at a time each spends before it knows what the
# others found, where the machine stalls: 64 send as fast, and find the same every time.
PROMPT = "start=64,patience=200ms"


@support.needs_root
class StrategiesTestCase(support.HopwireTestCase):
    def assert_found(self, strategy, probes_a_target, recall, *arguments, blocks=(BLOCKS,)):
        survey = self.survey("--quiet", "--sim=realism=ideal,rtt=off", "--rate", "20k", "--strategy", strategy, *arguments, *blocks)
        ledger = survey.ledger
        self.assertEqual(ledger["answers"], ledger["answers_heard"], ledger)
        self.assertLessEqual(ledger["sent"], probes_a_target * TARGETS, ledger)
        score = self.score(survey)
        for kind in ("interfaces", "links"):
            self.assertGreaterEqual(score[kind]["recall"], recall, score)
            self.assertEqual(score[kind]["precision"], 1.0, score)
        self.assert_discovery(survey)
        return survey

    def assert_discovery(self, survey):
        discovery = survey.metadata["discovery"]
        self.assertEqual(discovery["columns"], ["seconds", "probes", "interfaces", "links", "lost"])
        for column in zip(*discovery["points"]):
            self.assertEqual(list(column), sorted(column), "nothing is forgotten")
        graph = survey.metadata["graph"]
        self.assertEqual(discovery["points"][-1][1:4], [survey.ledger["generated"], graph["interfaces"], graph["links"]])

    def test_adaptive(self):
        self.assert_found(f"adaptive,{PROMPT}", 5.5, 0.97)

    @support.needs_two_cpus
    def test_adaptive_with_two_senders(self):
        self.assert_found(f"adaptive,{PROMPT}", 5.5, 0.97, "--threads", "2")

    def test_adaptive_by_all_protocols_in_both_families(self):
        for probe in ("icmp", "tcp-syn"):
            with self.subTest(probe=probe):
                survey = self.assert_found(
                    f"adaptive,{PROMPT}", 5.5, 0.97, "--probe", probe, blocks=("20.0.0.0/13", "2a0b::/37")
                )
                graph = survey.metadata["graph"]
                self.assertGreater(graph["ipv6_links"], 1000)
                self.assertGreater(graph["links"] - graph["ipv6_links"], 1000)

    def test_adaptive_where_routes_change(self):
        """True is what existed before and after; a tenth of the links existed only at one time, and few walks see a change."""
        arguments = ("--sim=realism=ideal,rtt=off,churn=50,churn-time=500ms", "--rate", "20k", "--strategy", f"adaptive,{PROMPT}")
        survey = self.survey("--quiet", *arguments, BLOCKS)
        self.assertLessEqual(survey.ledger["sent"], 5.5 * TARGETS, survey.ledger)
        score = self.score(survey)
        self.assertGreaterEqual(score["interfaces"]["recall"], 0.9, score)
        self.assertEqual(score["interfaces"]["precision"], 1.0, score)
        self.assertGreaterEqual(score["links"]["recall"], 0.85, score)
        self.assertGreaterEqual(score["links"]["precision"], 0.98, score)

    def test_adaptive_tells_who_is_limited(self):
        arguments = ("--sim=realism=ideal,rate-limits=on,rtt=off", "--rate", "20k", "--strategy", f"adaptive,{PROMPT}")
        survey = self.survey(*arguments, BLOCKS)
        limited = survey.metadata["limited"]
        self.assertIn("  limited  ", survey.said)
        self.assertGreater(len(limited), 0)
        for hop in limited:
            self.assertLess(hop["answered"], hop["asked"])

    def test_multipath(self):
        sent = {}
        for coverage, recall in (("prefix", 0.98), ("links", 0.9)):
            with self.subTest(coverage=coverage):
                survey = self.survey(
                    "--quiet", "--sim=realism=ideal,balancers=39,rtt=off", "--rate", "50k", "--seed", "1",
                    "--strategy", f"multipath,coverage={coverage},patience=200ms", "20.0.0.0/16",
                )  # fmt: skip
                figures = survey.metadata["figures"]
                score = self.score(survey)
                self.assertGreaterEqual(score["links"]["recall"], recall, score)
                self.assertEqual(survey.metadata["flows"], 256 if coverage == "prefix" else 24)
                if coverage == "prefix":
                    self.assertEqual(sum(figures.values()), 256, figures)
                    self.assertGreater(figures["targets_whole"], 200)
                else:
                    self.assertEqual(figures["paths_asked"] + figures["paths_left_out"], 256 * 24, figures)
                sent[coverage] = survey.ledger["sent"]
        self.assertLess(sent["links"], sent["prefix"])

    def test_flashroute(self):
        survey = self.assert_found("flashroute,preprobe,round=200ms", 8, 0.9)
        self.assert_drawn([survey.metadata_path, survey.metadata_path])

    def assert_drawn(self, paths):
        plot = pathlib.Path(__file__).parents[2] / "scripts/plot-discovery"
        for by in ("probes", "seconds"):
            drawn = subprocess.run([plot, "--by", by, *paths], check=True, capture_output=True, text=True).stdout
            lines = xml.etree.ElementTree.fromstring(drawn).iterfind(".//{http://www.w3.org/2000/svg}polyline")
            self.assertEqual(len(list(lines)), 2 * len(paths), "interfaces and links of each")


if __name__ == "__main__":
    unittest.main()
