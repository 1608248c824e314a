# SPDX-License-Identifier: GPL-2.0-or-later
"""Options of ping(8) and their effect; tests of the path MTU have a file of their own."""

import re
import signal
import time

import network
import support


@support.needs_root
class PingOptionsTest(support.HopwireTestCase):
    def ping(self, *arguments, **options):
        return self.hopwire("ping", *arguments, **options).stdout

    def test_a_deadline_ends_it(self):
        begun = time.monotonic()
        said = self.ping("-w", 1, "-i", "0.3", "127.0.0.1")
        self.assertGreaterEqual(time.monotonic() - begun, 1)
        # Nothing leaves at the deadline itself: 0, 0.3, 0.6 and 0.9 s.
        sent, received = map(int, re.search(r"(\d+) packets transmitted, (\d+) received", said).groups())
        self.assertLessEqual(sent, 4)
        self.assertGreater(received, 0)

    def test_with_a_deadline_the_count_is_of_answers(self):
        chain = self.router_chain(1)
        chain.target_namespace.sysctl("ipv4.icmp_echo_ignore_all", 1)
        silent = ("-c", 2, "-i", "0.1", "-W", "0.1", chain.target)
        said = self.ping("-w", 1, *silent, namespace=chain.host, status=1)
        self.assertGreater(int(re.search(r"(\d+) packets transmitted, 0 received", said)[1]), 2)
        # Once it answers, two answers are enough, long before the deadline.
        asked = self.requests(chain.target_namespace)
        process = self.start_hopwire("ping", "-w", 50, *silent, namespace=chain.host)
        support.wait_until(lambda: self.requests(chain.target_namespace) > asked, "a request that stays without an answer")
        chain.target_namespace.sysctl("ipv4.icmp_echo_ignore_all", 0)
        said, _ = process.communicate(timeout=support.WAIT_SECONDS)
        self.assertEqual(process.returncode, 0)
        sent, received = map(int, re.search(r"(\d+) packets transmitted, (\d+) received", said).groups())
        self.assertEqual(received, 2)
        self.assertGreater(sent, 2)

    @staticmethod
    def requests(namespace):
        """How many Echo Requests have come there."""
        names, values = re.findall(r"(?m)^IcmpMsg: (.*)$", namespace.call("cat", "/proc/net/snmp"))
        return int(dict(zip(names.split(), values.split())).get("InType8", 0))

    def test_with_a_deadline_an_error_ends_it(self):
        chain = self.router_chain(1)
        begun = time.monotonic()
        said = self.ping("-w", 50, "-i", "0.1", "-t", 1, chain.target, namespace=chain.host, status=1)
        self.assertLess(time.monotonic() - begun, 40)
        self.assertIn("+1 errors", said)

    def test_fewer_answers_than_wanted_by_the_deadline_fail(self):
        self.ping("-w", 1, "-c", 100, "-i", "0.3", "127.0.0.1", status=1)
        self.ping("-w", 1, "-c", 100, "-i", "0.3", "127.0.0.1", "127.0.0.2", status=1)

    def test_time_stamps_and_bells(self):
        said = self.ping("-D", "-a", "-c", 2, "-i", "0.05", "127.0.0.1")
        stamps = re.findall(r"(?m)^\[(\d+\.\d{6})\] 64 bytes from 127\.0\.0\.1: icmp_seq=\d .* ms\a$", said)
        self.assertEqual(len(stamps), 2, said)
        self.assertLess(abs(float(stamps[0]) - time.time()), 60)
        self.assertEqual(said.count("\a"), 2)
        self.assertNotIn("\a", self.ping("-q", "-a", "-c", 1, "127.0.0.1"))
        many = self.ping("-D", "-c", 1, "127.0.0.1", "127.0.0.2")
        self.assertEqual(len(re.findall(r"(?m)^\[\d+\.\d{6}\] 127\.0\.0\.[12] : \[0\], ", many)), 2, many)

    def test_of_any_size(self):
        for protocol in ("--icmp", "--udp", "--tcp"):
            for size in (0, 1, 2, 3, 4, 8, 15, 16, 1400):
                with self.subTest(protocol=protocol, size=size):
                    said = self.ping(protocol, "-s", size, "-c", 1, "127.0.0.1")
                    self.assertRegex(said, r"time=\d+\.\d{3} ms")
                    if protocol == "--icmp":
                        self.assertIn(f" {size}({size + 28}) bytes of data.", said)
                        self.assertIn(f"{size + 8} bytes from", said)

    def data_of_syns(self, *arguments):
        chain = self.router_chain(1)
        path = self.directory / "syns.pcap"
        capture = network.Capture(chain.routers[0], "near", path, "tcp[tcpflags] & tcp-syn != 0 and dst host " + chain.target)
        self.hopwire(*arguments, chain.target, namespace=chain.host)
        capture.stop()
        lengths = {int(length) for (length,) in network.tshark(path, "tcp.len")}
        chain.remove()
        return lengths

    def test_a_syn_has_no_data_unless_asked_for(self):
        self.assertEqual(self.data_of_syns("ping", "--tcp", "-c", 2, "-i", "0.05"), {0})
        self.assertEqual(self.data_of_syns("ping", "--tcp", "-c", 1, "-s", 0), {0})
        self.assertEqual(self.data_of_syns("ping", "--tcp", "-c", 1, "-s", 100), {100})
        self.assertEqual(self.data_of_syns("trace", "-n", "-T"), {0})

    def quit_signal(self, process, lines):
        """Asks a running ping for its statistics; returns its messages so far, which are then that many lines."""
        process.send_signal(signal.SIGQUIT)
        support.wait_until(lambda: process.said.read_text().count("\n") == lines, "statistics")
        return process.said.read_text().splitlines()

    def test_sigquit_asks_for_statistics(self):
        process = self.start_hopwire("ping", "-i", "0.05", "127.0.0.1")
        for _ in range(3):
            process.stdout.readline()
        (line,) = self.quit_signal(process, 1)
        figures = re.match(r"(\d+)/(\d+) packets, (\d+)% loss, min/avg/ewma/max = [\d.]+/[\d.]+/[\d.]+/[\d.]+ ms$", line)
        self.assertTrue(figures, line)
        self.assertGreaterEqual(int(figures[2]), int(figures[1]))
        process.stdout.readline()  # it goes on
        self.quit_signal(process, 2)
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=support.RUN_SECONDS)
        self.assertEqual(process.returncode, 128 + signal.SIGINT)
        self.assertIn("packets transmitted", rest)

    def test_sigquit_of_many(self):
        process = self.start_hopwire("ping", "-c", 10000, "-i", "0.05", "127.0.0.1", "127.0.0.2")
        process.stdout.readline()
        for number, line in enumerate(self.quit_signal(process, 2), 1):
            self.assertRegex(line, rf"^127\.0\.0\.{number} : \d+/\d+ packets, \d+% loss")


