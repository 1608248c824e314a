# SPDX-License-Identifier: GPL-2.0-or-later
"""Each kind of reply, made by hand, through the XDP filter to the expected record."""

import collections
import csv
import json
import re
import subprocess
import sys

import responder
import support

PROGRAM = support.ROOT / "tests" / "e2e" / "responder.py"
STACK = tuple(":".join(map(str, label)) for label in responder.LABELS)
TTLS = 4
LATE_SECONDS = 1.2  # more than a cooldown of one

# What the replies to one probe become, by kind; fields that are not named are those of a plain reply.
RECORDS = {
    "plain": [{}],
    "twice": [{}, {"flags": ("duplicate",)}],
    "rewritten": [{"flags": ("rewritten",), "target": "44.1.0.0", "rtt_us": None}],
    "forged": [],
    "foreign": [],
    "short_quotation": [],
    "bad_icmp_checksum": [],
    "bad_ip_checksum": [],
    "cut_frame": [{"flags": ("truncated",)}],
    "labelled": [{"mpls": STACK}],
    "labelled_unannounced": [{"mpls": STACK}],
    "whole_quotation": [{}],
    "ip_options": [{}],
    "unreachable": [{"icmp_type": 3, "icmp_code": 13, "reply_ttl": 200}],
    "no_error": [],
    "tagged": [{}],
    "restored": [{"flags": ("rewritten",), "rtt_us": None}],
    "renumbered": [{"flags": ("rewritten",), "rtt_us": None}],
    "lengthened": [{}],
    "swapped": [{}],
    "optioned": [{}],
}
BY_CHANCE = "restored"  # one in 2^8 is what T2 expects, all the same
AMBIGUOUS = ("lengthened", "swapped")  # of one in 2^8 both readings are what T2 expects: flagged, and no RTT


