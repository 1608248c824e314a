# SPDX-License-Identifier: GPL-2.0-or-later
"""Probes that a device accepts but never sends: its own counters show them. Without losses there is no message."""

import support

BY_HAND = ("--source-ip", "44.0.9.1", "--gateway-mac", "02:00:00:00:09:01", "--max-ttl", 4, "44.1.0.0/19")
PROBES = 32 * 4
IN_BUFFERS = ("ring", "sendmmsg", "xsk")  # what qualifies for every driver


@support.needs_root
class DeviceCheckTest(support.HopwireTestCase):
    def survey_by(self, namespace, interface, backend):
        arguments = ("--tx", backend, "--rate", "10k", "--interface", interface, *BY_HAND)
        return self.survey(*arguments, namespace=namespace, name=f"{backend}.csv")

    def check_told(self, survey, interface, least, most):
        sent = survey.metadata["device_sent"]
        (device,) = sent["devices"]
        self.assertEqual((device["interface"], device["handed"]), (interface, PROBES))
        self.assertEqual(sent["missing"], PROBES - device["counted"])
        self.assertTrue(least <= sent["missing"] <= most, sent)
        self.assertRegex(
            survey.said,
            rf"(?m)^hopwire: warning: {interface} accepted {PROBES} probes, but counted {device['counted']} sent "
            rf"packets: {sent['missing']} probes may never have left$",
        )
        self.assertIn(f"{sent['missing']} probes that a device accepted and did not count as sent (device_sent)", survey.said)

    def test_a_device_that_frees_every_frame(self):
        host = self.namespace()
        host.ip("link add sink type ifb", "address add 44.0.9.1/24 dev sink", "link set sink up")
        for backend in IN_BUFFERS:
            with self.subTest(backend):
                survey = self.survey_by(host, "sink", backend)
                self.assertEqual(survey.ledger["sent"], PROBES)
                self.check_told(survey, "sink", PROBES, PROBES)

    def test_a_queue_below_the_device(self):
        """The device counts all packets; the queue of the device below drops the oldest ones, which senders do not see."""
        host = self.namespace()
        host.ip(
            "link add below type veth peer name far", "link set far up", "link set below up",
            "link add link below name above type macvlan", "address add 44.0.9.1/24 dev above", "link set above up",
        )  # fmt: skip
        queue = ("tc", "qdisc", "add", "dev", "below")
        host.call(*queue, "root", "handle", "1:", *"tbf rate 8kbit burst 1600 limit 1600".split())
        host.call(*queue, "parent", "1:1", "pfifo_head_drop", "limit", 5)
        survey = self.survey_by(host, "above", "ring")
        self.assertEqual(survey.ledger["sent"], PROBES)
        self.check_told(survey, "above", 1, PROBES - 1)

    def test_a_device_that_sends_all_is_not_suspected(self):
        chain = self.router_chain(1)
        for backend in IN_BUFFERS:
            with self.subTest(backend):
                survey = self.survey("--tx", backend, "--max-ttl", 2, chain.target, namespace=chain.host)
                sent = survey.metadata["device_sent"]
                self.assertEqual((sent["missing"], [device["handed"] for device in sent["devices"]]), (0, [2]))
                self.assertNotIn("may never have left", survey.said)
