# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists of interfaces, links and diamonds, compared with what the survey itself counted and with the truth."""

import csv
import io
import json

import network
import support

# Two ways, then six, of which one is longer; behind the last router another target of the same /24.
EDGES = "192.0.2.1 10.0.0.1\n10.0.0.1 10.0.1.1\n10.0.0.1 10.0.1.2\n10.0.1.1 10.0.2.1\n10.0.1.2 10.0.2.1\n" + "".join(
    f"10.0.2.1 10.0.3.{i}\n10.0.3.{i} {'10.0.5.1' if i < 6 else '10.0.4.1'}\n" for i in range(1, 7)
) + "10.0.4.1 10.0.5.1\n10.0.5.1 44.1.1.6\n10.0.5.1 44.1.1.7\n"


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
        hops = [row for row in survey.records if row.icmp_type == 11 and not row.marks]
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
        read = name.with_suffix(".nodes")
        read.write_bytes(survey.results.read_bytes())
        self.hopwire("links", "--itdk", name, "--overwrite", survey.results, read, status=2)
        self.assertEqual(read.read_bytes(), survey.results.read_bytes(), "what is read is not overwritten")
        self.hopwire("links", "--itdk", self.directory / "other", self.directory / "missing.csv", status=2)
        self.assertEqual(list(self.directory.glob("other*")), [], "nothing is made where nothing can be read")

    def test_diamonds_are_those_of_the_graph(self):
        edges, dot = self.directory / "edges", self.directory / "ways.dot"
        edges.write_text(EDGES)
        survey = self.survey(f"--sim=realism=ideal,topology=edges:{edges}", "--flows", 64, "44.1.1.6", "44.1.1.7")
        wide = {"from": "10.0.2.1", "to": "10.0.5.1", "width": "6", "length": "3", "shortest": "2", "prefixes": "1"}
        narrow = {"from": "10.0.0.1", "to": "10.0.2.1", "width": "2", "length": "2", "shortest": "2", "prefixes": "1"}
        self.assertEqual(self.rows("links", "--diamonds", "--memory", "1k", survey.results), [narrow, wide])
        dot.write_text(self.hopwire("links", "--dot", "44.1.1.6/32", survey.results).stdout)
        graph = json.loads(network.call("dot", "-Tjson0", dot))
        address = lambda number: next(o["name"] for o in graph["objects"] if o["_gvid"] == number).split("/")[-1]
        drawn = {f"{address(edge['tail'])} {address(edge['head'])}" for edge in graph["edges"]}
        self.assertEqual(drawn, set(EDGES.replace("192.0.2.1", "source").splitlines()) - {"10.0.5.1 44.1.1.7"})
        for refused in ("44.0.0.0/8", "44.1.1.6/24", "all"):
            self.assertIn(refused, self.hopwire("links", "--dot", refused, survey.results, status=2).stderr)
        self.hopwire("links", "--diamonds", "--dot", "44.1.1.0/24", survey.results, status=2)
