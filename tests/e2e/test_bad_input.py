# SPDX-License-Identifier: GPL-2.0-or-later
"""Arguments and files that cannot be used: one clear line, exit status 2, nothing sent, nothing overwritten."""

import os
import unittest

import network
import support

TARGET = "44.1.0.1"

# Runs what follows as root without a single capability; files stay readable, wherever the tests lie.
UNPRIVILEGED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")


class BadInputTestCase(support.HopwireTestCase):
    def assert_refused(self, done, *names):
        """Expects one line that names the fault, and nothing else."""
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertRegex(done.stderr, r"\Ahopwire: [^\n]+\n\Z")
        self.assertEqual(done.stdout, "")
        for name in names:
            self.assertIn(name, done.stderr)


@support.needs_root
class SurveyTest(BadInputTestCase):
    """In a namespace in which a survey would work if its arguments were valid."""

    def setUp(self):
        super().setUp()
        chain = self.router_chain(1)
        self.host, self.interface = chain.host, chain.host_interface
        self.host.ip("link add down0 type veth peer name down1", "link set lo up")
        self.capture_of_probes = self.capture(chain.routers[0], chain.gateway_interface, "udp")
        self.results = self.directory / "results.csv"
        self.results.write_text("earlier results\n")
        self.addCleanup(self.assert_harmless)

    def assert_harmless(self):
        self.assertEqual(self.capture_of_probes.stop(), 0)
        self.assertEqual(network.tshark(self.capture_of_probes.path, "ip.dst"), [])
        self.assertEqual(self.results.read_text(), "earlier results\n")
        self.assertFalse(support.metadata_path(self.results).exists())

    def refuse(self, arguments, *names, **options):
        arguments = tuple(map(str, arguments))
        with self.subTest(" ".join(arguments)):
            self.assert_refused(self.run_survey(*arguments, **options), *names)

    def run_survey(self, *arguments, **options):
        command = ("survey", "--cooldown", "100ms", "--overwrite", "--output", self.results, *arguments)
        return self.hopwire(*command, namespace=self.host, status=None, **options)

    def test_options(self):
        for arguments, *names in (
            (("--frobnicate", TARGET), "--frobnicate"),
            (("-Z", TARGET), "-Z"),
            ((TARGET, "--rate"), "--rate"),
            (("--quiet=yes", TARGET), "--quiet"),
            (("--probe", "sctp", TARGET), "--probe", "sctp", "udp"),
            (("--port", "0", TARGET), "--port"),
            (("--port", "65536", TARGET), "--port"),
            (("--port", "65500", "--flows", "37", TARGET), "--flows 37", "65500", "36"),
            (("--rate", "0", TARGET), "--rate", "'0'"),
            (("--rate", "fast", TARGET), "--rate", "'fast'"),
            (("--rate", "-5", TARGET), "--rate", "'-5'"),
            (("--rate", "10kk", TARGET), "--rate", "'10kk'"),
            (("--rate", "nan", TARGET), "--rate", "'nan'"),
            (("--rate", "", TARGET), "--rate"),
            (("--bandwidth", "0", TARGET), "--bandwidth"),
            (("--rate", "1k", "--bandwidth", "1M", TARGET), "--rate", "--bandwidth"),
            (("--min-ttl", "0", TARGET), "--min-ttl", "'0'"),
            (("--max-ttl", "65", TARGET), "--max-ttl", "'65'", "64"),
            (("--max-ttl", "4294967297", TARGET), "--max-ttl"),
            (("--min-ttl", "9", "--max-ttl", "8", TARGET), "--min-ttl 9", "--max-ttl 8"),
            (("--min-ttl", "40", TARGET), "--min-ttl 40", "--max-ttl 32"),
            (("--flows", "0", TARGET), "--flows"),
            (("--flows", "257", TARGET), "--flows", "256"),
            (("--seed", "garbage", TARGET), "--seed", "'garbage'"),
            (("--key", "f" * 31, TARGET), "--key", "32 hex digits"),
            (("--key", "x" * 32, TARGET), "--key", "32 hex digits"),
            (("--seed", "-1", TARGET), "--seed", "'-1'"),
            (("--seed", "18446744073709551616", TARGET), "--seed"),
            (("--granularity", "33", TARGET), "--granularity"),
            (("--granularity", "0", TARGET), "--granularity"),
            (("--cooldown", "-1", TARGET), "--cooldown"),
            (("--cooldown", "1y", TARGET), "--cooldown"),
            (("--strategy", "clever", TARGET), "--strategy", "'clever'", "exhaustive"),
            (("--strategy", "exhaustive,gap=2", TARGET), "--strategy", "'gap'"),
            (("--tx", "pigeon", TARGET), "--tx", "'pigeon'", "only auto, ring, xsk, live, sendmmsg"),
            (("--link-memory", "lots", TARGET), "--link-memory"),
            (("--source-ip", "1.2.3", TARGET), "--source-ip", "'1.2.3'"),
            (("--gateway-mac", "02:00:00:00:00", TARGET), "--gateway-mac"),
            (("--vlan", "4095", TARGET), "--vlan"),
            (("--vlan", "7", TARGET), "--vlan", "--interface", "--gateway-mac"),
        ):
            self.refuse(arguments, *names)

    def test_targets(self):
        lines = [f"44.1.{i}.0/24" for i in range(6)] + ["44.1.6.0/33"]
        bad, missing = self.directory / "bad.txt", self.directory / "missing.txt"
        bad.write_text("\n".join(lines) + "\n44.1.7.0/24\n")
        empty = self.directory / "empty.txt"
        empty.write_text("# nothing\n")
        binary = self.directory / "binary"
        binary.write_bytes(b"44.1.0.0/24\n\0\n")
        self.refuse(("--targets", bad), "--targets", str(bad), "line 7", "44.1.6.0/33")
        self.refuse(("--targets", "-"), "--targets", "stdin", "line 7", input=bad.read_text())
        self.refuse(("--blocklist", bad, TARGET), "--blocklist", str(bad), "line 7")
        self.refuse(("--targets", missing), "--targets", str(missing), "No such file")
        self.refuse(("--blocklist", missing, TARGET), "--blocklist", str(missing))
        self.refuse(("--targets", self.directory), "--targets", "directory")
        self.refuse(("--targets", binary), str(binary), "line 2")
        self.refuse(("--targets", "-", "--blocklist", "-"), "--targets", "--blocklist", "stdin", input="44.1.0.0/24\n")
        self.refuse((), "no target")
        self.refuse(("--targets", empty), "no target")
        self.refuse(("--targets", "-"), "no target", input="")
        self.refuse(("44.1.0.0/33",), "'44.1.0.0/33'")
        self.refuse(("44.1.0.1/255.255.255.0",), "'44.1.0.1/255.255.255.0'", "44.1.0.0/24")
        self.refuse(("44.1.0.256",), "'44.1.0.256'")
        self.refuse(("example.org",), "'example.org'")
        self.refuse(("44.1.0.9-44.1.0.3",), "'44.1.0.9-44.1.0.3'")
        self.refuse(("2600::/129",), "'2600::/129'")
        self.refuse(("2600::1::2",), "'2600::1::2'")
        self.refuse(("-4", "2600::/32"), "'2600::/32'", "not IPv4")
        self.refuse(("-6", "44.1.0.0/24"), "'44.1.0.0/24'", "not IPv6")
        self.refuse(("2001:db8::/32", "fe80::1"), "--allow-special")
        self.refuse(("2000::/3",), "--per-prefix")
        self.refuse(("192.168.1.0/24", "10.0.0.0/8"), "--allow-special")

    def test_blocklists(self):
        """A line that may mean that something must not be probed must not be skipped."""
        path = self.directory / "blocklist"
        for line, *names in (
            (b"44.1.0.0/24 44.2.0.0/24", "'44.2.0.0/24'", "second entry"),
            (b"44.1.0.0/24,44.2.0.0/24", "'44.2.0.0/24'", "second entry"),
            (b"44.2.0.0/24;44.1.0.0/24", "44.2.0.0/24;44.1.0.0/24"),
            (b"44.2.0.0/24\r44.1.0.0/24\r", "carriage returns"),
            (b"44.2.0.0 24", "44.2.0.0/24"),
            (b"44.2.0.0 44.2.0.9", "44.2.0.0-44.2.0.9"),
            (b"host.example", "'host.example'"),
            (b"44.2.0.0/33", "'44.2.0.0/33'"),
        ):
            path.write_bytes(b"# heading\n" + line + b"\n")
            self.refuse(("--blocklist", path, TARGET), "--blocklist", str(path), "line 2", *names)
        for packed, name in ((b"BZh91AY????", "bzip2"), (b"\xfd7zXZ\0??", "xz"), (b"\xff\xfe4\0", "UTF-16")):
            path.write_bytes(packed)
            self.refuse(("--blocklist", path, TARGET), "--blocklist", str(path), name)

    def test_everything_blocked(self):
        """The arguments are valid, but there is nothing to do: exit status 1."""
        path = self.directory / "blocklist"
        path.write_text("44.1.0.9/16\n")
        for how in ((), ("--dry-run",), ("--sim",)):
            done = self.run_survey("--blocklist", path, *how, "44.1.0.0/22", "44.1.9.9")
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stderr, r"(?m)^hopwire: survey: nothing is left to probe: every target \(5 in all\) is on")

    def test_output(self):
        missing = self.directory / "missing"
        self.refuse(("--output", missing / "results.csv", TARGET), "--output", str(missing))
        self.refuse(("--output", self.directory, "--format", "csv", TARGET), "--output", "directory")
        self.refuse(("--output", f"{self.directory}/", "--format", "csv", TARGET), "--output", "directory")
        self.refuse(("--output", self.directory / "results.xml", TARGET), "--output", "results.xml", "--format")
        self.refuse(("--output", "", TARGET), "--output")
        self.refuse(("--format", "xml", TARGET), "--format", "'xml'", "csv")
        self.refuse(("--metadata", missing / "metadata.json", TARGET), "--metadata", str(missing))
        self.refuse(("--metadata", self.directory, TARGET), "--metadata", "directory")
        self.refuse(("--metadata", self.results, TARGET), "--metadata", "--output")
        self.assertFalse(missing.exists())
        self.assertFalse((self.directory / "results.xml").exists())

    def test_interfaces(self):
        by_hand = ("--gateway-mac", "02:00:00:00:00:01", "--source-ip", "44.0.0.1")
        self.refuse(("--interface", "none0", TARGET), "--interface", "'none0'")
        self.refuse(("--interface", "a-name-that-is-too-long-for-linux", TARGET), "--interface")
        self.refuse(("--interface", "lo", TARGET), "lo", "loopback")
        self.refuse(("--interface", "lo", *by_hand, TARGET), "lo", "loopback")
        self.refuse(("--interface", "down0", TARGET), "down0", "down")
        self.refuse(("--interface", "down0", *by_hand, TARGET), "down0", "down")
        self.host.ip(f"link set {self.interface} mtu 68")
        self.refuse((TARGET,), self.interface, "MTU")

    def test_routes(self):
        self.host.ip("route delete default")
        self.refuse((TARGET,), "no route", TARGET)
        self.host.ip(f"route add {TARGET} dev lo", "route add local 44.1.0.2 dev lo")
        self.refuse((TARGET,), "loopback")
        self.refuse(("44.1.0.2",), "44.1.0.2 is an address of this host")

    @unittest.skipUnless(os.path.exists("/dev/net/tun"), "needs a kernel with tun devices")
    def test_a_device_without_ethernet_headers(self):
        self.host.call("sh", "-c", "ip tuntap add dev tun7 mode tun && ip link set tun7 up")
        self.refuse(("--interface", "tun7", TARGET), "tun7", "Ethernet")

    def test_the_simulator(self):
        for option in (
            ("--interface", self.interface),
            ("--source-ip", "44.0.0.9"),
            ("--gateway-mac", "02:00:00:00:00:01"),
            ("--vlan", 3),
        ):
            self.refuse(("--sim", *option, TARGET), "--sim", option[0])
        self.refuse(("--sim=frobnicate=1", TARGET), "--sim", "'frobnicate'")
        self.refuse(("--sim=topology=moon", TARGET), "topology", "'moon'", "synthetic")
        self.refuse(("--sim=realism=surreal", TARGET), "realism", "'surreal'", "ideal")
        self.refuse(("--sim=seed", TARGET), "--sim", "seed")
        self.refuse(("--sim=seed=x", TARGET), "--sim", "seed", "'x'")
        self.refuse(("--sim=silent=101", TARGET), "--sim", "silent")
        self.refuse(("--sim=queues=0", TARGET), "--sim", "queues")

    def test_a_missing_privilege(self):
        command = (*UNPRIVILEGED, str(support.BINARY), "survey", "--overwrite", "--output", str(self.results))
        for arguments in ((TARGET,), ("--sim", TARGET)):
            with self.subTest(arguments=arguments):
                done = network.run(*self.host.command(*command, *arguments))
                self.assert_refused(done, "CAP_", "root")


