# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets longer than the MTU of a link on their way, at real Linux routers and targets; ping(8) is the reference."""

import re

import network
import support


@support.lasting
@support.needs_root
class PathMtuTest(support.HopwireTestCase):
    def ping(self, *arguments, status=0):
        return self.hopwire("ping", "-c", 1, *arguments, self.chain.target, namespace=self.chain.host, status=status)

    def narrow(self, mtu):
        """Gives the link behind the first router a smaller MTU."""
        self.chain.routers[0].ip(f"link set far mtu {mtu}")
        self.chain.routers[1].ip(f"link set near mtu {mtu}")

    def setUp(self):
        super().setUp()
        self.chain = self.router_chain(2)

    def fragments(self, *command):
        """(length, flags and offset) of each packet that leaves the host when the command runs there."""
        path = self.directory / "wire.pcap"
        capture = network.Capture(self.chain.routers[0], "near", path, f"dst host {self.chain.target}")
        self.chain.host.call(*command, statuses=(0, 1))
        capture.stop()
        return network.tshark(path, "ip.len", "ip.flags", "ip.frag_offset")

    def test_fragments_are_those_of_ping(self):
        # The last sizes that fit in one, two and three packets, and those behind them.
        for size in (1472, 1473, 2952, 2953, 5000, 65507):
            with self.subTest(size=size):
                # ping(8) itself does not set DF with this.
                arguments = ("-M", "dont", "-c", 1, "-s", size, self.chain.target)
                theirs = self.fragments("ping", "-W", 5, *arguments)
                self.assertEqual(self.fragments(support.BINARY, "ping", *arguments), theirs)
                self.assertGreater(len(theirs), 1 if size > 1472 else 0)

    def test_the_target_answers_what_came_in_fragments(self):
        for size in (1473, 3000, 10000, 65507):
            with self.subTest(size=size):
                said = self.ping("-s", size).stdout
                self.assertIn(f" {size}({size + 28}) bytes of data.", said)
                self.assertIn(f"{size + 8} bytes from {self.chain.target}: icmp_seq=1 ", said)
                self.assertIn("1 packets transmitted, 1 received, 0% packet loss", said)
        self.assertIn("port unreachable from", self.ping("--udp", "-s", 4000).stdout)
        self.assertIn("RST from", self.ping("--tcp", "-s", 4000).stdout)

    def test_an_answer_is_whole_or_lost(self):
        """As for programs without a packet socket, the first fragment alone is not an answer."""
        rules = "add table ip t; add chain ip t f { type filter hook forward priority -500; }; "
        rules += "add rule ip t f ip saddr 44.1.0.0/16 ip frag-off & 0x1fff == 185 drop"  # the second, at 1480 bytes
        self.chain.routers[0].call("nft", rules)
        self.assertIn("0 received, 100% packet loss", self.ping("-s", 3000, "-W", 1, status=1).stdout)
        self.assertIn(" 1 received", self.ping("-s", 1000).stdout)

    def test_of_many_hosts(self):
        hosts = [f"44.1.0.{number}" for number in range(1, 21)]
        said = self.hopwire("ping", "-s", 4000, *hosts, namespace=self.chain.host).stdout
        self.assertEqual(re.findall(r"(\S+) is alive", said), hosts)

    def test_a_small_mtu(self):
        self.chain.host.ip(f"link set {self.chain.host_interface} mtu 300")
        self.chain.routers[0].ip("link set near mtu 300")
        for size in (272, 273, 400, 1400):
            self.assertIn(" 1 received", self.ping("-s", size).stdout)

    def test_fragments_are_forbidden(self):
        path = self.directory / "wire.pcap"
        capture = network.Capture(self.chain.routers[0], "near", path, f"dst host {self.chain.target}")
        said = self.ping("-M", "do", "-s", 1473, status=2).stderr
        capture.stop()
        self.assertEqual(network.tshark(path, "ip.len"), [])
        self.assertEqual(len(said.splitlines()), 1, said)
        for named in ("-M do", "1500", "1501", "-s 1472"):
            self.assertIn(named, said)
        self.assertIn(" 1 received", self.ping("-M", "do", "-s", 1472).stdout)
        self.assertIn("-s 1420", self.ping("-M", "do", "--tcp", "-s", 1421, status=2).stderr)
        # A route may have an MTU of its own.
        self.chain.host.ip(f"route replace default via {self.chain.gateway} mtu 1000")
        self.assertIn("-s 972", self.ping("-M", "do", "-s", 973, status=2).stderr)

    def test_a_narrow_link_on_the_way(self):
        self.narrow(1400)
        self.assertIn(" 1 received", self.ping("-s", 1472).stdout)  # the router makes fragments
        refused = self.ping("-M", "do", "-s", 1472, status=1).stdout
        self.assertIn(f"From {self.chain.hops[0]} icmp_seq=1 Frag needed and DF set (mtu = 1400)", refused)

    def test_a_narrow_link_is_discovered(self):
        self.narrow(1400)
        said = self.hopwire(
            "ping", "-M", "want", "-c", 3, "-i", "0.2", "-s", 1472, self.chain.target, namespace=self.chain.host
        ).stdout
        self.assertIn("icmp_seq=1 Frag needed and DF set (mtu = 1400)", said)
        self.assertEqual(re.findall(r"1480 bytes from .* icmp_seq=(\d)", said), ["2", "3"])
        flags = {flags for _, flags, _ in self.fragments(support.BINARY, "ping", "-M", "want", "-c", 1, self.chain.target)}
        self.assertEqual(flags, {"0x02"}, "what fits must not be fragmented")

    def test_unusable(self):
        self.assertIn("dont, want, do", self.ping("-M", "perhaps", status=2).stderr)
        self.assertIn("IPv4", self.ping("--tcp", "-s", 65507, status=2).stderr)
        host = self.chain.host
        said = self.hopwire("ping", "-b", "-s", 3000, "44.0.0.255", namespace=host, status=2).stderr
        self.assertEqual(len(said.splitlines()), 1, said)
        self.assertRegex(said, r"44\.0\.0\.255 .*1500.*-s 1472")

    def test_traces_with_long_packets(self):
        for protocol in ("-U", "-I", "-T"):
            with self.subTest(protocol=protocol):
                said = self.hopwire("trace", "-n", protocol, "--size", 4000, self.chain.target, namespace=self.chain.host).stdout
                for ttl, hop in enumerate((*self.chain.hops, self.chain.target), 1):
                    self.assertRegex(said, rf"(?m)^ *{ttl}  {re.escape(hop)} ")
