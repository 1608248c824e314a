# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys by each protocol: the simulated Internet, real routers, a real server, and what stands on the wire."""

import collections
import subprocess
import sys
import typing

import network
import support

BACKENDS = ("ring", "xsk", "live", "sendmmsg")
OPEN_PORT, CLOSED_PORT = 80, 81
TIME_EXCEEDED = (11, 0, ())


class Protocol(typing.NamedTuple):
    options: tuple  # of a survey
    probes: str  # tshark's filter for what the survey sends from `host_address`
    path: tuple  # tshark's fields for what routers hash, besides addresses and protocol
    checksum: str  # and for whether the transport's checksum is right
    answer: tuple  # type, code and flags of what a target answers that listens on port 80


PROTOCOLS = {
    "udp": Protocol((), "udp && !icmp", ("udp.srcport", "udp.dstport"), "udp.checksum.status", (3, 3, ())),
    "icmp": Protocol(
        ("--probe", "icmp"), "icmp.type == 8 && !(icmp.type == 11)", ("icmp.checksum", "icmp.ident"),
        "icmp.checksum.status", (0, 0, ()),
    ),
    "tcp-syn": Protocol(
        ("--probe", "tcp-syn"), "tcp.flags == 2 && !icmp", ("tcp.srcport", "tcp.dstport"),
        "tcp.checksum.status", (0, 0, ("syn_ack",)),
    ),
    "tcp-syn, closed": Protocol(
        ("--probe", "tcp-syn", "--port", CLOSED_PORT), "tcp.flags == 2 && !icmp", ("tcp.srcport", "tcp.dstport"),
        "tcp.checksum.status", (0, 0, ("rst",)),
    ),
    "tcp-ack": Protocol(
        ("--probe", "tcp-ack"), "tcp.flags == 0x10 && !icmp", ("tcp.srcport", "tcp.dstport"),
        "tcp.checksum.status", (0, 0, ("rst",)),
    ),
}  # fmt: skip


def answer_of(record):
    return record.icmp_type, record.icmp_code, record.flags


@support.needs_root
class SimulatedTest(support.HopwireTestCase):
    def test_truth_knows_what_each_protocol_finds(self):
        sim = "--sim=rate-limits=off,rtt=off,answering=60,firewalls=50,middleboxes=10"
        reached = {}
        for name, protocol in PROTOCOLS.items():
            with self.subTest(name):
                survey = self.survey(
                    sim, *protocol.options, "--flows", 2, "--max-ttl", 24, "--rate", "100k", "16.0.0.0/16",
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
                        "--rate", "20k", "16.0.0.0/19", name=f"{name}-{backend}.csv", cooldown="200ms",
                    )  # fmt: skip
                    self.assertEqual(len(survey.records), survey.ledger["sent"])
                    self.assert_all_found(survey)


@support.needs_root
class RouterTest(support.HopwireTestCase):
    """A chain of Linux routers, and a web server at its end that has all target addresses."""

    LENGTH, TTLS, FLOWS, TARGETS = 2, 5, 3, "44.1.0.0/22"  # four

    def setUp(self):
        super().setUp()
        self.chain = self.router_chain(self.LENGTH)
        self.server = subprocess.Popen(
            self.chain.target_namespace.command(sys.executable, "-m", "http.server", OPEN_PORT, "-d", self.directory),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.addCleanup(self.server.communicate)
        self.addCleanup(self.server.kill)
        support.wait_until(lambda: self.sockets("listening"), "the server to listen")

    def sockets(self, state):
        """The server's TCP sockets in that state of ss(8)."""
        return self.chain.target_namespace.call("ss", "-Htan", "state", state).splitlines()

    def survey_chain(self, protocol, *arguments, **options):
        return self.survey(
            *protocol.options, "--rate", 2000, "--flows", self.FLOWS, "--max-ttl", self.TTLS, *arguments,
            self.TARGETS, namespace=self.chain.host, **options,
        )  # fmt: skip

    def assert_hops(self, survey, protocol):
        self.assertEqual(survey.ledger["sent"], 4 * self.FLOWS * self.TTLS)
        answered = set()
        for record in survey.records:
            at_target = record.probe_ttl > self.LENGTH
            responder = record.target if at_target else self.chain.hops[record.probe_ttl - 1]
            self.assertEqual(record.responder, responder, record)
            self.assertEqual(answer_of(record), protocol.answer if at_target else TIME_EXCEEDED, record)
            self.assertTrue(0 < record.rtt_us < 15_000_000, record)
            answered.add((record.target, record.flow, min(record.probe_ttl, self.LENGTH + 1)))
        self.assertEqual(len(answered), 4 * self.FLOWS * (self.LENGTH + 1), "each hop and target, by each flow")
        # To a port that has seen another SYN of the same flow, the next one is none of that connection.
        if "syn_ack" not in protocol.answer[2]:
            self.assertEqual(len(survey.records), survey.ledger["sent"])
        self.assertEqual(survey.metadata["reached"], 4)
        self.assertEqual(survey.metadata["graph"]["interfaces"], self.LENGTH)

    def assert_paths(self, path, protocol):
        """Paris traceroute: one path for each target and flow, and true checksums."""
        own = f"ip.src == {self.chain.host_address} && {protocol.probes}"
        fields = ("ip.checksum.status", protocol.checksum, "ip.flags")
        self.assertEqual(set(network.tshark(path, *fields, display_filter=own)), {("1", "1", "0x00")})
        fields = ("ip.src", "ip.dst", "ip.proto", "ip.dsfield", *protocol.path)
        paths = collections.Counter(network.tshark(path, *fields, display_filter=own))
        self.assertEqual(len(paths), 4 * self.FLOWS)
        self.assertEqual(set(paths.values()), {self.TTLS})

    def assert_decoded(self, path, survey):
        output = self.directory / "decoded.csv"
        self.hopwire("decode", path, "--metadata", survey.metadata_path, "--overwrite", "--output", output)
        key = lambda record: support.probe_of(record)
        live = sorted(map(support.without_times, survey.records), key=key)
        self.assertEqual(sorted(map(support.without_times, support.read_csv(output)), key=key), live)

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
