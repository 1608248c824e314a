# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys of worlds from files: measured routes, and graphs of load balancers."""

import gzip
import ipaddress
import os
import pathlib
import random
import re
import unittest

import support

ROUTES = """
10.0.0.1 192.0.2.1@1.5 * 192.0.2.3 10.0.0.1@30
10.0.0.1 192.0.2.1@1.5 192.0.2.2 192.0.2.4 192.0.2.5 10.0.0.1
172.16.0.9 192.0.2.1 192.0.2.9
127.0.0.1 192.0.2.1 192.0.2.2 127.0.0.1
"""

# A diamond of three, one of unequal length, two targets.
EDGES = """
127.0.0.1 10.0.0.1
10.0.0.1 10.0.1.1
10.0.0.1 10.0.1.2
10.0.0.1 10.0.1.3
10.0.1.1 10.0.2.1
10.0.1.2 10.0.2.1
10.0.1.3 10.0.2.1
10.0.2.1 10.0.3.1
10.0.2.1 10.0.4.1
10.0.3.1 10.0.4.1
10.0.4.1 127.1.1.6
10.0.3.1 127.1.1.7
"""


def corpus(folder, pattern):
    root = os.environ.get("HOPWIRE_CORPUS")
    return sorted(pathlib.Path(root, folder).glob(pattern)) if root else []


class TopologyTestCase(support.HopwireTestCase):
    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return path

    def survey_of(self, topology, *arguments):
        return self.survey(f"--sim=topology={topology},realism=ideal", "--rate", "50k", *arguments)


@support.needs_root
class RoutesTest(TopologyTestCase):
    def test_routes_are_found_as_measured(self):
        path = self.write("routes", ROUTES)
        targets = ("10.0.0.1", "172.16.0.9", "127.0.0.1", "8.8.8.8")
        survey = self.survey_of(f"routes:{path}", *targets, "--flows", 16)
        score = self.assert_all_found(survey)
        self.assertEqual((score["interfaces"]["true"], score["links"]["true"], score["reached"]), (6, 7, 2))
        self.assertFalse([record for record in survey.records if record.target == "8.8.8.8"])

    def test_who_is_met_on_the_way_to_itself_is_not_reached(self):
        """Truth, survey and score agree: the third and fourth only answer Time Exceeded."""
        path = self.write("routes", "".join(f"16.0.{number}.7 192.0.2.1 {rest}\n" for number, rest in enumerate((
            "16.0.0.7",
            "16.0.1.7 192.0.2.2 16.0.1.7",
            "16.0.2.7 192.0.2.2",
            "16.0.3.7 * *",
            "192.0.2.2",
        ))))
        survey = self.survey_of(f"routes:{path}", *(f"16.0.{number}.7" for number in range(5)), "--max-ttl", 6)
        score = self.assert_all_found(survey)
        self.assertEqual((score["reached"], score["reached_true"], survey.metadata["reached"]), (2, 2, 2))

    def test_one_flow_finds_one_of_the_alternatives(self):
        path = self.write("routes", ROUTES)
        for seed in (1, 2, 3):
            options = (f"--sim=topology=routes:{path},realism=ideal", "10.0.0.1")
            score = self.assert_all_found(self.survey(*options, seed=seed))
            self.assertLess(score["interfaces"]["true"], 5)

    def test_compressed_routes_of_many_targets(self):
        draw = random.Random(1)
        lines = []
        for target in range(5000):
            near = [f"172.16.{level}.{target >> (12 - level)}" for level in range(5)]
            far = [f"10.1.{draw.randrange(64)}.{draw.randrange(256)}" for _ in range(draw.randrange(6))]
            address = f"20.0.{target >> 8}.{target & 255}"
            hops = [hop if draw.random() > 0.1 else "*" for hop in near + far]
            lines.append(" ".join([address, *hops] + [address] * draw.randrange(2)))
        path = self.directory / "many.routes.gz"
        path.write_bytes(gzip.compress("\n".join(lines).encode()))
        targets = self.write("targets", "\n".join(line.split()[0] for line in lines if line.count(" ")) + "\n")
        self.assert_all_found(self.survey_of(f"routes:{path}", "--targets", targets, "--max-ttl", 12))

    def test_truth_without_targets_is_about_all_of_the_file(self):
        path = self.write("routes", ROUTES)
        by_default = self.hopwire("sim", "truth", "--topology", f"routes:{path}").stdout
        named = self.hopwire("sim", "truth", "--topology", f"routes:{path}", "10.0.0.1", "172.16.0.9", "127.0.0.1")
        self.assertEqual(by_default, named.stdout)

    def test_bad_files_are_refused_before_anything_starts(self):
        bad = {
            "10.0.0.1 192.0.2.300\n": "line 1: '192.0.2.300' is not a hop",
            "10.0.0.1 192.0.2.1\n10.0.0.2\n": "line 2: has a target and no hop",
        }
        for text, why in bad.items():
            path = self.write("routes", text)
            results = self.directory / "results.csv"
            topology = f"--sim=topology=routes:{path}"
            said = self.hopwire("survey", topology, "10.0.0.1", "--output", results, status=2).stderr
            self.assertIn(f"{path}: {why}", said)
            self.assertEqual(said.count("\n"), 1, said)
            self.assertFalse(results.exists())


