# SPDX-License-Identifier: GPL-2.0-or-later
"""Traces and pings in JSON of RIPE Atlas, and of scamper, compared with what its own reader makes of our warts."""

import json
import subprocess

import support

WORLD = ("sim", "run", "--realism", "internet", "--answering", "60", "--mpls", "80", "--")
HOSTS = ("16.0.0.7", "16.0.1.215", "16.0.5.9", "2400:cb00::1", "2400:cb00:3::1")


def warts_objects(path):
    done = subprocess.run(("sc_warts2json", path), stdout=subprocess.PIPE, text=True, check=True, timeout=60)
    return [json.loads(line) for line in done.stdout.splitlines()]


@support.needs_root
class FormsTest(support.HopwireTestCase):
    def trace(self, *arguments):
        """Returns the lines of JSON that a trace in the simulated Internet printed."""
        done = self.hopwire(*WORLD, support.BINARY, "trace", "-n", "-w", "1", *arguments, status=None)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_scampers_form_is_what_its_reader_makes_of_our_warts(self):
        warts = self.directory / "traces.warts"
        for protocol in ((), ("-I",), ("-T",)):
            with self.subTest(protocol):
                lines = self.trace("--json=scamper", "--overwrite", "-o", warts, *protocol, *HOSTS)
                self.assertEqual((lines[0]["type"], lines[-1]["type"]), ("cycle-start", "cycle-stop"))
                ours = {line["dst"]: line for line in lines[1:-1]}
                theirs = {line["dst"]: line for line in warts_objects(warts) if line["type"] == "trace"}
                self.assertEqual(set(ours), set(HOSTS))
                self.assertGreater(len(theirs), 2)
                for target, trace in theirs.items():
                    self.assertEqual(ours[target], trace)

    def test_atlas_form(self):
        lines = self.trace("--json=atlas", *HOSTS)
        self.assertEqual([line["dst_addr"] for line in lines], list(HOSTS))
        answers = [answer for line in lines for hop in line["result"] for answer in hop["result"]]
        self.assertGreater(sum("rtt" in answer for answer in answers), 20)
        self.assertTrue(any("icmpext" in answer for answer in answers))
        for answer in answers:
            self.assertTrue(answer == {"x": "*"} or {"from", "ttl", "size"} <= set(answer), answer)
        for line in lines:
            self.assertEqual((line["fw"], line["type"], line["proto"]), (5080, "traceroute", "UDP"))
            self.assertEqual(line["af"], 6 if ":" in line["dst_addr"] else 4)

    def ping(self, *arguments):
        """The same for pings, four to each host: one host is silent, and one is an unused address on the link."""
        hosts = (*HOSTS[:2], HOSTS[3], "2001:2::77")
        done = self.hopwire(*WORLD, support.BINARY, "ping", "-i", "0.05", "-c", "4", "-W", "4", *arguments, *hosts, status=None)
        return hosts, [json.loads(line) for line in done.stdout.splitlines()]

    def test_pings_in_scampers_form_are_what_its_reader_makes_of_our_warts(self):
        warts = self.directory / "pings.warts"
        table = self.directory / "pings.csv"
        hosts, lines = self.ping("--json=scamper", "-o", warts, "-o", table)
        self.assertEqual((lines[0]["type"], lines[-1]["type"]), ("cycle-start", "cycle-stop"))
        ours = {line["dst"]: line for line in lines[1:-1]}
        theirs = {line["dst"]: line for line in warts_objects(warts) if line["type"] == "ping"}
        self.assertEqual(set(ours), set(hosts))
        for target, ping in theirs.items():
            if any(reply["icmp_type"] not in (0, 129) for reply in ping["responses"]):
                ping["statistics"] = {"replies": 0, "loss": 1.0}  # where theirs counts errors as answers
            self.assertEqual(ours[target], ping)
        self.assertEqual(len(support.read_csv(table)), sum(len(ping["responses"]) for ping in ours.values()))

    def test_pings_in_atlas_form(self):
        hosts, lines = self.ping("--json=atlas")
        self.assertEqual([line["dst_addr"] for line in lines], list(hosts))
        for line in lines:
            self.assertEqual((line["fw"], line["type"], line["sent"]), (5080, "ping", 4))
            rtts = [result["rtt"] for result in line["result"] if "rtt" in result]
            self.assertEqual(len(rtts), line["rcvd"])
            self.assertEqual((line["min"], line["max"]), (min(rtts), max(rtts)) if rtts else (-1, -1))
            self.assertEqual(len(line["result"]), 4)
            for result in line["result"]:
                self.assertTrue("rtt" in result or result == {"x": "*"} or set(result) == {"error"}, result)

    def test_forms_that_do_not_exist_or_do_not_fit(self):
        for arguments, word in ((("--json=xml",), "scamper"), (("--json=atlas", "--mda"), "--mda")):
            done = self.hopwire(*WORLD, support.BINARY, "trace", "-n", *arguments, HOSTS[0], status=None)
            self.assertEqual(done.returncode, 2)
            self.assertIn(word, done.stderr)
        done = self.hopwire("ping", "--json=xml", "127.0.0.1", status=2)
        self.assertIn("scamper", done.stderr)
