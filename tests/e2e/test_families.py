# SPDX-License-Identifier: GPL-2.0-or-later
"""Traces and pings by IPv6, and by both families at once, over real Linux routers, links and tunnels."""

import json
import pathlib
import re
import subprocess
import sys
import unittest

import network
import support
import terminal
import test_trace_routers as routers
import traces

TUN_CABLE = pathlib.Path(__file__).resolve().parent / "tun_cable.py"
LAYOUTS = re.findall(r'"(\w+)[\w-]*", +FAMILY_IPV6.*&\w+_tracked', (support.ROOT / "include/layouts.h").read_text())
patient = routers.patient
METHODS = {name: options for name, options in routers.METHODS.items() if name in LAYOUTS}
OTHERS = {name: {tool: (*command, "-6") for tool, command in tools.items() if tool != "scamper"} for name, tools in routers.OTHERS.items() if name in METHODS}


@support.needs_root
class FamiliesTestCase(support.HopwireTestCase):
    length = 3

    def setUp(self):
        super().setUp()
        self.chain = self.router_chain(self.length, ipv6=True)
        self.hops = [*self.chain.hops, self.chain.target]
        self.hops6 = [*self.chain.hops6, self.chain.target6]

    def run_here(self, *arguments, status=0, **options):
        options = {"namespace": self.chain.host, **options}
        return self.hopwire(*arguments, status=status, **options)

    def traces(self, *arguments, **options):
        return traces.parse(self.run_here("trace", "-n", *patient(), *arguments, **options).stdout)

    def fields(self, expression, *fields):
        """Fields of the packets that arrived at the first router during the body of the test."""
        return network.tshark(self.captured.path, *fields, display_filter=expression)


class Agreement(FamiliesTestCase):
    def test_other_tracers_agree_hop_by_hop(self):
        """The next hop is a link-local gateway."""
        for protocol, tools in OTHERS.items():
            with self.subTest(protocol):
                (path,) = self.traces(*METHODS[protocol], self.chain.target6)
                self.assertEqual(path.responders, self.hops6)
                self.assertEqual(path.size, 80)
                self.assertEqual([len(hop) for hop in path.hops.values()], [3] * len(self.hops6))
                self.assertEqual(path.notes, [[]] * len(self.hops6))
                for tool, command in tools.items():
                    printed = self.chain.host.call(*command, self.chain.target6)
                    self.assertEqual(routers.hops_printed(printed), self.hops6, f"{tool}: {printed}")

    def test_both_families_in_one_run(self):
        targets = self.directory / "targets.txt"
        targets.write_text(f"{self.chain.target6}\n{self.chain.target}\n2600:44:1::9  # another\n")
        paths = self.traces("--targets", targets)
        self.assertEqual([path.target for path in paths], [self.chain.target6, self.chain.target, "2600:44:1::9"])
        self.assertEqual(paths[0].responders, self.hops6)
        self.assertEqual(paths[1].responders, self.hops)
        self.assertEqual(paths[2].responders[:-1], self.hops6[:-1])
        done = self.run_here("trace", "-n", "--json", "--targets", targets)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual({line["target"]: line["source"] for line in lines}[self.chain.target6], self.chain.host_address6)
        self.assertEqual({line["target"]: line["size"] for line in lines}, {self.chain.target6: 80, self.chain.target: 60, "2600:44:1::9": 80})

    def test_names_of_both_families(self):
        """The resolver's order decides, unless there is no route to its first address; the address in use is printed."""
        self.chain.host.names(f"{self.chain.target} both.example", f"{self.chain.target6} both.example", "44.1.0.9 four.example")
        for options, target in ((), self.chain.target6), (("-6",), self.chain.target6), (("-4",), self.chain.target):
            with self.subTest(options):
                (path,) = self.traces(*options, "-q", 1, "both.example")
                self.assertEqual((path.name, path.target), ("both.example", target))
        done = self.run_here("trace", "-6", "four.example", status=2)
        self.assertIn("four.example has IPv4 addresses only, and -6 was given", done.stderr)
        self.chain.host.ip("route add unreachable 2600:44:1::/48")
        (path,) = self.traces("-q", 1, "both.example")
        self.assertEqual(path.target, self.chain.target)

    def test_multipath_reports_and_records(self):
        results = self.directory / "results.csv"
        graph = json.loads(self.run_here("trace", "-n", "--mda", "--json", self.chain.target6).stdout)
        self.assertEqual(graph["target"], self.chain.target6)
        report = self.run_here("trace", "-n", "--report", 2, self.chain.target6).stdout
        for hop in self.hops6:
            self.assertRegex(report, rf"(?m)^ *\d+\.\|-- {hop} ")
        self.traces("--output", results, self.chain.target6)
        records = support.read_csv(results)
        self.assertEqual({record.responder for record in records}, set(self.hops6))
        self.assertEqual({record.target for record in records}, {self.chain.target6})