@support.needs_root
class EdgesTest(TopologyTestCase):
    def test_all_ways_are_found_by_many_flows(self):
        path = self.write("edges", EDGES)
        survey = self.survey_of(f"edges:{path}", "127.1.1.6", "127.1.1.7", "--flows", 64)
        score = self.assert_all_found(survey)
        self.assertEqual((score["interfaces"]["true"], score["links"]["true"], score["reached"]), (7, 11, 2))

    def test_one_flow_finds_its_way_and_the_truth_knows_which(self):
        path = self.write("edges", EDGES)
        for seed in range(1, 5):
            survey = self.survey(f"--sim=topology=edges:{path},realism=ideal", "127.1.1.6", seed=seed)
            score = self.assert_all_found(survey)
            self.assertLess(score["interfaces"]["true"], 7)

    def test_a_cycle_is_refused(self):
        path = self.write("edges", "10.0.0.1 10.0.0.2\n10.0.0.2 10.0.0.3\n10.0.0.3 10.0.0.2\n")
        said = self.hopwire("survey", f"--sim=topology=edges:{path}", "10.0.0.3", status=2).stderr
        self.assertIn("cycle", said)


@support.lasting
@support.needs_root
class CorpusTest(TopologyTestCase):
    """Uses the real files, if there are any."""

    def test_published_graphs(self):
        graphs = corpus("mda", "*.edges")
        if not graphs:
            raise unittest.SkipTest("HOPWIRE_CORPUS names no folder with graphs")
        for path in graphs:
            with self.subTest(path.name):
                end = "127.1.1.8" if path.name.startswith("3-diamonds") else "127.1.1.6"
                self.assert_all_found(self.survey_of(f"edges:{path}", end, "--flows", 64, "--max-ttl", 40))

    def test_published_routes(self):
        (path,) = corpus("topologies", "as5400.routes.gz") or (None,)
        if not path:
            raise unittest.SkipTest("HOPWIRE_CORPUS names no folder with routes")
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
        targets = self.write("targets", "".join(f"{line.split()[0]}\n" for line in lines if line[0] != "#"))
        self.assert_all_found(self.survey_of(f"routes:{path}", "--targets", targets, "--max-ttl", 25))

    def test_a_published_hitlist_of_ipv6(self):
        (path,) = corpus("lists", "ipv6-seeds.txt") or (None,)
        if not path:
            raise unittest.SkipTest("HOPWIRE_CORPUS names no folder with a hitlist")
        survey = self.survey_of("synthetic", "--targets", path)
        score = self.assert_all_found(survey)
        expected = {ipaddress.ip_address(line).compressed for line in path.read_text().split()}
        self.assertEqual(score["reached"], len(expected))
        self.assertEqual({record.target for record in survey.records}, expected)


