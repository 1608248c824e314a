# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys of chains of real Linux routers, whose ICMP is the kernel's own."""

import collections
import pathlib
import re
import statistics
import subprocess
import sys

import network
import support

ECHO = pathlib.Path(__file__).resolve().parent / "echo.py"

TIME_EXCEEDED, UNREACHABLE = 11, 3
HOST_CODE, PORT_CODE, PROHIBITED_CODE = 1, 3, 13
INITIAL_TTL = 64  # of what Linux sends


class ChainTestCase(support.HopwireTestCase):
    length = 6

    def setUp(self):
        super().setUp()
        self.chain = self.router_chain(self.length)

    def survey_chain(self, *arguments, **options):
        return self.survey(*arguments, namespace=self.chain.host, **options)

    def hop(self, ttl):
        """The responder that answers a probe with that TTL to the target."""
        return self.chain.hops[ttl - 1] if ttl <= self.length else self.chain.target


@support.needs_root
class PathTest(ChainTestCase):
    def test_every_hop_is_found_in_order(self):
        survey = self.survey_chain("--rate", 1000, "--max-ttl", 12, self.chain.target)
        records = sorted(survey.records, key=lambda record: record.probe_ttl)
        self.assertEqual([record.probe_ttl for record in records], list(range(1, 13)))
        for record in records:
            ttl = record.probe_ttl
            routers = min(ttl - 1, self.length)  # between the responder and the host
            answer = (TIME_EXCEEDED, 0) if ttl <= self.length else (UNREACHABLE, PORT_CODE)
            self.assertEqual(record.responder, self.hop(ttl), record)
            self.assertEqual((record.icmp_type, record.icmp_code), answer, record)
            self.assertEqual(record.quoted_ttl, max(1, ttl - self.length), record)
            self.assertEqual(record.reply_ttl, INITIAL_TTL - routers, record)
            self.assertEqual((record.mpls, record.marks), ((), ()), record)
        self.assertEqual(survey.metadata["graph"], {"interfaces": 6, "links": 6, "links_complete": True})
        self.assertEqual(survey.metadata["reached"], 1)

    def test_many_targets_and_flows_meet_the_same_hops(self):
        survey = self.survey_chain("--rate", 5000, "--flows", 3, "--max-ttl", 8, "44.1.0.0/19")
        self.assertEqual(survey.ledger["sent"], 32 * 3 * 8)
        self.assertEqual(len(survey.records), survey.ledger["sent"])
        for record in survey.records:
            wanted = self.hop(record.probe_ttl) if record.probe_ttl <= self.length else record.target
            self.assertEqual(record.responder, wanted, record)
        # The last router is linked with each target.
        graph = survey.metadata["graph"]
        self.assertEqual((graph["interfaces"], graph["links"]), (6, 5 + 32))
        self.assertEqual(survey.metadata["reached"], 32)

    def test_traceroute_agrees_hop_by_hop(self):
        survey = self.survey_chain("--rate", 1000, "--max-ttl", 7, self.chain.target)
        said = self.chain.host.call("traceroute", "-n", "-q", 1, "-w", 5, self.chain.target)
        theirs = dict(re.findall(r"(?m)^ *(\d+)  (\S+)", said))
        ours = {str(record.probe_ttl): record.responder for record in survey.records}
        self.assertEqual(ours, theirs)

    def test_the_rtt_is_what_ping_measures(self):
        survey = self.survey_chain("--rate", 500, "--max-ttl", 7, "44.1.0.0/18")
        # Routers are reached by their own address where they are on the host's link only.
        for ttl in (1, 7):
            median = statistics.median(record.rtt_us for record in survey.records if record.probe_ttl == ttl)
            said = self.chain.host.call("ping", "-n", "-c", 50, "-i", 0.004, "-W", 5, self.hop(ttl))
            pinged = sorted(float(ms) * 1000 for ms in re.findall(r"time=([0-9.]+) ms", said))
            # Wide, since the machine may be busy; a wrong unit, or a time taken late, is a factor of 100.
            self.assertTrue(pinged[0] / 10 <= median <= 10 * pinged[-1] + 500, (ttl, median, pinged))


