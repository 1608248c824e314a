# SPDX-License-Identifier: GPL-2.0-or-later
"""Traces of chains of real Linux routers: they agree with other tracers, and show what routers refuse or rewrite."""

import json
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

import network
import support
import traces

TUN_ROUTERS = pathlib.Path(__file__).resolve().parent / "tun_routers.py"
NOBODY = 65534

OTHERS = {
    "udp": {
        "traceroute": ("traceroute", "-n", "-q", "1", "-w", "5,0,0"),
        "mtr": ("mtr", "-u", "-r", "-n", "-c", "1", "-G", "2", "-i", "0.1"),
        "scamper": ("scamper", "-p", "1000", "-c", "trace -q 1 -w 5 -P udp-paris", "-i"),
    },
    "icmp": {
        "traceroute": ("traceroute", "-n", "-I", "-q", "1", "-w", "5,0,0"),
        "mtr": ("mtr", "-r", "-n", "-c", "1", "-G", "2", "-i", "0.1"),
        "scamper": ("scamper", "-p", "1000", "-c", "trace -q 1 -w 5 -P icmp-paris", "-i"),
    },
    "tcp": {
        "traceroute": ("traceroute", "-n", "-T", "-q", "1", "-w", "5,0,0"),
        "mtr": ("mtr", "-T", "-r", "-n", "-c", "1", "-G", "2", "-i", "0.1"),
        "scamper": ("scamper", "-p", "1000", "-c", "trace -q 1 -w 5 -P tcp", "-i"),
    },
}
METHODS = {"udp": (), "icmp": ("-I",), "tcp": ("-T",)}


def patient():
    """A wait that is derived from RTTs of microseconds would end whenever the process is not scheduled at once."""
    return "-w", f"{support.patiently(2)},0,0"


def hops_printed(text):
    """What another tracer prints for each TTL, from the first on."""
    return re.findall(r"(?m)^\s*\d+(?:\.\|--)?\s+(\S+)", text)


@support.needs_root
class ChainTestCase(support.HopwireTestCase):
    length = 4

    def setUp(self):
        super().setUp()
        self.chain = self.router_chain(self.length)
        self.hops = [*self.chain.hops, self.chain.target]

    def run_trace(self, *arguments, status=0, **options):
        options = {"namespace": self.chain.host, **options}
        return self.hopwire("trace", "-n", *arguments, status=status, **options)

    def trace(self, *arguments, **options):
        """Returns the only path that a trace prints."""
        (path,) = traces.parse(self.run_trace(*patient(), *arguments, **options).stdout)
        return path


class Agreement(ChainTestCase):
    length = 6

    def test_other_tracers_agree_hop_by_hop(self):
        for protocol, clients in OTHERS.items():
            path = self.trace("-q", "1", *METHODS[protocol], self.chain.target)
            self.assertEqual(path.responders, self.hops)
            for name, client in clients.items():
                with self.subTest((protocol, name)):
                    said = self.chain.host.call(*client, self.chain.target)
                    self.assertEqual(hops_printed(said)[: len(self.hops)], path.responders, said)

    def test_lines_are_those_of_traceroute(self):
        """Apart from the times."""
        for options in ((), ("-n",), ("-n", "-I"), ("-n", "-f", "3", "-m", "5"), ("-n", "--back")):
            with self.subTest(options):
                ours = self.hopwire("trace", *patient(), *options, self.chain.target, namespace=self.chain.host).stdout
                theirs = self.chain.host.call("traceroute", "-w", "5,0,0", *options, self.chain.target)
                without_times = lambda text: [re.sub(r"[\d.]+ ms", "T ms", line).rstrip() for line in text.splitlines()]
                self.assertEqual(without_times(ours), without_times(theirs))

    def test_addresses_by_name(self):
        done = self.hopwire("trace", "-m", "1", "localhost", namespace=self.chain.host)
        self.assertRegex(done.stdout, r"\Atraceroute to localhost \(127\.0\.0\.1\), 1 hops max, 60 byte packets\n")