@support.needs_root
class ReplyTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.link = self.router_chain(0)
        # Only the responder answers.
        self.link.target_namespace.ip(f"route delete local {self.link.target_prefix} dev lo")

    def start_responder(self, *arguments):
        command = (sys.executable, PROGRAM, self.link.gateway_interface, *arguments)
        process = subprocess.Popen(
            self.link.target_namespace.command(*command), stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")
        return process

    def survey_link(self, *arguments, **options):
        return self.survey(*arguments, "44.1.0.1", namespace=self.link.host, **options)

    def test_every_kind_becomes_what_it_is(self):
        self.assertEqual([kind.__name__ for kind in responder.KINDS], list(RECORDS))
        self.start_responder()
        survey = self.survey_link("--rate", 500, "--flows", len(RECORDS), "--max-ttl", TTLS, cooldown=1)
        found = collections.defaultdict(list)
        for record in survey.records:
            found[record.flow].append(record)
        for flow, (kind, wanted) in enumerate(RECORDS.items()):
            with self.subTest(kind):
                records = sorted(found[flow], key=lambda record: (record.probe_ttl, record.flags))
                if kind == BY_CHANCE:
                    self.assertGreaterEqual(sum("rewritten" in record.flags for record in records), TTLS - 1)
                    continue
                if kind in AMBIGUOUS:
                    flagged = [record for record in records if "rewritten" in record.flags]
                    self.assertLess(len(flagged), 3)
                    records = [record._replace(flags=()) if record in flagged else record for record in records]
                    records.sort(key=lambda record: record.probe_ttl)
                self.assert_records(records, flow, wanted)

        ledger = survey.ledger
        rejected = {"truncated": TTLS, "foreign": TTLS, "forged": TTLS, "no_socket": 0, "excess": 0}
        self.assertEqual(ledger["rejected_filter"], rejected)
        by_decode = {reason: count for reason, count in ledger["rejected_decode"].items() if count}
        self.assertEqual(by_decode, {"icmp_checksum": TTLS, "ip_checksum": TTLS})
        self.assertGreaterEqual(ledger["passed"], TTLS, "what is no error is the kernel's")
        self.assertEqual(ledger["accepted"], TTLS * sum(map(len, RECORDS.values())))
        # Rewritten replies and unreachable hops are not in it.
        self.assertEqual(survey.metadata["graph"], {"interfaces": TTLS, "links": TTLS - 1, "links_complete": True})
        rewritten = sum("rewritten" in record.flags for record in survey.records)
        self.assertRegex(survey.said, rf"{TTLS} duplicate, 0 late, {TTLS} truncated, {rewritten} rewritten")

    def assert_records(self, records, flow, wanted):
        self.assertEqual(len(records), TTLS * len(wanted))
        for i, record in enumerate(records):
            ttl = 1 + i // len(wanted)
            plain = support.Record(
                record.time_us, f"44.2.0.{ttl}", "44.1.0.1", flow, ttl, 1, 64, 11, 0, record.rtt_us, (), ()
            )
            self.assertEqual(record, plain._replace(**wanted[i % len(wanted)]))

    def test_what_routers_say_of_themselves_is_recorded_and_read_again(self):
        self.start_responder("described")
        truth = self.directory / "truth.jsonl"
        truth.write_text('{"kind":"interface","address":"44.2.0.1","visible":true}\n')
        for name in ("results.csv", "results.jsonl"):
            with self.subTest(name):
                survey = self.survey_link("--rate", 500, "--max-ttl", 1, "--fields", "*", name=name)
                wanted = (["16002:0:1:255"], [("501", "ge-0/1")], [("200", "7", "cafe")])
                self.assertEqual(self.objects_of(survey.results), wanted)
                score = json.loads(self.hopwire("score", "--json", survey.results, truth).stdout)
                self.assertEqual(score["interfaces"]["found"], 1)

    def objects_of(self, results):
        """Returns labels, interfaces and other objects of the only record."""
        if results.suffix == ".jsonl":
            (record,) = support.read_json_lines(results)
            interfaces = [(str(it["ifindex"]), it["name"]) for it in record["interface_info"]]
            return record["mpls"], interfaces, [tuple(map(str, it.values())) for it in record["extensions"]]
        (record,) = csv.DictReader(results.open())
        interfaces = [tuple(it.split(":")[1::2]) for it in record["interface_info"].split(";")]
        return record["mpls"].split(";"), interfaces, [tuple(re.split("[/:]", record["extensions"]))]

    def test_replies_to_tagged_probes_are_taken(self):
        self.start_responder("tagged")
        gateway_mac = self.link.target_namespace.mac(self.link.gateway_interface)
        by_hand = ("--interface", self.link.host_interface, "--gateway-mac", gateway_mac, "--vlan", 42)
        survey = self.survey_link(*by_hand, "--rate", 500, "--max-ttl", 16)
        self.assertEqual(sorted(record.probe_ttl for record in survey.records), list(range(1, 17)))
        self.assertEqual({record.marks for record in survey.records}, {()})

    def test_rejections_that_are_many_are_warned_of(self):
        for kind, name in (("forged", "forged"), ("bad_icmp_checksum", "icmp_checksum")):
            with self.subTest(kind):
                responding = self.start_responder(kind)
                survey = self.survey_link("--rate", 500, "--max-ttl", 16, name=f"{kind}.csv")
                self.assertEqual(survey.records, [])
                self.assertRegex(survey.said, rf"(?m)^hopwire: warning: 16 packets .*\({name}\).* wrong ")
                responding.kill()
                responding.wait()

    def test_late_replies_are_flagged(self):
        self.start_responder("plain", LATE_SECONDS)
        # Sending takes two seconds, so that most replies come before the end of the survey.
        survey = self.survey_link("--rate", 10, "--max-ttl", 20, cooldown=1)
        self.assertGreater(len(survey.records), 0)
        for record in survey.records:
            self.assertEqual(record.flags, ("late",))
            self.assertGreaterEqual(record.rtt_us, LATE_SECONDS * 1e6)
