# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists of interfaces and links, against what the survey itself counted."""

import csv
import io

import support


@support.needs_root
class ListsTest(support.HopwireTestCase):
    def rows(self, *arguments):
        return list(csv.DictReader(io.StringIO(self.hopwire(*arguments).stdout)))

    def test_they_are_what_the_survey_counted(self):
        survey = self.survey("--sim=realism=internet", "--rate", "20k", "16.0.0.0/18", "2400:cb00::/42")
        origins = self.directory / "asn.txt"
        origins.write_text("240.0.0.0/8 64500\n3fff::/20 64501\n")
        graph = survey.metadata["graph"]
        interfaces = self.rows("interfaces", "--asn", origins, survey.results)
        links = self.rows("links", "--memory", "1k", "--asn", origins, survey.results)
        self.assertEqual((len(interfaces), len(links)), (graph["interfaces"], graph["links"]))
        self.assertEqual({row["asn"] for row in interfaces if ":" in row["interface"]}, {"64501"})
        self.assertEqual({row["asn"] for row in interfaces if row["interface"].startswith("240.")}, {"64500"})
        hops = [row for row in survey.records if row.icmp_type == 11 and not row.flags]
        first = min((row for row in hops if row.probe_ttl == 1), key=lambda row: row.rtt_us)
        row = next(row for row in interfaces if row["interface"] == first.responder)
        self.assertEqual(int(row["min_rtt_us"]), first.rtt_us)

    def test_an_itdk_names_each_interface_and_link(self):
        survey = self.survey("--sim=realism=ideal", "16.0.0.0/20")
        name = self.directory / "world"
        self.hopwire("links", "--itdk", name, survey.results)
        nodes = dict(line[5:].split(":  ") for line in name.with_suffix(".nodes").read_text().splitlines())
        self.assertEqual(len(set(nodes.values())), len(nodes))
        graph = survey.metadata["graph"]
        self.assertEqual(len(nodes), graph["interfaces"] + survey.metadata["reached"])
        links = name.with_suffix(".links").read_text().splitlines()
        self.assertEqual(len(links), graph["links"])
        for line in links:
            near, far = line.split(":  ")[1].split(" ")
            node, interface = far.split(":")
            self.assertEqual(nodes[node], interface)
            self.assertIn(near, nodes)
        self.assertEqual(len(name.with_suffix(".ifaces").read_text().splitlines()), len(nodes))
        done = self.hopwire("links", "--itdk", name, survey.results, status=2)
        self.assertIn("world.nodes", done.stderr)
        self.hopwire("links", "--itdk", self.directory / "other", self.directory / "missing.csv", status=2)
        self.assertEqual(list(self.directory.glob("other*")), [], "nothing is made where nothing can be read")