@support.needs_root
class BroadcastTest(support.HopwireTestCase):
    HOSTS = 6

    def setUp(self):
        super().setUp()
        self.lan = self.namespace("lan")
        self.lan.ip("link add lan type bridge", "link set lan up")
        self.hosts = []
        for number in range(1, self.HOSTS + 1):
            host = self.namespace(f"host{number}")
            self.lan.ip(f"link add port{number} type veth peer name lan netns {host.name}", f"link set port{number} master lan up")
            host.sysctl("ipv4.icmp_echo_ignore_broadcasts", 0)
            host.ip(f"address add 44.7.0.{number}/24 dev lan", "link set lan up", "route add default via 44.7.0.254")
            self.hosts.append(host)
        for number in range(2, self.HOSTS + 1):
            self.hosts[0].reach(f"44.7.0.{number}")

    def test_broadcast_must_be_meant(self):
        for address in ("44.7.0.255", "255.255.255.255"):
            for command, named in ((("ping", "-c", 1), "-b"), (("ping", "-c", 1, "-I", "lan"), "-b"), (("trace", "-n"), "broadcast")):
                with self.subTest(address=address, command=command):
                    said = self.hopwire(*command, address, namespace=self.hosts[0], status=2).stderr
                    self.assertEqual(len(said.splitlines()), 1, said)
                    self.assertIn(f"{address} is a broadcast address", said)
                    self.assertIn(named, said)

    def test_all_hosts_answer(self):
        for address in ("44.7.0.255", "255.255.255.255"):
            with self.subTest(address=address):
                done = self.hopwire("ping", "-b", "-c", 1, address, namespace=self.hosts[0])
                self.assertIn(f"pinging the broadcast address {address}", done.stderr)
                self.assertNotIn("probes cannot get so many", done.stderr)
                answers = set(re.findall(r"bytes from (44\.7\.0\.\d+): icmp_seq=1", done.stdout))
                self.assertGreaterEqual(answers, {f"44.7.0.{number}" for number in range(2, self.HOSTS + 1)}, done.stdout)
                self.assertIn(" 1 received, +", done.stdout)