class Views(FamiliesTestCase):
    length = 2

    def test_a_table_on_a_terminal(self):
        screen = terminal.Terminal(self)
        arguments = ("trace", "-n", "--watch", "--every", "0.05", self.chain.target6)
        process = self.start_hopwire(*arguments, namespace=self.chain.host, stdin=screen.follower, stdout=screen.follower)
        screen.picture("Loss%", *(f"|-- {hop}" for hop in self.hops6))  # the title alone has the target, too
        screen.type(b"q")
        screen.read_until(terminal.GIVEN_BACK)
        self.assertEqual(process.wait(support.WAIT_SECONDS), 0)

    def test_changes(self):
        arguments = ("trace", "-n", "--every", "0.1", "-w", "5,0,0", self.chain.target6)
        process = self.start_hopwire(*arguments, namespace=self.chain.host)
        first = json.loads(process.stdout.readline())
        self.assertEqual((first["path"], first["previous"]), (self.hops6, None))
        # Another router in the place of the second, as far as addresses tell.
        other = "2600:44:0:1::99"
        self.chain.routers[1].ip(
            f"address add {other}/128 dev near nodad", f"route replace 2600:44::/48 via 2600:44:0:1::1 src {other}",
        )  # fmt: skip
        changed = json.loads(process.stdout.readline())
        self.assertEqual((changed["previous"], changed["path"][1], changed["changed_ttl"]), (self.hops6, other, 2))

    def test_origins(self):
        origins = self.directory / "origins"
        origins.write_text("2600:44::/32\t64500\n2600:44:1::\t48\t64501\n")
        lines = self.run_here("trace", "-n", *patient(), "--asn", origins, self.chain.target6).stdout.splitlines()[1:]
        self.assertEqual([line.split()[1:3] for line in lines[:-1]], [[hop, "[AS64500]"] for hop in self.chain.hops6])
        self.assertEqual(lines[-1].split()[1:3], [self.chain.target6, "[AS64501]"])


class Wire(FamiliesTestCase):
    def trace_captured(self, *arguments):
        self.captured = self.capture(self.chain.routers[0], "near", "ip6")
        (path,) = self.traces(*arguments, self.chain.target6)
        self.captured.stop()
        return path

    def test_flow_label_and_traffic_class(self):
        probes = "udp && !icmpv6"
        self.trace_captured("--flows", 1)
        self.assertEqual(len(set(self.fields(probes, "ipv6.flow"))), 1)
        self.assertEqual({int(value, 16) for value, in self.fields(probes, "ipv6.tclass")}, {0})
        self.assertEqual(len(set(self.fields(probes, "udp.srcport", "udp.dstport", "ipv6.src"))), 1)
        self.trace_captured("--flowlabel", "0x12345", "--tos", 0x88)
        self.assertEqual({(int(label, 16), int(tos, 16)) for label, tos in self.fields(probes, "ipv6.flow", "ipv6.tclass")}, {(0x12345, 0x88)})

    def test_what_is_longer_than_the_device_takes_goes_in_fragments(self):
        path = self.trace_captured("--size", 3000, "-q", 1)
        self.assertEqual(path.responders, self.hops6)
        fragments = self.fields("ipv6.fraghdr && !icmpv6", "ipv6.fraghdr.offset", "ipv6.fraghdr.more", "ipv6.fraghdr.ident")
        by_packet = {}
        for offset, more, ident in fragments:
            by_packet.setdefault(ident, []).append((offset, more))
        self.assertGreaterEqual(len(by_packet), len(self.hops6))
        self.assertEqual({len(parts) for parts in by_packet.values()}, {3})


