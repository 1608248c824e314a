# SPDX-License-Identifier: GPL-2.0-or-later
"""The packets on the wire, as other programs read them, and captures of them, decoded."""

import collections
import itertools
import statistics
import subprocess

import network
import support

BASE_PORT, TAGGED_PORTS = 33434, 32768
FLOWS, TTLS = 4, 64
TARGETS = "44.1.0.0/21"  # eight
PROBES = 8 * FLOWS * TTLS

# tshark's words for a checksum that is right, and for how bad it finds something.
GOOD = "1"
WARNING = 0x600000

# The least that a capture must keep of a reply: Ethernet, IP, ICMP, and the quoted IP and eight bytes.
SHORTEST_REPLY = 14 + 20 + 8 + 20 + 8

# The capture takes its time on the other side of a link, when its machine comes to it; of most packets at once.
STALL_US = 20_000_000
USUAL_US = 2_000


class WireTestCase(support.HopwireTestCase):
    """A survey through two routers, captured on the link between the host and the first one."""

    def setUp(self):
        super().setUp()
        chain = self.router_chain(2)
        capture = self.capture(chain.routers[0], chain.gateway_interface, "udp or icmp")
        self.run = self.survey(
            "--rate", 5000, "--flows", FLOWS, "--max-ttl", TTLS, TARGETS, namespace=chain.host
        )
        self.assertEqual(capture.stop(), 0, "the capture is complete")
        self.chain, self.path = chain, capture.path

    def probes(self, *fields):
        return network.tshark(self.path, *fields, display_filter="udp and !icmp")


@support.needs_root
class ProbesTest(WireTestCase):
    def test_every_probe_is_well_formed(self):
        fields = ("ip.checksum.status", "udp.checksum.status", "_ws.malformed", "_ws.expert.severity")
        probes = self.probes(*fields)
        self.assertEqual(len(probes), PROBES)
        self.assertEqual({fields[:3] for fields in probes}, {(GOOD, GOOD, "")})
        severities = {int(severity) for fields in probes for severity in fields[3].split(",") if severity}
        # It notes low TTLs and that this may be a traceroute.
        self.assertEqual({severity for severity in severities if severity >= WARNING}, set())

    def test_frames_on_the_wire_are_what_the_ledger_says(self):
        sent = [(target, int(ttl)) for target, ttl in self.probes("ip.dst", "ip.ttl")]
        self.assertEqual(len(sent), self.run.ledger["sent"])
        self.assertEqual(len(sent), PROBES)

    def test_probes_leave_in_the_order_of_the_dry_run(self):
        fields = self.probes("ip.dst", "udp.dstport", "ip.ttl")
        sent = [(target, int(port) - BASE_PORT, int(ttl)) for target, port, ttl in fields]
        self.assertEqual(sent, self.dry_run("--flows", FLOWS, "--max-ttl", TTLS, TARGETS))

    def test_fields_hold_what_the_wire_format_says(self):
        fields = ("ip.ttl", "ip.len", "udp.length", "ip.id", "udp.checksum", "ip.flags", "ip.dsfield", "udp.payload")
        for ttl, ip_length, udp_length, ip_id, checksum, *rest in self.probes(*fields):
            flags, dsfield, payload = rest
            self.assertEqual((int(ip_length), int(udp_length)), (28 + 1 + int(ttl), 8 + 1 + int(ttl)))
            self.assertNotEqual(int(ip_id, 16), 0)
            self.assertNotEqual(int(checksum, 16), 0)
            self.assertEqual((int(flags, 16), int(dsfield, 16)), (0, 0))
            self.assertEqual(len(bytes.fromhex(payload)), 1 + int(ttl))
            self.assertEqual(bytes.fromhex(payload)[2:].strip(b"\0"), b"", "zero but for the first two bytes")

    def test_what_routers_hash_depends_on_target_and_flow_alone(self):
        fields = ("ip.dst", "udp.dstport", "udp.srcport", "ip.src", "ip.proto", "ip.dsfield")
        paths = collections.Counter(self.probes(*fields))
        self.assertEqual(len(paths), 8 * FLOWS, "one five-tuple for each target and flow")
        self.assertEqual(set(paths.values()), {TTLS})
        for target, destination, source, *_ in paths:
            self.assertIn(int(destination) - BASE_PORT, range(FLOWS), target)
            self.assertGreaterEqual(int(source), TAGGED_PORTS, target)
        self.assertGreater(len({path[2] for path in paths}), 1, "the source port is a tag of target and flow")


def without_stamps(capture):
    """The packets of a little-endian pcap file, with all time stamps at the beginning of 1970."""
    out, at = capture[:24], 24
    while at < len(capture):
        length = int.from_bytes(capture[at + 8 : at + 12], "little")
        out += bytes(8) + capture[at + 8 : at + 16 + length]
        at += 16 + length
    return out


