# SPDX-License-Identifier: GPL-2.0-or-later
"""Ordinary programs in the simulated Internet: what they find is what `sim truth` prints."""

import json
import pathlib
import re
import shutil
import signal
import subprocess
import unittest
import xml.etree.ElementTree

import support

IDEAL = ("--realism", "ideal")
# Where the truth of a survey's UDP probes is that of all clients: flows go one way, and errors come from who was asked.
INTERNET = ("--realism", "internet", "--balancers", "0", "--aliases", "0", "--firewalls", "0", "--rate-limits", "off", "--rtt", "off")
BLOCKS = "20.0.0.0/14"
TARGETS = ("8.8.8.8", "2400:cb00::1")

# Replies come within microseconds. What derives its patience from that, as traceroute does, gives up whenever
# it is not scheduled at once: -w takes that away.
TRACEROUTE = ("traceroute", "-n", "-q", "1", "-w", "3,0,0")
MTR = ("mtr", "-r", "-n", "-c", "1", "-G", "3", "-i", "0.1")
SCAMPER = ("scamper", "-p", "1000", "-c")
SCAMPER_TRACE = "trace -q 1 -w 3 -g 40 -P "
CLIENTS = {
    "traceroute, UDP": (*TRACEROUTE,),
    "traceroute, UDP to port 53": (*TRACEROUTE, "-U"),
    "traceroute, ICMP": (*TRACEROUTE, "-I"),
    "traceroute, TCP": (*TRACEROUTE, "-T"),
    "traceroute, TCP to a closed port": (*TRACEROUTE, "-T", "-p", "81"),
    "mtr, ICMP": MTR,
    "mtr, UDP": (*MTR, "-u"),
    "mtr, TCP": (*MTR, "-T"),
    "scamper, UDP": (*SCAMPER, SCAMPER_TRACE + "udp-paris", "-i"),
    "scamper, ICMP": (*SCAMPER, SCAMPER_TRACE + "icmp-paris", "-i"),
    "scamper, TCP": (*SCAMPER, SCAMPER_TRACE + "tcp", "-i"),
}
HOP_LINE = re.compile(r"^\s*(\d+)(?:\.\|--)?\s+(\S+)", re.MULTILINE)
SILENT = ("*", "???")


def hops_printed(text):
    """The address that a client prints for each TTL, from the first on; None for silent hops."""
    return [None if hop in SILENT else hop for _, hop in HOP_LINE.findall(text)]


def hops_of_nmap(text):
    """The same from nmap's XML, which leaves out hops that do not answer."""
    return {int(hop.get("ttl")): hop.get("ipaddr") for hop in xml.etree.ElementTree.fromstring(text).iter("hop")}


def hops_true(route):
    return [hop["address"] if hop and hop["visible"] else None for hop in route["hops"]]


@support.needs_root
class SimRunTestCase(support.HopwireTestCase):
    def sim_run(self, *command, sim=IDEAL, status=0, **options):
        return self.hopwire("sim", "run", *sim, "--", *command, status=status, **options)

    def routes(self, *targets, sim=IDEAL):
        lines = self.hopwire("sim", "truth", *sim, *targets).stdout.splitlines()
        return [record for record in map(json.loads, lines) if record["kind"] == "route"]