class Wire(ChainTestCase):
    length = 2
    fields = (
        *("ip.src", "ip.dst", "ip.ttl", "ip.len", "ip.dsfield", "ip.flags.df", "ip.checksum.status"),
        *("udp.srcport", "udp.dstport", "udp.checksum.status"),
        *("icmp.type", "icmp.checksum", "icmp.ident", "icmp.checksum.status", "tcp.srcport", "tcp.dstport", "tcp.flags", "tcp.len"),
    )

    def sent(self, *arguments, interface=None, expression="ip src host 44.0.0.1"):
        """Returns the packets of a trace to the target as dictionaries, and the path that it prints."""
        capture = self.capture(self.chain.routers[0], self.chain.gateway_interface, expression)
        path = self.trace(*arguments, self.chain.target)
        self.assertEqual(capture.stop(), 0)
        # Of a packet that an ICMP error quotes there are two values: those of ours are alone.
        return [dict(zip(self.fields, values)) for values in network.tshark(capture.path, *self.fields)], path

    def assert_valid(self, packets, protocol=None):
        self.assertGreater(len(packets), 0)
        for packet in packets:
            self.assertEqual((packet["ip.src"], packet["ip.dst"]), (self.chain.host_address, self.chain.target))
            self.assertEqual(packet["ip.checksum.status"], "1", packet)
            if protocol:
                self.assertEqual(packet[f"{protocol}.checksum.status"], "1", packet)

    def test_udp_is_of_one_flow(self):
        packets, _ = self.sent("-N", "1")
        self.assert_valid(packets, "udp")
        self.assertEqual([int(packet["ip.ttl"]) for packet in packets], [1, 1, 1, 2, 2, 2, 3, 3, 3])
        self.assertEqual({packet["udp.dstport"] for packet in packets}, {"33434"})
        self.assertEqual(len({packet["udp.srcport"] for packet in packets}), 1)
        self.assertEqual({(packet["ip.len"], packet["ip.flags.df"]) for packet in packets}, {("60", "0")})

    def test_classic_ports_rise(self):
        packets, _ = self.sent("--classic", "-N", "1", "-p", "40000")
        self.assert_valid(packets, "udp")
        self.assertEqual([int(packet["udp.dstport"]) for packet in packets], list(range(40000, 40009)))

    def test_icmp_has_a_constant_checksum(self):
        packets, path = self.sent("-I", "-N", "1")
        self.assert_valid(packets, "icmp")
        self.assertEqual(len({(packet["icmp.checksum"], packet["icmp.ident"]) for packet in packets}), 1)
        self.assertEqual({packet["icmp.type"] for packet in packets}, {"8"})
        self.assertEqual(path.responders, self.hops)

    def test_tcp_is_a_syn_without_data(self):
        # The kernel resets what it does not know: that is no probe.
        packets, path = self.sent("-T", "-N", "1", "-p", "81", expression="src 44.0.0.1 and tcp[tcpflags] & tcp-syn != 0")
        self.assert_valid(packets)
        self.assertEqual({(packet["tcp.dstport"], packet["tcp.flags"], packet["tcp.len"]) for packet in packets}, {("81", "0x0002", "0")})
        self.assertEqual(len({packet["tcp.srcport"] for packet in packets}), 1)
        self.assertEqual(path.responders, self.hops)

    def test_sizes_and_type_of_service(self):
        for method, least in (((), 30), (("-I",), 32), (("-T",), 44)):
            for size in (least, least + 1, 500, 1500):
                with self.subTest((method, size)):
                    packets, path = self.sent(*method, "--size", size, "-t", "184", expression="src 44.0.0.1 and ip[1] = 184")
                    self.assert_valid(packets)
                    self.assertEqual({(packet["ip.len"], packet["ip.dsfield"]) for packet in packets}, {(str(size), "0xb8")})
                    self.assertEqual(path.responders, self.hops)
                    self.assertEqual(path.size, size)

    def test_more_than_the_device_takes_goes_in_fragments(self):
        path = self.trace("--size", "2000", self.chain.target)
        self.assertEqual((path.size, path.responders), (2000, self.hops))

    def test_a_source_and_an_interface(self):
        self.chain.host.ip(f"address add 44.0.0.9/24 dev {self.chain.host_interface}")
        capture = self.capture(self.chain.routers[0], self.chain.gateway_interface, "udp")
        path = self.trace("-s", "44.0.0.9", "-i", self.chain.host_interface, self.chain.target)
        capture.stop()
        self.assertEqual(path.responders, self.hops)
        self.assertEqual(set(network.tshark(capture.path, "ip.src", display_filter="udp && !icmp")), {("44.0.0.9",)})

    def test_a_pause_and_one_at_a_time(self):
        capture = self.capture(self.chain.routers[0], self.chain.gateway_interface, "ip src host 44.0.0.1")
        self.trace("-z", "0.05", "-q", "2", self.chain.target)
        capture.stop()
        times = [float(time) for (time,) in network.tshark(capture.path, "frame.time_epoch")]
        # Not each of them: the capture may be late with one.
        self.assertGreater(statistics.median(after - before for before, after in zip(times, times[1:])), 0.04)


