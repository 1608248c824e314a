# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys and traces of hosts with more than one way out, and in."""

import support


@support.needs_root
class WaysTestCase(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.net = self.two_uplinks()
        self.host = self.net.host

    def survey_host(self, *arguments, **options):
        return self.survey("--rate", 2000, "--max-ttl", 1, *arguments, namespace=self.host, **options)

    def responders(self, survey):
        return {record.target: record.responder for record in survey.records}


class ListenTest(WaysTestCase):
    """Replies that return by another interface than probes leave by."""

    def setUp(self):
        super().setUp()
        self.host.ip("route add default via 44.0.1.2")

    def survey_askew(self, *arguments):
        # Of the other uplink, by which answers come back then.
        return self.survey_host("--source-ip", "44.0.2.1", *arguments, "44.1.0.0/20")

    def test_they_are_received_where_that_is_asked_for(self):
        survey = self.survey_askew("--listen", "up2")
        self.assertEqual(survey.ledger["sent"], 16)
        self.assertEqual(len(survey.records), 16)
        self.assertEqual({record.responder for record in survey.records}, {r.target for r in survey.records})
        self.assertEqual([way["interface"] for way in survey.metadata["ways"]["in"]], ["up1", "up2"])
        self.assertEqual(survey.metadata["nic"], "up1")

    def test_without_it_they_are_missed(self):
        survey = self.survey_askew()
        self.assertEqual(survey.records, [])

    def test_interfaces_that_cannot_be_listened_on_are_refused(self):
        self.host.ip("link add name idle type veth peer name idle2")
        for names, words in (
            ("nowhere", "--listen: there is no interface 'nowhere'"),
            ("up2,", "--listen: there is no interface ''"),
            ("up2,lo", "interface lo is a loopback"),
            ("idle", "interface idle is down"),
        ):
            done = self.hopwire("survey", "--listen", names, "44.1.0.1", namespace=self.host, status=2)
            self.assertIn(words, done.stderr)
