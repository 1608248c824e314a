# SPDX-License-Identifier: GPL-2.0-or-later
"""warts files, read by scamper's own tools."""

import collections
import csv
import io
import json
import os
import pathlib
import re
import subprocess
import unittest

import support


def tool(name, *arguments):
    return subprocess.run((name, *arguments), stdout=subprocess.PIPE, text=True, check=True, timeout=60).stdout


def family(address):
    return "6" if ":" in address else "4"


@support.needs_root
class WartsTest(support.HopwireTestCase):
    def make(self, *arguments, fields="*"):
        """Runs a survey; returns the rows of the CSV by target and flow, and likewise the traces in the warts file."""
        self.survey(*arguments, "--fields", fields)
        self.warts = self.directory / "results.warts"
        self.hopwire("convert", "--memory", "1k", "--overwrite", self.directory / "results.csv", self.warts)
        rows = collections.defaultdict(list)
        with open(self.directory / "results.csv", newline="") as file:
            for row in csv.DictReader(file):
                if "rewritten" not in row["flags"]:
                    rows[row["target"]].append(row)
        objects = [json.loads(line) for line in tool("sc_warts2json", self.warts).splitlines()]
        self.assertEqual((objects[0]["type"], objects[-1]["type"]), ("cycle-start", "cycle-stop"))
        self.assertTrue(objects[0]["hostname"])
        return rows, objects[1:-1]

    @staticmethod
    def is_end(row):
        return row["icmp_type"] not in ("11" if family(row["responder"]) == "4" else "3",)

    def expected(self, rows):
        """Returns the hops that a trace should have: none after the first one that ends it."""
        rows = sorted(rows, key=lambda row: (int(row["probe_ttl"]), int(row["time_us"] or 0)))
        ends = [int(row["probe_ttl"]) for row in rows if self.is_end(row)]
        return [row for row in rows if not ends or int(row["probe_ttl"]) <= ends[0]]

    def assert_hops(self, trace, rows):
        self.assertEqual(len(trace["hops"]), len(rows), trace)
        for hop, row in zip(trace["hops"], rows):
            self.assertEqual(hop["addr"], row["responder"])
            self.assertEqual(hop["probe_ttl"], int(row["probe_ttl"]))
            self.assertEqual(hop["reply_ttl"], int(row["reply_ttl"]))
            self.assertEqual((hop["icmp_type"], hop["icmp_code"]), (int(row["icmp_type"]), int(row["icmp_code"])))
            self.assertAlmostEqual(hop["rtt"], int(row["rtt_us"]) / 1000, places=3)
            sent = int(row["time_us"]) - int(row["rtt_us"])
            self.assertEqual(hop["tx"]["sec"] * 1000000 + hop["tx"]["usec"], sent)
            if row.get("reply_size"):
                self.assertEqual(hop["reply_size"], int(row["reply_size"]))
                self.assertEqual(hop["reply_ipid"], int(row["reply_ip_id"]))
            if row["mpls"]:
                labels = [label.split(":")[0] for label in row["mpls"].split(";")]
                stack = hop["icmpext"][0]["mpls_labels"]
                self.assertEqual([str(entry["mpls_label"]) for entry in stack], labels)
            if self.is_end(row):
                continue
            self.assertEqual(hop["icmp_q_ttl"], int(row["quoted_ttl"]))

    def test_every_answer_of_both_families_comes_back(self):
        world = ("--sim=realism=internet,answering=50,mpls=80", "--rate", "20k", "16.0.0.0/17", "2400:cb00::/41")
        rows, traces = self.make(*world)
        self.assertEqual(len(traces), len(rows))
        stops = collections.Counter()
        for trace in traces:
            expected = self.expected(rows[trace["dst"]])
            self.assert_hops(trace, expected)
            self.assertEqual(trace["method"], "udp-paris")
            self.assertEqual(trace["src"], expected[0]["source"])
            self.assertEqual(trace["sport"], int(expected[0]["src_port"]))
            self.assertEqual(trace["hop_count"], int(expected[-1]["probe_ttl"]))
            self.assertEqual((trace["firsthop"], trace["hoplimit"], trace["probe_count"]), (1, 32, 32))
            stops[trace["stop_reason"]] += 1
        self.assertGreater(min(stops["COMPLETED"], stops["HOPLIMIT"]), 0, stops)
        self.assertIn("traceroute from", tool("sc_warts2text", self.warts))
        lines = [line for line in tool("sc_analysis_dump", self.warts).splitlines() if line.startswith("T")]
        self.assertEqual(len(lines), len(traces))

    def test_usual_columns_and_metadata_tell_the_rest(self):
        usual = "time_us,responder,target,flow,probe_ttl,quoted_ttl,reply_ttl,icmp_type,icmp_code,rtt_us,mpls,flags"
        for probe, method in (("icmp", "icmp-echo-paris"), ("tcp-ack", "tcp-ack")):
            rows, traces = self.make(
                "--sim=realism=ideal", "--probe", probe, "16.0.0.0/21", "2400:cb00::/46", fields=usual
            )
            self.assertEqual(len(traces), len(rows))
            for trace in traces:
                self.assertEqual(trace["method"], method)
                self.assertEqual(family(trace["src"]), family(trace["dst"]))
                self.assertGreater(trace.get("sport", 1), 0)
                self.assertGreater(trace["probe_size"], 28)

    def test_a_survey_does_not_write_what_a_kill_would_take(self):
        done = self.hopwire("survey", "--sim", "-o", self.directory / "x.warts", "16.0.0.0/24", status=2)
        self.assertIn("convert", done.stderr)
        self.assertFalse((self.directory / "x.warts").exists())


