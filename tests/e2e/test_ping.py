# SPDX-License-Identifier: GPL-2.0-or-later
"""Pings of loopback and of hosts in the simulated Internet."""

import collections
import json
import re
import signal

import support

IDEAL = ("--realism", "ideal", "--rtt", "off")
HOSTS = ("16.0.0.7", "16.0.1.1", "16.0.2.1")


@support.needs_root
class PingTest(support.HopwireTestCase):
    def ping(self, *arguments, **options):
        return self.hopwire("ping", *arguments, **options).stdout

    def ping_in_sim(self, *arguments, sim=IDEAL, status=0):
        return self.hopwire("sim", "run", *sim, "--", support.BINARY, "ping", *arguments, status=status).stdout

    def test_one_host_as_ping_prints_it(self):
        lines = self.ping("-c", 3, "-i", "0.05", "127.0.0.1").splitlines()
        self.assertEqual(lines[0], "PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.")
        for number, line in enumerate(lines[1:4], 1):
            self.assertRegex(line, rf"^64 bytes from 127\.0\.0\.1: icmp_seq={number} ttl=64 time=\d+\.\d{{3}} ms$")
        self.assertRegex(lines[6], r"^3 packets transmitted, 3 received, 0% packet loss, time \d+ms$")
        self.assertRegex(lines[7], r"^rtt min/avg/max/mdev = [\d.]+/[\d.]+/[\d.]+/[\d.]+ ms$")

    def test_protocols(self):
        self.assertIn("port unreachable from", self.ping("--udp", "-c", 1, "127.0.0.1"))
        self.assertIn("RST from", self.ping("--tcp", "-p", 1, "-c", 1, "127.0.0.1"))
        self.assertIn("SYN-ACK from", self.ping_in_sim("--tcp", "-c", 1, HOSTS[0]))

    def test_many_hosts_as_fping_prints_them(self):
        alive = self.ping_in_sim(*HOSTS).splitlines()
        self.assertEqual([re.sub(r" \(.*", "", line) for line in alive], [f"{host} is alive" for host in HOSTS])
        sums = self.ping_in_sim("-q", "-c", 2, "-i", "0.05", *HOSTS).splitlines()
        self.assertEqual([line.split(",")[0] for line in sums], [f"{host} : xmt/rcv/%loss = 2/2/0%" for host in HOSTS])

    def test_targets_of_a_file_as_json(self):
        targets = self.directory / "targets"
        targets.write_text("# hosts\n" + "\n".join(f"16.0.{i}.1" for i in range(200)))
        rows = [json.loads(line) for line in self.ping_in_sim("--json", "--targets", targets, "-r", "5k").splitlines()]
        self.assertEqual([row["target"] for row in rows], [f"16.0.{i}.1" for i in range(200)])
        for row in rows:
            self.assertEqual((row["sent"], row["received"], row["loss"]), (1, 1, 0), row)
            self.assertLessEqual(row["rtt_min_ms"], row["rtt_max_ms"])

    def test_records(self):
        results = self.directory / "pings.csv"
        self.ping_in_sim("-c", 2, "-i", "0.05", "-o", results, HOSTS[0])
        records = support.read_csv(results)
        self.assertEqual([(record.responder, record.icmp_type) for record in records], [(HOSTS[0], 0)] * 2)

    def test_records_on_stdout_stand_alone(self):
        for hosts in (HOSTS[:1], HOSTS):
            with self.subTest(hosts):
                records = support.parse_csv(self.ping_in_sim("-c", 2, "-i", "0.05", "-o", "-", *hosts))
                self.assertEqual(sorted(record.responder for record in records), sorted(2 * hosts))

    def routes(self, rtt_ms=40):
        """A host that answers after 40 ms, and one that never does."""
        path = self.directory / "routes"
        path.write_text(f"10.0.0.1 192.0.2.1 10.0.0.1@{rtt_ms}\n10.0.0.2 192.0.2.1 *\n")
        return "--topology", f"routes:{path}", "--realism", "ideal", "--rtt", "internet"

    def test_some_are_silent(self):
        hosts = ("-W", support.patiently(0.3), "10.0.0.1", "10.0.0.2")
        alive, silent = self.ping_in_sim(*hosts, sim=self.routes()).splitlines()
        self.assertRegex(alive, r"\A10\.0\.0\.1 is alive \([\d.]+ ms\)\Z")
        self.assertEqual(silent, "10.0.0.2 is unreachable")
        said = self.ping_in_sim("-c", 2, "-i", "0.05", *hosts, sim=self.routes())
        for number in (0, 1):
            self.assertRegex(said, rf"(?m)^10\.0\.0\.1 : \[{number}\], 84 bytes, [\d.]+ ms \([\d.]+ avg, 0% loss\)$")
            self.assertRegex(said, rf"(?m)^10\.0\.0\.2 : \[{number}\], timed out \(NaN avg, 100% loss\)$")
        there, silent = map(json.loads, self.ping_in_sim("-c", 2, "-i", "0.05", "--json", *hosts, sim=self.routes()).splitlines())
        self.assertEqual((there["target"], there["received"], silent["received"], silent["loss"]), ("10.0.0.1", 2, 0, 1))
        self.assertGreaterEqual(there["rtt_min_ms"], 40)
        self.assertIsNone(silent["rtt_min_ms"])

    def test_late_answers_are_received(self):
        # An answer comes much later than it is waited for, and before the next probe leaves: on a slow machine, too.
        sim = self.routes(rtt_ms=float(support.patiently(300)))
        options = ("-i", support.patiently(0.5), "-W", support.patiently(0.02))
        said = self.ping_in_sim("-c", 3, *options, "-O", "10.0.0.1", sim=sim)
        self.assertEqual(re.findall(r"no answer for icmp_seq=(\d)", said), ["1", "2", "3"])
        # Nobody waits for that of the last.
        self.assertEqual(re.findall(r"icmp_seq=(\d) .* \(late\)", said), ["1", "2"])
        self.assertIn("3 packets transmitted, 2 received, 33.33% packet loss", said)

    def test_duplicates_are_counted_apart(self):
        said = self.ping_in_sim("-c", 3, "-i", "0.05", HOSTS[0], sim=(*IDEAL, "--duplicate-out", "100"))
        self.assertIn(" (DUP!)", said)
        self.assertRegex(said, r"3 packets transmitted, 3 received, \+[23] duplicates, 0% packet loss")

    def test_errors_on_the_way(self):
        said = self.ping_in_sim("-c", 1, "-t", 2, HOSTS[0], status=1)
        self.assertRegex(said, r"From 240\.[\d.]+ icmp_seq=1 Time to live exceeded")
        self.assertIn("1 packets transmitted, 0 received, +1 errors, 100% packet loss", said)

    def test_silence(self):
        silent = ("--realism", "ideal", "--answering", "0", "--rtt", "off")
        said = self.ping_in_sim("-c", 2, "-i", "0.05", "-W", "0.1", "-O", HOSTS[0], sim=silent, status=1)
        self.assertEqual(said.count("no answer for icmp_seq="), 2)

    def test_a_probe_gets_few_answers_however_many_come(self):
        command = ("sim", "run", *IDEAL, "--fault", "replay@0:5k", "--", support.BINARY, "ping", "-c", 3, "-i", "0.3", HOSTS[0])
        done = self.hopwire(*command)
        self.assertRegex(done.stdout, r"(?m)^3 packets transmitted, 3 received")
        duplicates = collections.Counter(re.findall(r"icmp_seq=(\d+) .*DUP!", done.stdout))
        self.assertLessEqual(max(duplicates.values(), default=0), 3)
        self.assertRegex(done.stderr, r"warning: \d+ answers were not counted: probes cannot get so many")

    def test_interrupted(self):
        process = self.start_hopwire("ping", "-i", "0.05", "127.0.0.1")
        process.stdout.readline()
        process.stdout.readline()
        process.send_signal(signal.SIGINT)
        rest, _ = process.communicate(timeout=support.RUN_SECONDS)
        self.assertEqual(process.returncode, 128 + signal.SIGINT)
        self.assertIn("packets transmitted", rest)

    def test_unusable(self):
        cases = (
            ((), "no host"),
            (("nosuchhost.invalid",), "nosuchhost.invalid"),
            (("-6", "127.0.0.1"), "IPv4"),
            (("--udp", "--tcp", "127.0.0.1"), "exclude"),
            (("-p", 80, "127.0.0.1"), "--port"),
            (("-c", 0, "127.0.0.1"), "--count"),
            (("-i", "0.00001", "-W", 60, "127.0.0.1"), "--timeout"),
            (("-o", "/nosuch/dir/x.csv", "127.0.0.1"), "/nosuch/dir/x.csv"),
            (("--json", "-o", "-", "127.0.0.1"), "--json"),
            (("-o", "x.unknown", "127.0.0.1"), "--output"),
            (("--targets", "/nosuch", "127.0.0.1"), "/nosuch"),
            (("--targets", "/dev/null"), "no host in /dev/null"),
        )
        for arguments, named in cases:
            with self.subTest(arguments=arguments):
                said = self.hopwire("ping", *arguments, status=2).stderr.strip()
                self.assertEqual(len(said.splitlines()), 1, said)
                self.assertIn(named, said)