class Refusals(ChainTestCase):
    def assert_ends(self, path, ttl, note, responder=None):
        self.assertEqual(len(path.hops), ttl, path)
        self.assertEqual(path.responders[: ttl - 1], self.hops[: ttl - 1])
        self.assertEqual(path.responders[-1], responder or self.hops[ttl - 1])
        # Not all: Linux limits how often a route of its refuses.
        self.assertEqual({answer.notes for answer in path.hops[ttl] if answer}, {(note,)})

    def test_routes_that_refuse(self):
        router = self.chain.routers[1]
        for kind, note in (("unreachable", "!H"), ("prohibit", "!X")):
            with self.subTest(kind):
                router.ip(f"route replace {kind} 44.1.0.1/32")
                self.assert_ends(self.trace(self.chain.target), 2, note)
                self.assert_ends(self.trace("-I", self.chain.target), 2, note)
                self.assert_ends(self.trace("-T", self.chain.target), 2, note)
                router.ip("route delete 44.1.0.1/32")
        router.ip("route replace blackhole 44.1.0.1/32")
        path = self.trace("-w", "0.3", self.chain.target)
        self.assertEqual(path.responders, [self.hops[0], *[None] * 5][: len(path.hops)])
        router.ip("route delete 44.1.0.1/32")

    def test_no_route_at_all(self):
        router = self.chain.routers[2]
        router.ip(f"route delete {self.chain.target_prefix}")
        self.assert_ends(self.trace(self.chain.target), 3, "!N")

    def test_firewalls_that_refuse(self):
        table = {
            "net-unreachable": "!N",
            "host-unreachable": "!H",
            "prot-unreachable": "!P",
            "port-unreachable": "!<3>",
            "net-prohibited": "!X",
            "host-prohibited": "!X",
            "admin-prohibited": "!X",
        }
        router = self.chain.routers[1]
        for kind, note in table.items():
            with self.subTest(kind):
                # Only what it forwards: a TTL that ends there is answered before.
                router.call("nft", "add table ip filter")
                router.call("nft", "add chain ip filter forward { type filter hook forward priority 0; }")
                router.call("nft", f"add rule ip filter forward ip daddr {self.chain.target} reject with icmp type {kind}")
                path = self.trace(self.chain.target)
                router.call("nft", "delete table ip filter")
                self.assertEqual(path.responders[:1], self.hops[:1])
                # Time Exceeded of router 2 itself, then its refusal in the place of router 3.
                self.assertEqual(path.responders[-1], self.hops[1])
                self.assertEqual({answer.notes for answer in path.hops[len(path.hops)]}, {(note,)}, path)

    def test_the_target_refuses(self):
        self.chain.target_namespace.call("nft", "add table ip filter")
        self.chain.target_namespace.call("nft", "add chain ip filter input { type filter hook input priority 0; }")
        self.chain.target_namespace.call("nft", "add rule ip filter input udp dport 33434 reject with icmp type admin-prohibited")
        self.assert_ends(self.trace(self.chain.target), 5, "!X")