@support.needs_root
class WayOutTest(ChainTestCase):
    """Which device, source and next hop probes use."""

    length = 1

    def neighbours(self):
        said = self.chain.host.call("ip", "neigh", "show", "dev", self.chain.host_interface)
        return re.findall(r"(?m)^(\S+) lladdr", said)

    def test_a_gateway_that_the_kernel_does_not_know_is_asked_for(self):
        self.chain.host.ip(f"neigh flush dev {self.chain.host_interface}")
        self.assertEqual(self.neighbours(), [])
        survey = self.survey_chain("--max-ttl", 2, self.chain.target)
        self.assertEqual([record.responder for record in survey.records].count(self.chain.target), 1)
        self.assertEqual(self.neighbours(), [self.chain.gateway])
        wanted = self.chain.routers[0].mac(self.chain.gateway_interface)
        self.assertEqual(survey.metadata["gateway_mac"], wanted)
        self.assertEqual(survey.metadata["source"], self.chain.host_address)
        self.assertEqual(survey.metadata["nic"], self.chain.host_interface)

    def test_a_gateway_that_does_not_answer_is_an_error(self):
        self.chain.host.ip("route replace default via 44.0.0.77")
        done = self.hopwire("survey", self.chain.target, namespace=self.chain.host, status=2)
        self.assertRegex(done.stderr, r"\Ahopwire: survey: the gateway 44\.0\.0\.77 .*--gateway-mac\n\Z")

    def test_a_privilege_that_the_filter_needs_is_named(self):
        """Without CAP_PERFMON kernels load the filter only if mitigations of speculation are off."""
        results = self.directory / "results.csv"
        survey = (support.BINARY, *self.survey_arguments(results), "--max-ttl", 2, self.chain.target)
        done = network.run(*self.chain.host.command("setpriv", "--bounding-set=-sys_admin,-perfmon", *survey))
        self.assertIn(done.returncode, (0, 2), done.stderr)
        self.assertEqual(done.returncode == 2, "CAP_PERFMON is missing" in done.stderr, done.stderr)
        self.assertEqual(done.returncode == 2, not results.exists())

    def test_a_target_on_the_link_needs_no_gateway(self):
        self.chain.host.ip("route delete default", f"neigh flush dev {self.chain.host_interface}")
        survey = self.survey_chain("--max-ttl", 3, self.chain.gateway)
        self.assertEqual([record.responder for record in survey.records], [self.chain.gateway] * 3)
        self.assertEqual({(record.icmp_type, record.icmp_code) for record in survey.records}, {(3, 3)})
        self.assertEqual(survey.metadata["reached"], 1)

    def test_everything_may_be_given_by_hand(self):
        gateway_mac = self.chain.routers[0].mac(self.chain.gateway_interface)
        # Neither the route nor the address is the kernel's choice.
        self.chain.host.ip(
            "route replace default via 44.0.0.77",
            f"address add 44.0.0.9/24 dev {self.chain.host_interface}",
        )
        capture = self.capture(self.chain.routers[0], self.chain.gateway_interface, "udp")
        by_hand = ("--interface", self.chain.host_interface, "--source-ip", "44.0.0.9")
        survey = self.survey_chain(*by_hand, "--gateway-mac", gateway_mac, "--max-ttl", 2, self.chain.target)
        capture.stop()
        self.assertEqual(sorted(record.probe_ttl for record in survey.records), [1, 2])
        sent = network.tshark(capture.path, "eth.dst", "eth.src", "ip.src")
        host_mac = self.chain.host.mac(self.chain.host_interface)
        self.assertEqual(set(sent), {(gateway_mac, host_mac, "44.0.0.9")})

    def test_probes_are_tagged(self):
        gateway_mac = self.chain.routers[0].mac(self.chain.gateway_interface)
        capture = self.capture(self.chain.routers[0], self.chain.gateway_interface, "vlan")
        by_hand = ("--interface", self.chain.host_interface, "--gateway-mac", gateway_mac, "--vlan", 42)
        survey = self.survey_chain(*by_hand, "--rate", 5000, "44.1.0.0/21")
        self.assertEqual(capture.stop(), 0)
        self.assertEqual(survey.metadata["vlan"], 42)
        fields = ("vlan.id", "vlan.etype", "ip.dst", "ip.ttl", "ip.checksum.status", "udp.checksum.status")
        sent = network.tshark(capture.path, *fields)
        self.assertEqual(len(sent), survey.ledger["sent"])
        self.assertEqual({fields[:2] + fields[4:] for fields in sent}, {("42", "0x0800", "1", "1")})
        wanted = self.dry_run("44.1.0.0/21")
        self.assertEqual([(target, int(ttl)) for _, _, target, ttl, _, _ in sent], [probe[::2] for probe in wanted])