@support.lasting
@support.time_limit(180)
class Clients(SimRunTestCase):
    def setUp(self):
        super().setUp()
        for client in ("traceroute", "mtr", "scamper", "nmap", "ping"):
            self.assertIsNotNone(shutil.which(client), f"{client} is missing: scripts/install-deps test")

    def assert_clients_find(self, route, sim):
        """Runs all clients at once, each in a simulated Internet of its own: most of the time they wait."""
        start = ("sim", "run", *sim, "--")
        running = {name: self.start_hopwire(*start, *client, route["target"]) for name, client in CLIENTS.items()}
        true = hops_true(route)
        for name, process in running.items():
            with self.subTest(name, target=route["target"]):
                printed = process.communicate(timeout=support.RUN_SECONDS)[0]
                self.assertEqual(hops_printed(printed)[: len(true)], true, printed)

    def route_with(self, sim, reached, silent):
        """A route to a target that answers, or does not, behind that number of silent hops."""
        for route in self.routes(BLOCKS, sim=sim):
            hops = hops_true(route)
            if (hops[-1] is not None) == reached and hops[:-1].count(None) == silent and None not in hops[-3:-1]:
                return route
        self.fail(f"no such route in {BLOCKS}")

    def test_clients_find_the_route_where_all_answer(self):
        for route in self.routes(*TARGETS):
            self.assert_clients_find(route, IDEAL)

    def test_clients_find_the_answering_hops_of_a_realistic_route(self):
        route = self.route_with(INTERNET, reached=True, silent=1)
        self.assert_clients_find(route, INTERNET)

    def test_clients_see_nothing_of_a_target_that_does_not_answer(self):
        route = self.route_with(INTERNET, reached=False, silent=0)
        client = (*TRACEROUTE, "-m", str(len(route["hops"]) + 1))
        for options in ((), ("-I",), ("-T",)):
            with self.subTest(options):
                printed = self.sim_run(*client, *options, route["target"], sim=INTERNET).stdout
                self.assertEqual(hops_printed(printed), [*hops_true(route), None], printed)

    def test_nmap_finds_the_route_and_the_ports(self):
        for route, family in zip(self.routes(*TARGETS), ((), ("-6",))):
            true = {ttl: hop for ttl, hop in enumerate(hops_true(route), 1)}
            nmap = ("nmap", *family, "-n")
            for options in (("-sS", "-p", "80,81"), ("-sU", "-p", "53"), ("-sn", "-PE")):
                with self.subTest(options, target=route["target"]):
                    printed = self.sim_run(*nmap, "--traceroute", "-oX", "-", *options, route["target"]).stdout
                    self.assertEqual(hops_of_nmap(printed), true, printed)
            scan = self.sim_run(*nmap, "-Pn", "-sT", "-p", "80,81,443", "-oG", "-", route["target"]).stdout
            self.assertEqual(re.findall(r"(\d+)/(\w+)/tcp", scan), [("80", "open"), ("81", "closed"), ("443", "open")])

    def test_scamper_finds_one_path_where_nothing_balances(self):
        # Scamper waits between its probes, many a hop: near targets, both at once.
        near = [min(self.routes(block), key=lambda route: len(route["hops"])) for block in ("20.0.0.0/10", "2400:cb00::/38")]
        client = ("sim", "run", *IDEAL, "--", *SCAMPER, "tracelb -w 1 -W 15", "-i")
        running = [self.start_hopwire(*client, route["target"]) for route in near]
        for route, process in zip(near, running):
            with self.subTest(route["target"]):
                found = process.communicate(timeout=support.RUN_SECONDS)[0]
                true = hops_true(route)
                links = [tuple(line.split(" -> ")) for line in found.splitlines() if " -> " in line]
                self.assertEqual(links, list(zip(true, true[1:])), found)

    def test_routers_stand_where_they_are_shown(self):
        (route,) = self.routes("8.8.8.8")
        for distance, router in enumerate(hops_true(route)[:-1], 1):
            with self.subTest(router):
                printed = self.sim_run("ping", "-n", "-c", "1", "-W", "5", router).stdout
                self.assertIn(f"ttl={255 - (distance - 1)} ", printed)

    def test_ping_reaches_targets_and_the_gateway(self):
        for target in ("8.8.8.8", "198.18.0.1"):
            for size in (0, 56, 1472):
                with self.subTest(f"{target}, {size} bytes"):
                    self.sim_run("ping", "-n", "-c", "2", "-i", "0.01", "-s", str(size), target)
        self.sim_run("ping", "-n", "-c", "1", "-W", "1", "8.8.8.8", sim=(*IDEAL, "--answering", "0"), status=1)

    def test_ping_reaches_targets_and_the_gateway_by_ipv6(self):
        for target in ("2a00:1450:4001::8", "2001:2::1", "fe80::1%uplink0"):
            for size in (0, 1452):
                with self.subTest(f"{target}, {size} bytes"):
                    self.sim_run("ping", "-6", "-n", "-c", "2", "-i", "0.01", "-s", str(size), target)

    def test_the_kernel_finds_the_gateway_by_itself(self):
        forget = "for g in 198.18.0.1 2001:2::1 fe80::1; do ip neighbour del $g dev uplink0; done"
        # The host asks from its address of the link, once it has that for good.
        ping = "until ip -6 address show dev uplink0 scope link | grep inet6 | grep -qv tentative; do sleep 0.1; done; "
        ping += "ping -n -c 1 -W 5 8.8.8.8 && ping -n -c 1 -W 5 2a00:1450:4001::8 && ping -n -c 1 -W 5 fe80::1%uplink0"
        self.sim_run("sh", "-c", f"{forget}; {ping}")