@unittest.skipUnless("icmp" in METHODS, "there are no probes by ICMPv6")
class Pings(FamiliesTestCase):
    def lines_like_pings(self, *arguments):
        """Apart from the figures, our lines are those of ping."""
        ours = self.run_here("ping", *arguments, status=None).stdout
        theirs = network.run(*self.chain.host.command("ping", "-6", *arguments)).stdout
        plain = [re.sub(r"time[= ]\S+|\d+\.\d+(/\d+\.\d+)+", "N", text.rstrip()).splitlines() for text in (ours, theirs)]
        self.assertEqual(*plain)

    def test_lines_are_those_of_ping(self):
        self.chain.host.names(f"{self.chain.target6} six.example")
        self.lines_like_pings("-n", "-c", 2, "-i", "0.2", self.chain.target6)
        self.lines_like_pings("-n", "-c", 1, "-s", 100, "-W", 5, "six.example")
        self.lines_like_pings("-n", "-c", 1, "-t", 2, "-W", 5, self.chain.target6)
        self.chain.routers[1].ip("route add prohibit 2600:44:1::66/128")
        self.lines_like_pings("-n", "-c", 1, "-W", 5, "2600:44:1::66")

    def test_protocols_and_both_families_among_many(self):
        for protocol in METHODS:
            done = self.run_here("ping", f"--{protocol}", "-c", 1, self.chain.target6, self.chain.target)
            self.assertEqual(len(re.findall(r"(?m)xmt/rcv/%loss = 1/1/0%", done.stdout)), 2, done.stdout)

    def test_of_a_link(self):
        """By a link-local address with its link; also all routers on the link by one address."""
        done = self.run_here("ping", "-c", 1, f"{self.chain.gateway6}%uplink")
        self.assertIn("1 packets transmitted, 1 received", done.stdout)
        done = self.run_here("ping", "-c", 1, "-W", 2, "ff02::2%uplink")
        self.assertIn("1 packets transmitted, 1 received", done.stdout)
        done = self.run_here("ping", "-c", 1, self.chain.gateway6, status=2)
        self.assertIn("give one, as in fe80::2%IF", done.stderr)
        (path,) = self.traces(f"{self.chain.gateway6}%uplink")
        self.assertEqual(path.responders, [self.chain.gateway6])


class PathMtu(FamiliesTestCase):
    def setUp(self):
        super().setUp()
        self.chain.routers[1].ip("link set far mtu 1320")
        self.chain.routers[2].ip("link set near mtu 1320")

    def test_a_trace_finds_it(self):
        # The kernel learns it by this, and refuses what is larger from then on where it may.
        self.run_here("ping", "-n", "-c", 1, "-s", 1400, "-M", "do", self.chain.target6, status=1)
        (path,) = traces.parse(self.run_here("trace", "-n", "--mtu", *patient(), self.chain.target6).stdout.replace(" F=", " !F="))
        self.assertEqual(path.responders, self.hops6)
        self.assertRegex(self.run_here("trace", "-n", "--mtu", *patient(), self.chain.target6).stdout, r"(?m)^ 3  .* F=1320")

    @unittest.skipUnless("icmp" in METHODS, "there are no probes by ICMPv6")
    def test_pings(self):
        """Routers do not fragment: the first packet that is too large brings an error, and the next ones leave as fragments."""
        done = self.run_here("ping", "-n", "-c", 3, "-i", "0.3", "-s", 1400, self.chain.target6)
        self.assertRegex(done.stdout, r"From 2600:44:0:1::2 icmp_seq=1 Packet too big: mtu=1320")
        self.assertRegex(done.stdout, r"1408 bytes from \S+ icmp_seq=3 ")
        done = self.run_here("ping", "-n", "-c", 2, "-i", "0.3", "-s", 1400, "-M", "do", "2600:44:1::9", status=1)
        self.assertEqual(done.stdout.count("Packet too big: mtu=1320"), 2)


