# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys by each protocol: the simulated Internet, real routers, a real server, and the packets on the wire."""

import collections
import subprocess
import sys
import typing

import network
import support

BACKENDS = ("ring", "xsk", "live", "sendmmsg")
OPEN_PORT, CLOSED_PORT = 80, 81


class Family(typing.NamedTuple):
    targets: str  # four, one in each block
    time_exceeded: tuple  # type and code
    source: str  # tshark's field
    right: dict  # and for fields of the header that are alike in all probes
    hashed: tuple  # and for those that routers hash


IPV4 = Family(
    "44.1.0.0/22", (11, 0), "ip.src", {"ip.checksum.status": "1", "ip.flags": "0x00"},
    ("ip.src", "ip.dst", "ip.proto", "ip.dsfield"),
)  # fmt: skip
IPV6 = Family("2600:44:1::/48", (3, 0), "ipv6.src", {}, ("ipv6.src", "ipv6.dst", "ipv6.nxt", "ipv6.tclass", "ipv6.flow"))


class Protocol(typing.NamedTuple):
    options: tuple  # of a survey
    probes: dict  # by family, tshark's filter for what the survey sends
    checksum: str  # tshark's name of the header that has the checksum
    hashed: tuple  # and of its fields that routers hash
    answer: dict  # by family, type and code of what a target answers that listens on port 80
    flags: tuple = ()  # of that answer's record


def tcp(*options, filter, flags):
    probes = f"tcp.flags == {filter} && !icmp && !icmpv6"
    return Protocol(
        options, {IPV4.source: probes, IPV6.source: probes}, "tcp", ("srcport", "dstport"),
        {IPV4.source: (0, 0), IPV6.source: (0, 0)}, (flags,),
    )  # fmt: skip


UDP = "udp && !icmp && !icmpv6"
PROTOCOLS = {
    "udp": Protocol(
        (), {IPV4.source: UDP, IPV6.source: UDP}, "udp", ("srcport", "dstport"),
        {IPV4.source: (3, 3), IPV6.source: (1, 4)},
    ),
    "icmp": Protocol(
        ("--probe", "icmp"),
        {IPV4.source: "icmp.type == 8 && !(icmp.type == 11)", IPV6.source: "icmpv6.type == 128 && !(icmpv6.type == 3)"},
        "icmp", ("checksum",), {IPV4.source: (0, 0), IPV6.source: (129, 0)},
    ),
    "tcp-syn": tcp("--probe", "tcp-syn", filter="2", flags="syn_ack"),
    "tcp-syn, closed": tcp("--probe", "tcp-syn", "--port", CLOSED_PORT, filter="2", flags="rst"),
    "tcp-ack": tcp("--probe", "tcp-ack", filter="0x10", flags="rst"),
}  # fmt: skip


def answer_of(record):
    return record.icmp_type, record.icmp_code, record.marks


@support.lasting
@support.needs_root
class SimulatedTest(support.HopwireTestCase):
    def test_truth_knows_what_each_protocol_finds(self):
        sim = "--sim=rate-limits=off,rtt=off,answering=60,firewalls=50,middleboxes=10"
        reached = {}
        for name, protocol in PROTOCOLS.items():
            with self.subTest(name):
                survey = self.survey(
                    sim, *protocol.options, "--flows", 2, "--max-ttl", 24, "--rate", "100k", "--per-prefix", 256, "16.0.0.0/16", "2400:cb00::/32",
                    name=f"{name}.csv",
                )  # fmt: skip
                reached[name] = self.assert_all_found(survey)["reached"]
        # Firewalls let connections to open ports through, some of them Echo Requests, and nothing else.
        self.assertGreater(reached["tcp-syn"], reached["icmp"])
        self.assertGreater(reached["icmp"], reached["tcp-ack"])
        self.assertEqual(reached["tcp-syn, closed"], reached["tcp-ack"])
        self.assertGreater(reached["tcp-ack"], reached["udp"], "whose answers come from other addresses, too")

    def test_every_backend_sends_every_protocol(self):
        for name, protocol in PROTOCOLS.items():
            for backend in BACKENDS:
                with self.subTest(name, backend=backend):
                    survey = self.survey(
                        "--sim=realism=ideal,rtt=off", *protocol.options, "--tx", backend, "--max-ttl", 16,
                        "--rate", "20k", "--per-prefix", 32, "16.0.0.0/19", "2400:cb00::/32", name=f"{name}-{backend}.csv", cooldown="200ms",
                    )  # fmt: skip
                    self.assertEqual(len(survey.records), survey.ledger["sent"])
                    self.assert_all_found(survey)