@support.needs_root
class GenericModeTest(ChainTestCase):
    length = 1

    def test_a_device_that_refuses_a_native_program_gets_a_generic_one(self):
        router = self.chain.routers[0]
        # A veth takes no native program where its peer may send on more queues than it has.
        self.chain.host.ip(
            "link delete uplink",
            "link add uplink numtxqueues 1 numrxqueues 1 type veth"
            f" peer name near numtxqueues 2 numrxqueues 2 netns {router.name}",
            f"address add {self.chain.host_address}/24 dev uplink",
            "link set uplink up",
        )
        router.ip(f"address add {self.chain.gateway}/24 dev near", "link set near up")
        self.chain.host.ip(f"route add default via {self.chain.gateway}")
        survey = self.survey_chain("--rate", 5000, "--max-ttl", 4, "44.1.0.0/19")
        self.assertRegex(survey.said, r"(?m)^hopwire: warning: uplink \(veth\) refuses a native XDP program")
        self.assertEqual(survey.metadata["xdp_mode"], "generic")
        self.assertEqual(len(survey.records), 32 * 4)
        self.assertEqual({record.marks for record in survey.records}, {()}, "with the time of arrival too")


@support.needs_root
class UnreachableTest(ChainTestCase):
    """Destination Unreachable from a router is recorded with its code, but is not a hop of the path."""

    length = 3

    def test_codes_are_kept(self):
        codes = {"44.1.1.1": PROHIBITED_CODE, "44.1.2.1": HOST_CODE}
        self.chain.routers[1].ip("route add prohibit 44.1.1.0/24", "route add unreachable 44.1.2.0/24")
        # Linux sends no more than five of these in a burst.
        survey = self.survey_chain("--max-ttl", 3, *codes)
        records = sorted(survey.records, key=lambda record: (record.target, record.probe_ttl))
        self.assertEqual(
            [(record.target, record.responder, record.icmp_type, record.icmp_code) for record in records],
            [
                (target, *answer)
                for target, code in codes.items()
                for answer in [(self.chain.hops[0], TIME_EXCEEDED, 0)] + 2 * [(self.chain.hops[1], UNREACHABLE, code)]
            ],
        )
        self.assertEqual([record.quoted_ttl for record in records], 2 * [1, 1, 2])
        self.assertEqual(survey.metadata["graph"]["interfaces"], 1)
        self.assertEqual(survey.metadata["reached"], 0)


@support.needs_root
class NeighbourlyTest(ChainTestCase):
    """The host's other traffic continues through an interface that a survey uses."""

    length = 3

    def start(self, namespace, *command, **options):
        process = subprocess.Popen(namespace.command(*command), text=True, **options)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        return process

    def start_echo(self):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        server = self.start(
            self.chain.target_namespace, sys.executable, ECHO, "server", self.chain.target, stdout=subprocess.PIPE
        )
        self.assertEqual(server.stdout.readline(), "ready\n")
        return self.start(self.chain.host, sys.executable, ECHO, "client", self.chain.target, **pipes)

    def test_tcp_and_traceroute_live_on(self):
        client = self.start_echo()
        process, results = self.start_survey(
            "--rate", "20k", "--flows", 256, "--max-ttl", 32, "44.1.0.0/16", namespace=self.chain.host
        )
        # Three of each, since one answer in 256 looks as if it were to a rewritten probe of ours.
        said = self.chain.host.call("traceroute", "-n", "-q", 3, "-w", 5, self.chain.target)
        self.interrupt(process)
        count, errors = client.communicate("enough", timeout=support.WAIT_SECONDS)
        self.assertEqual((client.returncode, errors), (0, ""))
        self.assertGreater(int(count), 100)

        hops = re.findall(r"(?m)^ *\d+  [* ]*(\S+)", said)
        self.assertEqual(hops, [*self.chain.hops, self.chain.target])
        ledger = support.read_metadata(results)["ledger"]
        self.assertLedgerBalanced(ledger)
        self.assertGreaterEqual(ledger["passed"], int(count), "the TCP segments are the kernel's")
        rejected = ledger["rejected_filter"]
        # Forged as far as the filter can tell: ports and lengths might be ours.
        self.assertGreaterEqual(rejected["foreign"] + rejected["forged"], 3 * len(hops) - 3, rejected)
        found = {record.responder for record in support.read_csv(results) if record.icmp_type == TIME_EXCEEDED}
        self.assertEqual(found, set(self.chain.hops))