class Rewriting(ChainTestCase):
    def nat(self, router, chain, rule):
        router.call("nft", "add table ip nat")
        hook = "prerouting priority -100" if chain == "prerouting" else "postrouting priority 100"
        router.call("nft", f"add chain ip nat {chain} {{ type nat hook {hook}; }}")
        router.call("nft", f"add rule ip nat {chain} {rule}")

    def test_a_masquerading_router_loses_no_hop(self):
        for options in ("masquerade", "masquerade random,fully-random"):
            self.nat(self.chain.routers[0], "postrouting", f"oifname far {options}")
            for protocol, method in METHODS.items():
                with self.subTest((options, protocol)):
                    self.assertEqual(self.trace(*method, self.chain.target).responders, self.hops)
            self.chain.routers[0].call("nft", "delete table ip nat")

    def test_a_forwarded_address_loses_no_hop(self):
        """The router forwards packets for another address, and another port, to the target."""
        for port in ("", ":5353"):
            for protocol, method in METHODS.items():
                if port and protocol == "icmp":
                    continue
                with self.subTest((port, protocol)):
                    number = {"udp": "udp dport 33434-33534", "tcp": "tcp dport 80", "icmp": "icmp type echo-request"}[protocol]
                    rule = f"ip daddr 44.1.0.99 {number} dnat to {self.chain.target}{port}"
                    self.nat(self.chain.routers[1], "prerouting", rule)
                    path = self.trace(*method, "44.1.0.99")
                    theirs = hops_printed(self.chain.host.call(*OTHERS[protocol]["traceroute"], "44.1.0.99"))
                    self.chain.routers[1].call("nft", "delete table ip nat")
                    # Linux has the routers behind the forwarding one, itself included, answer in its name.
                    self.assertEqual(path.responders, [self.hops[0], *["44.1.0.99"] * 4])
                    self.assertEqual(path.responders, theirs)

    def test_what_the_way_does_to_the_type_of_service(self):
        """The first router changes the DSCP, the third marks congestion: the hops behind them see it."""
        for router, rule in ((0, "ip dscp set cs1"), (2, "ip ecn set ce")):
            self.chain.routers[router].call("nft", "add table ip mangle")
            self.chain.routers[router].call("nft", "add chain ip mangle forward { type filter hook postrouting priority 0; }")
            self.chain.routers[router].call("nft", f"add rule ip mangle forward oifname far {rule}")
        options = ("-n", "-w", "5,0,0", "--tos", 46 << 2 | 2, self.chain.target)
        path = self.trace("-q", "1", "--tos", 46 << 2 | 2, self.chain.target)
        self.assertEqual(path.notes, [[], ["[dscp 46 -> 8]"], [], ["[ecn ECT(0) -> CE]"], []])
        document = json.loads(self.run_trace("--json", *options).stdout)
        self.assertEqual((document["tos"], document["tos_changed_ttl"]), (46 << 2 | 2, 2))
        quoted = [46 << 2 | 2, 8 << 2 | 2, 8 << 2 | 2, 8 << 2 | 3, 8 << 2 | 3]
        self.assertEqual([hop[0]["quoted_tos"] for hop in document["hops"]], quoted)
        report = ("--report", "2", "--every", "0.05", *options)
        text = self.run_trace(*report).stdout
        self.assertRegex(text, r"(?m)^  2\.\|-- .*\n +\[dscp 46 -> 8\]\n  3\.\|-- .*\n  4\.\|-- .*\n +\[ecn ECT\(0\) -> CE\]$")
        table = json.loads(self.run_trace("--json", *report).stdout)
        self.assertEqual((table["tos"], table["tos_changed_ttl"]), (46 << 2 | 2, 2))
        self.assertEqual([hop["responders"][0]["quoted_tos"] for hop in table["hops"]], quoted)

    def test_our_own_host_masquerades(self):
        self.chain.host.ip(f"address add 44.0.0.9/24 dev {self.chain.host_interface}")
        self.nat(self.chain.host, "postrouting", "snat to 44.0.0.9")
        for protocol, method in METHODS.items():
            with self.subTest(protocol):
                path = self.trace(*method, self.chain.target)
                self.assertEqual(path.responders, self.hops)


