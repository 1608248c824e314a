# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys whose network fails, is shared or is hostile."""

import subprocess
import sys
import time

import network
import support

FLOOD = support.ROOT / "tests" / "e2e" / "flood.py"

# Some seconds of sending.
LONG = ("--rate", "10k", "--max-ttl", 4, "--flows", 64, "44.1.0.0/16")
LONG_PROBES = 256 * 4 * 64

# More than any machine has sent when it is interrupted.
ENDLESS = ("--rate", "5k", "--max-ttl", 4, "--flows", 256, "44.1.0.0/16")


@support.needs_root
class LinkTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.chain = self.router_chain(1)

    def assert_waited(self, process, results):
        said = self.finish(process)
        self.assertRegex(said, r"(?m)^hopwire: warning: the link is down.*\n(.*\n)*hopwire: the link is up again")
        metadata = support.read_metadata(results)
        self.assertEqual(metadata["state"], "finished")
        self.assertLedgerBalanced(metadata["ledger"])
        self.assertEqual(metadata["ledger"]["generated"], LONG_PROBES)
        # Those on the way when the link went down are lost, and those for which routers ask ARP anew.
        self.assertGreater(metadata["ledger"]["written"], LONG_PROBES / 2)
        self.assertEqual(len(support.read_csv(results)), metadata["ledger"]["written"])

    def test_sending_waits_while_the_link_is_down(self):
        process, results = self.start_survey(*LONG, namespace=self.chain.host)
        self.chain.host.ip(f"link set {self.chain.host_interface} down")
        self.wait_for_line(process, "the link is down")
        self.chain.host.ip(f"link set {self.chain.host_interface} up")
        self.wait_for_line(process, "the link is up again")
        self.assert_waited(process, results)

    def test_sending_waits_while_there_is_no_carrier(self):
        process, results = self.start_survey(*LONG, namespace=self.chain.host)
        self.chain.routers[0].ip(f"link set {self.chain.gateway_interface} down")
        self.wait_for_line(process, "the link is down")
        self.chain.routers[0].ip(f"link set {self.chain.gateway_interface} up")
        self.wait_for_line(process, "the link is up again")
        self.assert_waited(process, results)

    def test_a_signal_is_heard_while_the_link_is_down(self):
        process, results = self.start_survey(*LONG, namespace=self.chain.host)
        self.chain.host.ip(f"link set {self.chain.host_interface} down")
        self.wait_for_line(process, "the link is down")
        process.terminate()
        self.finish(process, status=143)
        metadata = support.read_metadata(results)
        self.assertEqual(metadata["state"], "interrupted")
        self.assertLedgerBalanced(metadata["ledger"])

    def test_a_device_that_goes_away_ends_the_survey(self):
        process, results = self.start_survey(*LONG, namespace=self.chain.host)
        self.chain.host.ip(f"link delete {self.chain.host_interface}")
        said = self.finish(process, status=1)
        self.assertRegex(said, rf"(?m)^hopwire: survey: interface {self.chain.host_interface} is gone: ")
        self.assertNotIn("the link is up again", said)
        metadata = support.read_metadata(results)
        self.assertEqual(metadata["state"], "failed")
        self.assertLedgerBalanced(metadata["ledger"])
        self.assertLess(metadata["ledger"]["sent"], LONG_PROBES)
        self.assertEqual(len(support.read_csv(results)), metadata["ledger"]["written"])