@support.needs_root
class LinuxTest(TopologyTestCase):
    """Real routers, with which the simulated ones and the survey can be compared."""

    def test_a_chain_is_found(self):
        survey = self.survey(
            "--sim=topology=linux:6", "198.19.0.0/20", *self.ipv6_targets(28), "--rate", "2k", "--max-ttl", 10
        )
        score = self.assert_all_found(survey)
        self.assertEqual((score["interfaces"]["true"], score["reached"]), (12, 32))
        by_ttl = {record.probe_ttl: set() for record in survey.records}
        for record in survey.records:
            if record.responder != record.target:
                by_ttl[record.probe_ttl].add(record.responder)
        expected = {1: {"198.18.0.1", "2001:2::1"}, **{ttl: set() for ttl in range(7, 11)}}
        expected.update({ttl: {f"198.18.{ttl - 1}.2", f"2001:2:0:{ttl - 1}::2"} for ttl in range(2, 7)})
        self.assertEqual(by_ttl, expected)

    def test_the_ways_of_a_diamond_are_found(self):
        options = ("--sim=topology=linux:diamond", "--flows", 16, "--rate", "2k", "--max-ttl", 5)
        survey = self.survey(*options, "198.19.0.0/20", *self.ipv6_targets(28))
        score = self.assert_all_found(survey)
        self.assertEqual((score["interfaces"]["true"], score["reached"]), (8, 32))
        ways = {}
        for record in survey.records:
            if record.probe_ttl == 2:
                ways.setdefault((record.target, record.flow), set()).add(record.responder)
        self.assertEqual(
            set().union(*ways.values()), {"198.18.1.2", "198.18.2.2", "2001:2:0:1::2", "2001:2:0:2::2"}
        )

    @staticmethod
    def ipv6_targets(length):
        """Hosts whose addresses belong to devices: from other addresses Linux does not report that a port is unreachable."""
        return "--granularity6", 64, "--host6", "::1", f"2001:2:0:100::/{length + 32}"

    def test_options_it_cannot_honour_are_refused(self):
        for options in ("topology=linux:6,silent=5", "topology=linux:0", "topology=linux:6,answering=50"):
            said = self.hopwire("survey", f"--sim={options}", "198.19.0.1", status=2).stderr
            self.assertEqual(said.count("\n"), 1, said)


@support.needs_root
class ClientTest(TopologyTestCase):
    """Ordinary programs in worlds from files and among real routers."""

    def traceroute(self, topology, target, *options):
        command = ("traceroute", "-n", "-q", 1, "-w", 2, "-m", 8, *options, target)
        said = self.hopwire("sim", "run", "--topology", topology, "--realism", "ideal", "--", *command).stdout
        return re.findall(r"^ *\d+  (\S+)", said, re.MULTILINE)

    def test_traceroute_through_real_routers(self):
        expected = ["198.18.0.1", "198.18.1.2", "198.18.2.2", "198.19.3.4"]
        expected6 = ["2001:2::1", "2001:2:0:1::2", "2001:2:0:2::2", "2001:2:0:103::1"]
        for options in ((), ("-I",), ("-T",)):
            self.assertEqual(self.traceroute("linux:3", "198.19.3.4", *options), expected)
            self.assertEqual(self.traceroute("linux:3", "2001:2:0:103::1", *options), expected6)

    def test_traceroute_along_measured_routes(self):
        path = self.write("routes", "20.0.0.1 192.0.2.1 * 192.0.2.3 20.0.0.1\n")
        expected = ["192.0.2.1", "*", "192.0.2.3", "20.0.0.1"]
        self.assertEqual(self.traceroute(f"routes:{path}", "20.0.0.1"), expected)

    def test_traceroute_through_a_graph(self):
        path = self.write("edges", EDGES.replace("127.1.1.", "20.1.1."))
        hops = self.traceroute(f"edges:{path}", "20.1.1.7")
        self.assertEqual((hops[0], hops[2:]), ("10.0.0.1", ["10.0.2.1", "10.0.3.1", "20.1.1.7"]))