@support.needs_root
class DecodeTest(WireTestCase):
    def decode(self, path, *arguments, **options):
        """Returns the records that are decoded from a capture, and the messages."""
        output = self.directory / "decoded.csv"
        done = self.hopwire(
            "decode", path, "--metadata", self.run.metadata_path, "--overwrite", "--output", output, *arguments, **options
        )
        return support.read_csv(output), done.stderr

    def convert(self, name, *arguments):
        """Returns the path of the capture as editcap makes it with these arguments."""
        path = self.directory / name
        network.call("editcap", *map(str, arguments), str(self.path), str(path))
        return path

    def assert_as_live(self, decoded):
        live = {support.probe_of(record): record for record in self.run.records}
        self.assertEqual(len(decoded), len(live))
        for record in decoded:
            wanted = live[support.probe_of(record)]
            self.assertEqual(support.without_times(record), support.without_times(wanted))
            self.assertAlmostEqual(record.rtt_us, wanted.rtt_us, delta=STALL_US)
            self.assertAlmostEqual(record.time_us, wanted.time_us, delta=STALL_US)
        differences = [abs(record.rtt_us - live[support.probe_of(record)].rtt_us) for record in decoded]
        self.assertLess(statistics.quantiles(differences, n=10)[0], USUAL_US)

    def test_captures_decode_to_what_was_recorded_live(self):
        for form in ("pcap", "pcapng", "nsecpcap"):
            with self.subTest(form):
                decoded, said = self.decode(self.convert(f"same.{form}", "-F", form))
                self.assert_as_live(decoded)
                self.assertIn(f"decoded {2 * PROBES} packets: {PROBES} accepted", said)
                self.assertRegex(said, rf"not_a_reply +{PROBES}\n", "the probes themselves")

    def test_nothing_is_made_up_from_another_clock(self):
        live = set(map(support.without_times, self.run.records))
        replies = self.directory / "replies.pcap"
        network.call("tcpdump", "-r", str(self.path), "-w", str(replies), "icmp")
        # The survey's own probes tell what their clock is; replies alone what cannot have been.
        for path, seconds in itertools.product((self.path, replies), ("3600", "-3600", "-0.01", "-5", "5")):
            with self.subTest(path=path.name, seconds=seconds):
                shifted = self.directory / "shifted.pcap"
                network.call("editcap", "-F", "nsecpcap", "-t", seconds, str(path), str(shifted))
                decoded, said = self.decode(shifted)
                self.assertEqual({(record.rtt_us, record.flags) for record in decoded}, {(None, ())})
                self.assertEqual(set(map(support.without_times, decoded)), live)
                self.assertRegex(said, r"(?m)^hopwire: warning: .*shifted\.pcap: the time stamps are of another clock")
                self.assertEqual(said.count("warning"), 1)

    def test_nothing_is_made_up_without_time_stamps(self):
        blank = self.directory / "blank.pcap"
        blank.write_bytes(without_stamps(self.convert("usual.pcap", "-F", "pcap").read_bytes()))
        decoded, said = self.decode(blank)
        self.assertEqual({(record.time_us, record.rtt_us, record.flags) for record in decoded}, {(None, None, ())})
        self.assertEqual(len(decoded), PROBES)
        self.assertRegex(said, r"(?m)^hopwire: warning: .*blank\.pcap: the packets have no time stamps")
        self.assertEqual(said.count("warning"), 1)

    def test_a_capture_comes_through_a_pipe(self):
        output = self.directory / "piped.csv"
        command = f"cat {self.path} | {support.BINARY} decode - --metadata {self.run.metadata_path} -o {output}"
        subprocess.run(command, shell=True, check=True, capture_output=True)
        self.assert_as_live(support.read_csv(output))

    def test_a_cut_capture_is_decoded_as_far_as_it_goes(self):
        data = self.path.read_bytes()
        cut = self.directory / "cut.pcap"
        cut.write_bytes(data[: len(data) // 2])
        decoded, said = self.decode(cut)
        self.assertRegex(said, r"(?m)^hopwire: warning: .*cut\.pcap: .*ends within a packet")
        self.assertTrue(0 < len(decoded) < PROBES, len(decoded))
        live = set(map(support.without_times, self.run.records))
        self.assertEqual(set(map(support.without_times, decoded)) - live, set())

    def test_a_short_snap_length_is_told(self):
        decoded, _ = self.decode(self.convert("shortest.pcap", "-F", "pcap", "-s", SHORTEST_REPLY))
        live = {support.without_times(record) for record in self.run.records}
        self.assertEqual(len(decoded), PROBES)
        for record in decoded:
            self.assertEqual(record.marks, ("truncated",))
            self.assertIn(support.without_times(record)._replace(flags=()), live)
        decoded, said = self.decode(self.convert("too-short.pcap", "-F", "pcap", "-s", SHORTEST_REPLY - 1))
        self.assertEqual(decoded, [])
        self.assertRegex(said, rf"truncated +{PROBES}\n")

    def test_another_surveys_key_accepts_nothing(self):
        other = self.survey("--max-ttl", 1, "44.1.0.1", "--key", "f" * 32, name="other.csv", namespace=self.chain.host)
        output = self.directory / "decoded.csv"
        done = self.hopwire("decode", self.path, "--metadata", other.metadata_path, "--output", output)
        # One unrelated tag in 256 looks like that of a rewritten probe; none like that of an intact one.
        self.assertEqual({record.marks for record in support.read_csv(output)} - {("rewritten",)}, set())
        self.assertLess(len(support.read_csv(output)), PROBES / 64)
        self.assertRegex(done.stderr, r"forged +\d+\n")

    def test_duplicates_are_flagged(self):
        twice = self.directory / "twice.pcap"
        network.call("mergecap", "-F", "pcap", "-a", "-w", str(twice), str(self.path), str(self.path))
        decoded, _ = self.decode(twice)
        counts = collections.Counter(record.marks for record in decoded)
        self.assertEqual(counts, {(): PROBES, ("duplicate",): PROBES})

    def test_json_lines_and_stdout(self):
        self.hopwire("decode", self.path, "--metadata", self.run.metadata_path, "-o", self.directory / "d.jsonl")
        done = self.hopwire("decode", self.path, "--metadata", self.run.metadata_path, "--quiet")
        self.assertEqual(done.stderr, "")
        self.assertEqual(support.parse_csv(done.stdout), support.read_records(self.directory / "d.jsonl"))