@support.needs_root
class SharingTest(support.HopwireTestCase):
    def refused(self, chain):
        done = self.hopwire("survey", chain.target, namespace=chain.host, status=2)
        said = rf"\Ahopwire: survey: interface {chain.host_interface} already has an XDP program.*\n\Z"
        self.assertRegex(done.stderr, said)

    def test_an_interface_is_surveyed_from_once_at_a_time(self):
        chain = self.router_chain(1)
        process, results = self.start_survey(*ENDLESS, namespace=chain.host)
        self.refused(chain)
        self.interrupt(process)
        sent = support.read_metadata(results)["ledger"]["sent"]
        self.assertEqual(len(support.read_csv(results)), sent, "the first did not notice")

    def test_another_xdp_program_stays(self):
        chain = self.router_chain(1)
        source, program = self.directory / "pass.c", self.directory / "pass.o"
        source.write_text('__attribute__((section("xdp"), used)) int pass(void *context) { return 2; }\n')
        network.call("clang", "-target", "bpf", "-O2", "-g", "-c", str(source), "-o", str(program))
        chain.host.ip(f"link set dev {chain.host_interface} xdp obj {program} sec xdp")
        self.refused(chain)
        self.assertIn("prog/xdp", chain.host.call("ip", "link", "show", chain.host_interface))
        chain.host.ip(f"link set dev {chain.host_interface} xdp off")
        self.survey("--max-ttl", 2, chain.target, namespace=chain.host)

    def test_simulators_do_not_meet(self):
        arguments = ("--sim=realism=ideal", "--rate", "20k", "--max-ttl", 16, "16.0.0.0/8")
        first, first_results = self.start_survey(*arguments, name="1.csv", seed=1)
        second, second_results = self.start_survey(*arguments, name="2.csv", seed=2)
        for process, results in ((first, first_results), (second, second_results)):
            self.interrupt(process)
            ledger = support.read_metadata(results)["ledger"]
            self.assertLedgerBalanced(ledger)
            self.assertEqual(ledger["received"], ledger["sent"])
            self.assertEqual(len(support.read_csv(results)), ledger["sent"])


@support.needs_root
class FloodTest(support.HopwireTestCase):
    """Forged replies that have the form of ours, with random tags, from the addresses that send the real ones."""

    FORGED = 20_000

    # The share of forgeries that chance lets pass, by protocol: half of those by ICMP and TCP are errors, half answers.
    SHARES = {"udp": 2**-8, "icmp": 2**-8, "tcp-syn": (2**-10 + 2**-9 + 2**-9) / 2}

    def test_forged_replies_do_not_pass(self):
        chain = self.router_chain(1)
        for probe, share in self.SHARES.items():
            with self.subTest(probe):
                self.check_flood(chain, probe, share)

    def check_flood(self, chain, probe, share):
        process, results = self.start_survey(*ENDLESS, "--probe", probe, namespace=chain.host, name=f"{probe}.csv")
        mac = chain.host.mac(chain.host_interface)
        flood = (sys.executable, FLOOD, chain.gateway_interface, mac, self.FORGED, probe.partition("-")[0])
        said = network.run(*chain.routers[0].command(*flood), timeout=support.RUN_SECONDS)
        self.assertEqual((said.returncode, said.stderr), (0, ""))
        self.interrupt(process)

        metadata = support.read_metadata(results)
        ledger = metadata["ledger"]
        self.assertLedgerBalanced(ledger)
        records = support.read_csv(results)
        rewritten = [record for record in records if "rewritten" in record.flags]
        # Chance lets some tags pass: binomial, five standard deviations. Most of those name a target, TTL or flow that
        # this survey does not probe.
        by_chance = self.FORGED - ledger["rejected_filter"]["forged"]
        passed = len(rewritten) + ledger["rejected_decode"]["out_of_survey"]
        # SYN-ACKs that seem to be repeated are the kernel's.
        self.assertTrue(passed <= by_chance <= passed + ledger["passed"], ledger)
        expected = self.FORGED * share
        self.assertLess(abs(by_chance - expected), 5 * expected**0.5)
        # What passes as ours names no probe of this survey, in all likelihood.
        real = [record for record in records if "rewritten" not in record.flags]
        self.assertEqual(len(real), ledger["sent"])
        routers = {record.responder for record in real} - {record.target for record in real}
        self.assertEqual(routers, {chain.hops[0]})
        # The router is linked with each target that answered on a flow where the router did.
        near, far = ({(record.target, record.flow) for record in real if record.probe_ttl == ttl} for ttl in (1, 2))
        links = len({target for target, _ in near & far})
        self.assertEqual(metadata["graph"], {"interfaces": 1, "links": links, "links_complete": True})