class Privileges(ChainTestCase):
    length = 2

    def as_nobody(self, binary, *options, arguments=()):
        command = ("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", *options)
        command = (*command, binary, "trace", "-n", *patient(), *arguments, self.chain.target)
        return network.run(*self.chain.host.command(*command))

    def copy(self):
        self.directory.chmod(0o755)
        copy = self.directory / "hopwire"
        shutil.copy(support.BINARY, copy)
        copy.chmod(0o755)
        return copy

    def assert_traced(self, done):
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(traces.parse(done.stdout)[0].responders, self.hops)

    def test_an_ambient_capability_is_enough(self):
        raw = ("--inh-caps", "-all,+net_raw", "--ambient-caps", "-all,+net_raw", "--bounding-set", "-all,+net_raw")
        self.assert_traced(self.as_nobody(self.copy(), *raw))

    def test_a_capability_of_the_file_is_enough(self):
        copy = self.copy()
        network.call("setcap", "cap_net_raw+ep", str(copy))
        self.assert_traced(self.as_nobody(copy))

    def test_without_it_one_line_says_what_to_do(self):
        done = self.as_nobody(self.copy())
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertRegex(done.stderr, r"\Ahopwire: trace: CAP_NET_RAW is missing: [^\n]*setcap cap_net_raw\+ep [^\n]*\n\Z")

    def test_without_it_earlier_results_stay(self):
        results = self.directory / "results.csv"
        results.write_text("of an earlier trace\n")
        results.chmod(0o666)
        done = self.as_nobody(self.copy(), arguments=("--output", str(results)))
        self.assertEqual(done.returncode, 2)
        self.assertEqual(results.read_text(), "of an earlier trace\n")


class Devices(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.host = self.namespace()

    def trace(self, *arguments, **options):
        return traces.parse(self.hopwire("trace", "-n", *patient(), *arguments, namespace=self.host, **options).stdout)

    @support.needs_root
    def test_loopback(self):
        for protocol, method in METHODS.items():
            with self.subTest(protocol):
                (path,) = self.trace(*method, "127.0.0.1")
                self.assertEqual([[answer.responder for answer in hop] for hop in path.hops.values()], [["127.0.0.1"] * 3])
                self.assertEqual(path.notes, [[]])

    @support.needs_root
    def test_an_address_of_our_own(self):
        self.host.ip("address add 44.0.0.1/24 dev lo")
        (path,) = self.trace("44.0.0.1")
        self.assertEqual(path.responders, ["44.0.0.1"])

    @support.needs_root
    def test_a_point_to_point_device(self):
        """Packets without any link header."""
        self.start(self.host.command(sys.executable, TUN_ROUTERS, "tun9", "44.0.0.1", "3"))
        for protocol, method in METHODS.items():
            with self.subTest(protocol):
                (path,) = self.trace(*method, "44.2.0.1")
                self.assertEqual(path.responders, ["44.3.0.1", "44.3.0.2", "44.3.0.3", "44.2.0.1"])

    def start(self, command):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "ready\n")

    @support.needs_root
    def test_no_route_is_told(self):
        done = self.hopwire("trace", "-n", "44.2.0.1", namespace=self.host, status=2)
        self.assertRegex(done.stderr, r"\Ahopwire: trace: there is no route to 44\.2\.0\.1[^\n]*\n\Z")


@support.needs_root
class Company(ChainTestCase):
    """Other programs that do the same at the same time."""

    length = 3

    def test_many_tracers_of_one_target_do_not_mistake_each_other(self):
        # Each hop answers every tracer: one that took another's answers would show them as duplicates or rewritten.
        running = []
        for protocol in METHODS:
            for number in range(3):
                results = self.directory / f"{protocol}{number}.csv"
                options = ("-n", *METHODS[protocol], *patient(), "-q", "10", "--output", results)
                running.append((self.start_hopwire("trace", *options, self.chain.target, namespace=self.chain.host), results))
            self.chain.host.call(*OTHERS[protocol]["traceroute"], "-q", "10", self.chain.target)
            self.chain.host.call("ping", "-c", "20", "-i", "0.01", self.chain.target)
        for process, results in running:
            self.finish(process)
            records = support.read_csv(results)
            self.assertEqual(len(records), 10 * len(self.hops))
            for record in records:
                self.assertEqual(record.responder, self.hops[record.probe_ttl - 1])
                self.assertLessEqual(set(record.marks), {"syn_ack", "rst"}, record)