class Surroundings(SimRunTestCase):
    def test_exit_status_is_that_of_the_command(self):
        table = {
            ("true",): 0,
            ("sh", "-c", "exit 7"): 7,
            ("sh", "-c", "kill -9 $$"): 128 + signal.SIGKILL,
            ("/nonexistent",): 127,
            ("/",): 126,
        }
        for command, status in table.items():
            with self.subTest(command):
                self.sim_run(*command, status=status)

    def test_exit_status_tells_our_own_failures(self):
        for arguments in ((), ("--",), ("--bogus", "--", "true"), ("--realism", "none", "--", "true")):
            with self.subTest(arguments):
                done = self.hopwire("sim", "run", *arguments, status=125)
                self.assertRegex(done.stderr, r"\Ahopwire: .*\n\Z")

    def test_help_lists_the_simulators_options(self):
        self.assertIn("--realism LEVEL", self.hopwire("sim", "run", "--help").stdout)
        self.assertIn("run ", self.hopwire("sim", "--help").stdout)

    def start_waiting(self, script, **options):
        """Starts a shell that runs `script` and then prints that it is ready."""
        process = self.start_hopwire("sim", "run", *IDEAL, "--", "sh", "-c", script, **options)
        self.assertEqual(process.stdout.readline(), "ready\n")
        return process

    def test_signals_reach_the_command(self):
        for name in ("INT", "TERM", "HUP"):
            with self.subTest(name):
                loop = "echo ready; while :; do sleep 0.05; done"
                process = self.start_waiting(f"trap 'exit 42' {name}; {loop}")
                process.send_signal(signal.Signals[f"SIG{name}"])
                self.assertEqual(process.wait(support.RUN_SECONDS), 42)
                process = self.start_waiting(loop)
                process.send_signal(signal.Signals[f"SIG{name}"])
                self.assertEqual(process.wait(support.RUN_SECONDS), 128 + signal.Signals[f"SIG{name}"])

    def test_sigkill_leaves_nothing(self):
        process = self.start_waiting("sleep 1000 & (setsid sleep 1000 &) ; echo ready; sleep 1000")
        with self.leaves_nothing_behind(process):
            process.kill()
            process.communicate(timeout=support.RUN_SECONDS)  # all of them hold the pipe

    def test_the_end_of_the_command_leaves_nothing(self):
        process = self.start_waiting("setsid sleep 1000 & echo ready; read end", stdin=subprocess.PIPE)
        with self.leaves_nothing_behind(process):
            process.communicate("now\n", timeout=support.RUN_SECONDS)

    def test_names_resolve_to_nothing(self):
        before = pathlib.Path("/etc/resolv.conf").read_bytes()
        self.sim_run("getent", "ahosts", "hopwire.example.org", status=2)
        self.assertEqual(pathlib.Path("/etc/resolv.conf").read_bytes(), before)

    def test_the_guest_may_bring_an_xdp_program(self):
        results = self.directory / "results.csv"
        survey = ("survey", "--interface", "uplink0", "--cooldown", "1", "--seed", "1", "--output", results, "20.0.0.0/20")
        self.sim_run(support.BINARY, *survey)
        self.assertLedgerBalanced(support.read_metadata(results)["ledger"])
        truth = self.directory / "truth"
        truth.write_text(self.hopwire("sim", "truth", *IDEAL, "20.0.0.0/20").stdout)
        score = json.loads(self.hopwire("score", "--json", results, truth).stdout)
        self.assertEqual((score["links"]["recall"], score["links"]["precision"]), (1, 1))

    # Reads the error about a datagram of an ordinary socket, and sums what it quotes with what was not quoted.
    quoted_sum = """
import socket, struct
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 3)
data = bytes(range(100))
udp.sendto(data, ("8.8.8.8", 33434))
quoted = raw.recv(2000)[28:]
length = len(data) + 8
summed = quoted[12:20] + struct.pack("!HH", 17, length) + quoted[20:28] + data
total = sum(struct.unpack(f"!{len(summed) // 2}H", summed))
print(total % 0xffff, struct.unpack("!H", quoted[26:28])[0] > 0)
"""

    def test_the_host_sends_nothing_by_itself(self):
        """Else its device has sent more packets than a survey has probes."""
        for topology in "synthetic", "linux:2":
            with self.subTest(topology):
                shown = self.sim_run("sh", "-c", "sleep 1.2; cat /proc/net/dev", sim=("--topology", topology)).stdout
                fields = re.search(r"uplink0: *(.*)", shown)[1].split()
                self.assertEqual(fields[9], "0", shown)  # packets sent

    def test_sockets_send_whole_checksums(self):
        self.assertEqual(self.sim_run("python3", "-c", self.quoted_sum).stdout, "0 True\n")

    connect = """
import socket
socket.create_connection(("8.8.8.8", 443), 20).close()
try:
    socket.create_connection(("8.8.8.8", 81), 20)
except ConnectionRefusedError:
    print("refused")
"""

    def test_connections_are_accepted_and_refused(self):
        self.assertEqual(self.sim_run("python3", "-c", self.connect).stdout, "refused\n")


if __name__ == "__main__":
    unittest.main()