CORPUS = pathlib.Path(os.environ["HOPWIRE_CORPUS"]) / "warts" if "HOPWIRE_CORPUS" in os.environ else None


@unittest.skipUnless(CORPUS and CORPUS.exists(), "HOPWIRE_CORPUS names no folder with warts")
class ScampersFilesTest(support.HopwireTestCase):
    """Files that scamper wrote are read with the same content that its own dump shows."""

    def rows(self, path):
        return list(csv.DictReader(io.StringIO(self.hopwire("convert", path, "-").stdout)))

    def test_traces(self):
        for family in ("v4", "v6"):
            path = CORPUS / f"trace_google_dns_{family}_default.warts"
            text = path.with_suffix(".txt").read_text()
            hops = re.findall(r"hop +(\d+)  (\S+)\n.*rtt: ([0-9.]+)s, probe-size: (\d+)\n reply-ttl: (\d+)", text)
            self.assertGreater(len(hops), 3)
            read = [
                (row["probe_ttl"], row["responder"], int(row["rtt_us"]), row["probe_size"], row["reply_ttl"])
                for row in self.rows(path)
            ]
            self.assertEqual(read, [(ttl, hop, round(float(rtt) * 1e6), size, left) for ttl, hop, rtt, size, left in hops])

    def test_pings(self):
        for family in ("v4", "v6"):
            path = CORPUS / f"ping_google_dns_{family}_default.warts"
            text = path.with_suffix(".txt").read_text()
            replies = re.findall(r"reply from (\S+), .*rtt: ([0-9.]+)s\n size: (\d+), ttl: (\d+)", text)
            self.assertGreater(len(replies), 2)
            read = [(r["responder"], int(r["rtt_us"]), r["reply_size"], r["reply_ttl"]) for r in self.rows(path)]
            self.assertEqual(read, [(who, round(float(rtt) * 1e6), size, ttl) for who, rtt, size, ttl in replies])

    def test_load_balanced_paths(self):
        for family in ("v4", "v6"):
            path = CORPUS / f"tracelb_google_dns_{family}_default.warts"
            probe, reply = r"flowid: (\d+), ttl: (\d+), .*", r"reply from: (\S+), rtt: ([0-9.]+), ttl: (\d+).*"
            told = re.findall(rf"{probe}\n   {reply}\n     icmp: (\d+)/(\d+)", path.with_suffix(".txt").read_text())
            self.assertGreater(len(told), 60)
            columns = ("flow", "probe_ttl", "responder", "rtt_us", "reply_ttl", "icmp_type", "icmp_code")
            read = [tuple(int(row[name]) if name == "rtt_us" else row[name] for name in columns) for row in self.rows(path)]
            # scamper's text has the links in the order of their nodes.
            wanted = [(flow, ttl, who, round(float(rtt) * 1e6), *rest) for flow, ttl, who, rtt, *rest in told]
            self.assertEqual(sorted(read), sorted(wanted))


class OtherKindsTest(support.HopwireTestCase):
    def test_what_is_not_read_is_told(self):
        path = self.directory / "dealias.warts"
        path.write_bytes(bytes.fromhex("1205 0009 0000 0000"))
        done = self.hopwire("convert", path, "-")
        self.assertIn("measurements left out because hopwire does not read their kind: 1", done.stderr)