@support.lasting
@support.needs_root
class RouterTest(support.HopwireTestCase):
    """A chain of Linux routers, at whose end a web server has all target addresses, of both families."""

    LENGTH, TTLS, FLOWS, FAMILIES = 2, 5, 3, (IPV4, IPV6)
    TARGETS = 4 * len(FAMILIES)

    def setUp(self):
        super().setUp()
        self.chain = self.router_chain(self.LENGTH, ipv6=True)
        self.hops = {IPV4.source: self.chain.hops, IPV6.source: self.chain.hops6}
        # Linux answers from addresses that it has, not from all that lead to it.
        self.chain.target_namespace.ip(*(f"address add 2600:44:1:{block}::1/128 dev lo" for block in (4000, 8000, "c000")))
        self.host = {IPV4.source: self.chain.host_address, IPV6.source: self.chain.host_address6}
        self.server = subprocess.Popen(
            self.chain.target_namespace.command(
                sys.executable, "-m", "http.server", OPEN_PORT, "-b", "::", "-d", self.directory
            ),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.addCleanup(self.server.communicate)
        self.addCleanup(self.server.kill)
        support.wait_until(lambda: self.sockets("listening"), "the server to listen")

    def sockets(self, state):
        """The server's TCP sockets in a state, as named by ss(8)."""
        return self.chain.target_namespace.call("ss", "-Htan", "state", state).splitlines()

    def survey_chain(self, protocol, *arguments, **options):
        return self.survey(
            *protocol.options, "--rate", 2000, "--flows", self.FLOWS, "--max-ttl", self.TTLS, "--granularity6", 50,
            "--host6", "low", *arguments, *(family.targets for family in self.FAMILIES), namespace=self.chain.host, **options,
        )  # fmt: skip

    def assert_hops(self, survey, protocol):
        self.assertEqual(survey.ledger["sent"], self.TARGETS * self.FLOWS * self.TTLS)
        answered = set()
        for record in survey.records:
            family = IPV6 if ":" in record.target else IPV4
            at_target = record.probe_ttl > self.LENGTH
            responder = record.target if at_target else self.hops[family.source][record.probe_ttl - 1]
            answer = (*protocol.answer[family.source], protocol.flags) if at_target else (*family.time_exceeded, ())
            self.assertEqual(record.responder, responder, record)
            self.assertEqual(answer_of(record), answer, record)
            self.assertTrue(0 < record.rtt_us < 15_000_000, record)
            answered.add((record.target, record.flow, min(record.probe_ttl, self.LENGTH + 1)))
        self.assertEqual(len(answered), self.TARGETS * self.FLOWS * (self.LENGTH + 1), "each hop and target, by each flow")
        # To a port that has seen another SYN of the same flow, the next one is none of that connection.
        if "syn_ack" not in protocol.flags:
            self.assertEqual(len(survey.records), survey.ledger["sent"])
        self.assertEqual(survey.metadata["reached"], self.TARGETS)
        self.assertEqual(survey.metadata["graph"]["interfaces"], self.LENGTH * len(self.FAMILIES))
        self.assertEqual(survey.metadata["graph"]["ipv6_interfaces"], self.LENGTH)

    def assert_paths(self, path, protocol):
        """Paris traceroute: one path for each target and flow, and correct checksums."""
        wanted = [(family, *self.fields_of(protocol, family)) for family in self.FAMILIES]
        fields = tuple({field: None for _, *both in wanted for some in both for field in some})
        own = (f"({family.source} == {self.host[family.source]} && {protocol.probes[family.source]})" for family in self.FAMILIES)
        # One run for both families: starting takes tshark the longest.
        packets = [dict(zip(fields, values)) for values in network.tshark(path, *fields, display_filter=" || ".join(own))]
        for family, right, hashed in wanted:
            sent = [packet for packet in packets if packet[family.source]]
            self.assertEqual({tuple(packet[field] for field in right) for packet in sent}, {tuple(right.values())})
            paths = collections.Counter(tuple(packet[field] for field in hashed) for packet in sent)
            self.assertEqual(len(paths), 4 * self.FLOWS)
            self.assertEqual(set(paths.values()), {self.TTLS})

    @staticmethod
    def fields_of(protocol, family):
        """Fields of tshark: those with the same value in all probes, with their values, and those that routers hash."""
        transport = "icmpv6" if (protocol.checksum, family) == ("icmp", IPV6) else protocol.checksum
        right = {**family.right, f"{transport}.checksum.status": "1"}
        return right, (*family.hashed, *(f"{transport}.{field}" for field in protocol.hashed))

    def assert_decoded(self, path, survey):
        output = self.directory / "decoded.csv"
        self.hopwire("decode", path, "--metadata", survey.metadata_path, "--overwrite", "--output", output)
        self.assertEqual(self.comparable(support.read_csv(output)), self.comparable(survey.records))

    @staticmethod
    def comparable(records):
        """Leaves out SYN-ACKs that a server repeats after a second: the kernel gets them, but they are in the capture."""
        firsts = [record for record in map(support.without_times, records) if record.flags != ("duplicate", "syn_ack")]
        return sorted(firsts, key=support.probe_of)

    def test_routers_and_the_server_answer_every_protocol(self):
        for name, protocol in PROTOCOLS.items():
            with self.subTest(name):
                capture = self.capture(self.chain.routers[0], self.chain.gateway_interface)
                survey = self.survey_chain(protocol, name=f"{name}.csv")
                self.assertEqual(capture.stop(), 0, "the capture is complete")
                self.assert_hops(survey, protocol)
                self.assert_paths(capture.path, protocol)
                self.assert_decoded(capture.path, survey)

    def test_no_connection_stays_at_the_server(self):
        survey = self.survey_chain(PROTOCOLS["tcp-syn"])
        self.assert_hops(survey, PROTOCOLS["tcp-syn"])
        support.wait_until(lambda: not self.sockets("connected"), "the server to have no connections")
        self.assertIsNone(self.server.poll())
        fetched = self.chain.target_namespace.call(
            sys.executable, "-c", f"import urllib.request as r; print(r.urlopen('http://{self.chain.target}').status)"
        )
        self.assertEqual(fetched, "200\n", "it serves others as before")