@support.needs_root
class Links(support.HopwireTestCase):
    """Devices that are not plain Ethernet, between two hosts with both families."""

    def setUp(self):
        super().setUp()
        self.near, self.far = self.namespace("near"), self.namespace("far")
        for namespace in (self.near, self.far):
            namespace.switch_on_ipv6()
        self.near.ip(
            f"link add under type veth peer name under netns {self.far.name}",
            "address add 44.0.0.1/24 dev under", "address add 2600:44::1/64 dev under nodad", "link set under up",
        )  # fmt: skip
        self.far.ip("address add 44.0.0.2/24 dev under", "address add 2600:44::2/64 dev under nodad", "link set under up")
        self.near.reach("2600:44::2")

    def give_addresses(self, device):
        for number, namespace in enumerate((self.near, self.far), start=1):
            namespace.ip(
                f"address add 44.9.0.{number}/24 dev {device}", f"address add 2600:49::{number}/64 dev {device} nodad",
                f"link set {device} up",
            )  # fmt: skip

    def check(self, device):
        self.give_addresses(device)
        self.near.reach("2600:49::2")
        for target in ("2600:49::2", "44.9.0.2"):
            with self.subTest(f"{device} {target}"):
                for method in METHODS.values():
                    done = self.hopwire("trace", "-n", *patient(), *method, target, namespace=self.near)
                    (path,) = traces.parse(done.stdout)
                    self.assertEqual(path.responders, [target])
                done = self.hopwire("ping", "--udp", "-c", 1, "--interface", device, target, namespace=self.near)
                self.assertIn("1 packets transmitted, 1 received", done.stdout)

    def test_a_point_to_point_device(self):
        """Packets without any link header."""
        cable = subprocess.Popen(
            [sys.executable, TUN_CABLE, self.near.name, self.far.name, "cable"], stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(cable.communicate)
        self.addCleanup(cable.kill)
        self.assertEqual(cable.stdout.readline(), "ready\n")
        self.check("cable")

    def link_add(self, *kinds):
        """Adds a device at both ends; skips the test if the kernel does not have this kind."""
        for namespace, kind in zip((self.near, self.far), kinds):
            done = network.run("ip", "-n", namespace.name, "link", "add", *kind.split())
            if "Unknown device type" in done.stderr or "not supported" in done.stderr:
                self.skipTest(f"the kernel does not know: {kind}")
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_sit(self):
        self.link_add(*(f"tunnel type sit mode any local 44.0.0.{one} remote 44.0.0.{other}" for one, other in ((1, 2), (2, 1))))
        self.check("tunnel")

    def test_ip6tnl(self):
        self.link_add(*(f"tunnel type ip6tnl mode any local 2600:44::{one} remote 2600:44::{other}" for one, other in ((1, 2), (2, 1))))
        self.check("tunnel")

    def test_vlan(self):
        self.link_add(*["link under name tagged type vlan id 100"] * 2)
        self.check("tagged")

    def test_rules(self):
        """By source and by protocol, as for other programs."""
        self.near.ip(
            "address add 2600:44::11/64 dev under nodad", "route add default via 2600:44::2 table 77",
        )  # fmt: skip
        for selector in ("from 2600:44::11", "ipproto udp"):
            self.near.call("ip", "-6", "rule", "add", *selector.split(), "table", 77)
        self.far.ip("address add 2600:50::1/128 dev lo")
        for options in (("-s", "2600:44::11"), ()):
            done = self.hopwire("trace", "-n", *patient(), *options, "2600:50::1", namespace=self.near)
            self.assertEqual(traces.parse(done.stdout)[0].responders, ["2600:50::1"])