@support.needs_root
class ReadersTest(BadInputTestCase):
    """decode, score and sim truth refuse in the same way."""

    def setUp(self):
        super().setUp()
        survey = self.survey("--sim=realism=ideal", "--max-ttl", 4, "16.0.0.0/24", cooldown="100ms")
        self.results, self.metadata = survey.results, survey.metadata_path
        self.truth = self.directory / "truth.jsonl"
        self.hopwire("sim", "truth", "--metadata", self.metadata, "--output", self.truth)

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return path

    def refuse(self, arguments, *names):
        arguments = tuple(map(str, arguments))
        with self.subTest(" ".join(arguments)):
            self.assert_refused(self.hopwire(*arguments, status=None), *names)

    def test_commands(self):
        self.refuse(("frobnicate",), "'frobnicate'")
        self.refuse(("sim", "frobnicate"), "'frobnicate'")
        for command in (("decode",), ("score",), ("sim", "truth")):
            self.refuse((*command, "--frobnicate"), "--frobnicate")

    def test_metadata(self):
        missing = self.directory / "missing.json"
        cut = self.write("cut.json", self.metadata.read_text()[:-10])
        no_key = self.write("no-key.json", self.metadata.read_text().replace('"key"', '"lock"'))
        bad_ttl = self.write("bad-ttl.json", self.metadata.read_text().replace('"max_ttl": 4', '"max_ttl": 400'))
        for path, *names in ((missing, "No such file"), (cut, "JSON"), (no_key, "'key'"), (bad_ttl, "'max_ttl'")):
            self.refuse(("decode", self.results, "--metadata", path), "--metadata", str(path), *names)
            self.refuse(("sim", "truth", "--metadata", path), "--metadata", str(path), *names)
            self.refuse(("score", self.results, self.truth, "--metadata", path), str(path), *names)

    def test_decode(self):
        missing = self.directory / "missing.pcap"
        self.refuse(("decode", self.results), "--metadata")
        self.refuse(("decode", "--metadata", self.metadata), "capture")
        self.refuse(("decode", missing, "--metadata", self.metadata), str(missing))
        self.refuse(("decode", self.results, "--metadata", self.metadata), str(self.results))
        capture = self.write("empty.pcap", "")
        self.refuse(("decode", capture, "--metadata", self.metadata), str(capture))

    def test_score(self):
        missing = self.directory / "missing.csv"
        text = self.results.read_text().splitlines()
        bad_line = self.write("bad.csv", "\n".join(text[:3] + ["1,2,3"] + text[3:]) + "\n")
        no_truth = self.write("no-truth.jsonl", self.truth.read_text() + '{"kind": "planet"}\n')
        self.refuse(("score",), "RESULTS [TRUTH]")
        self.refuse(("score", bad_line), str(bad_line), "metadata")
        self.refuse(("score", missing, self.truth), str(missing))
        self.refuse(("score", self.results, missing), str(missing))
        self.refuse(("score", bad_line, self.truth), str(bad_line), "line 4")
        self.refuse(("score", self.results, no_truth), str(no_truth), "line", "kind")
        self.refuse(("score", "-", "-"), "stdin")

    def test_sim_truth(self):
        self.refuse(("sim", "truth"), "no target")
        self.refuse(("sim", "truth", "--metadata", self.metadata, "16.0.0.0/24"), "--metadata")
        self.refuse(("sim", "truth", "--min-ttl", 9, "--max-ttl", 8, "16.0.0.0/24"), "--min-ttl 9", "--max-ttl 8")
        self.refuse(("sim", "truth", "--realism", "surreal", "16.0.0.0/24"), "'surreal'")
        self.refuse(("sim", "truth", "--output", "/nowhere/truth.jsonl", "16.0.0.0/24"), "/nowhere/truth.jsonl")
