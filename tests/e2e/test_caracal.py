# SPDX-License-Identifier: GPL-2.0-or-later
"""hopwire caracal as Iris and Retina's agent use it: a child process that runs for long, lines in, lines out."""

import csv
import io
import json
import os
import pathlib
import queue
import signal
import subprocess
import threading
import time

import support

HEADER = (
    "capture_timestamp,probe_protocol,probe_src_addr,probe_dst_addr,probe_src_port,probe_dst_port,probe_ttl,quoted_ttl,"
    "reply_src_addr,reply_protocol,reply_icmp_type,reply_icmp_code,reply_ttl,reply_size,reply_mpls_labels,rtt,round\n"
)
NUMBERS = {"udp": "17", "icmp": "1", "icmp6": "58"}
IDEAL = ("--realism", "ideal", "--rtt", "off")


def mapped(address):
    return address if ":" in address else f"::ffff:{address}"


def children(pid):
    return [int(child) for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()]


def descendant(pid, name):
    """The descendant of a process that has that name, or None."""
    waiting = [pid]
    for process in waiting:
        try:
            if pathlib.Path(f"/proc/{process}/comm").read_text() == f"{name}\n" and process != pid:
                return process
            waiting.extend(children(process))
        except OSError:
            pass
    return None


class Child:
    """A caracal process, whose lines a thread reads as they come."""

    def __init__(self, process):
        self.process = process
        self.lines = queue.Queue()
        self.reader = threading.Thread(target=self._read)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def say(self, *lines):
        self.process.stdin.write("".join(f"{line}\n" for line in lines))
        self.process.stdin.flush()

    def next(self):
        return self.lines.get(timeout=support.WAIT_SECONDS)

    def rows(self, count):
        return list(csv.DictReader([HEADER, *(self.next() for _ in range(count))]))

    def rest(self):
        """Returns what remains up to the end of stdout."""
        return list(iter(self.next, None))


@support.needs_root
class CaracalTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        # By its name alone it is caracal: a path is all that has to be changed.
        self.caracal = self.directory / "caracal"
        self.caracal.symlink_to(support.BINARY)

    def start(self, *arguments, sim=IDEAL):
        process = self.start_hopwire("sim", "run", *sim, "--", self.caracal, *arguments, stdin=subprocess.PIPE)
        child = Child(process)
        self.addCleanup(child.reader.join)
        self.addCleanup(process.kill)
        return child

    def end(self, child, status=0):
        child.process.stdin.close()
        child.process.stdin = None
        child.process.wait(support.WAIT_SECONDS)
        self.assertEqual(child.process.returncode, status, child.process.said.read_text())
        return child.process.said.read_text()

    def routes(self, targets):
        """Three routers and a target in a row, 20 ms away."""
        path = self.directory / "routes"
        path.write_text("".join(f"{target} 192.0.2.1 192.0.2.2 192.0.2.3 {target}@20\n" for target in targets))
        return "--topology", f"routes:{path}", "--realism", "ideal", "--rtt", "internet"

    def test_replies_are_what_is_true(self):
        targets = {"198.19.1.1": ("udp", "icmp"), "2001:2:0:101::1": ("udp", "icmp6")}
        sim = ("--topology", "linux:3")
        truth = self.hopwire("sim", "truth", *sim, *targets).stdout.splitlines()
        routes = {r["target"]: [hop["address"] for hop in r["hops"]] for r in map(json.loads, truth) if r["kind"] == "route"}
        expected, child = set(), self.start("--probing-rate", "1000", "--meta-round", "7", sim=sim)
        self.assertEqual(child.next(), HEADER)
        for target, protocols in targets.items():
            for protocol in protocols:
                for ttl, hop in enumerate(routes[target], 1):
                    child.say(f"{target},{24000 + ttl},33434,{ttl},{protocol}")
                    port = "33434" if protocol == "udp" else "0"
                    expected.add((NUMBERS[protocol], mapped(target), str(24000 + ttl), port, str(ttl), mapped(hop)))
        rows = child.rows(len(expected))
        said = self.end(child)
        columns = ("probe_protocol", "probe_dst_addr", "probe_src_port", "probe_dst_port", "probe_ttl", "reply_src_addr")
        self.assertEqual({tuple(row[column] for column in columns) for row in rows}, expected)
        for row in rows:
            reached = row["reply_src_addr"] == row["probe_dst_addr"]
            echo = reached and row["probe_protocol"] != "17"
            ipv4 = row["probe_dst_addr"].startswith("::ffff:")
            unreachable = ("3", "3") if ipv4 else ("1", "4")
            kind = (("0" if ipv4 else "129"), "0") if echo else unreachable if reached else (("11" if ipv4 else "3"), "0")
            self.assertEqual((row["reply_icmp_type"], row["reply_icmp_code"]), kind, row)
            self.assertEqual(row["quoted_ttl"], "0" if echo else "1", row)
            self.assertEqual((row["reply_protocol"], row["round"]), ("1" if ipv4 else "58", "7"), row)
        self.assertIn(f"probes_read={len(expected)} packets_sent={len(expected)} packets_failed=0", said)

    def test_a_child_that_lives_long(self):
        targets = [f"10.0.{i}.1" for i in range(50)]
        child = self.start("--probing-rate", "20000", "--n-packets", "1", "--sniffer-wait-time", "1", sim=self.routes(targets))
        self.assertEqual(child.next(), HEADER)
        for burst in range(3):
            began = time.time()
            child.say(*(f"::ffff:{target},{24000 + burst},33434,{ttl},udp" for target in targets for ttl in range(1, 5)))
            # All of them, while the child waits for more: nothing is kept for a full batch.
            rows = child.rows(4 * len(targets))
            answered = {(row["probe_dst_addr"], int(row["probe_ttl"]), row["reply_src_addr"]) for row in rows}
            hop = lambda target, ttl: mapped(target if ttl == 4 else f"192.0.2.{ttl}")
            self.assertEqual(answered, {(mapped(t), ttl, hop(t, ttl)) for t in targets for ttl in range(1, 5)})
            self.assertEqual({row["probe_src_port"] for row in rows}, {str(24000 + burst)})
            for row in rows:
                self.assertTrue(began - 0.1 < int(row["capture_timestamp"]) / 1e6 < time.time() + 0.1, row)
                if row["probe_ttl"] == "4":
                    self.assertGreaterEqual(int(row["rtt"]), 200, "tenths of a millisecond")
        child.say("no probe", "10.0.0.1,1,2,1,udp")
        self.assertEqual(len(child.rows(1)), 1)
        said = self.end(child)
        self.assertEqual(child.rest(), [])
        self.assertIn("line 601: 'no probe'", said)
        self.assertIn("probes_read=601 packets_sent=601 packets_failed=0", said)
        self.assertIn("packets_received=601 packets_received_invalid=0", said)

    def test_filters_seconds_and_limits(self):
        prefixes = self.directory / "prefixes"
        prefixes.write_text("# none there\n16.0.1.0/24\n")
        lines = [f"16.0.{i}.7,24000,33434,{ttl},icmp" for i in range(2) for ttl in (1, 2, 3, 200)]
        options = ("--filter-from-prefix-file-excl", prefixes, "--filter-min-ttl", 2, "--filter-max-ttl", 3)
        options += ("--timestamp", "s", "-r", "10k", "-N", 2, "-L", "info", "-B", 128, "--rate-limiting-method", "sleep", "--caracal-id", 5)
        child = self.start(*options)
        began = int(time.time())
        self.assertEqual(child.next(), HEADER)
        child.say(*lines)
        rows = child.rows(4)
        said = self.end(child)
        self.assertEqual(sorted(row["probe_ttl"] for row in rows), ["2", "2", "3", "3"])
        for row in rows:
            self.assertTrue(began <= int(row["capture_timestamp"]) <= time.time(), row)
        self.assertIn("filtered_low_ttl=2 filtered_high_ttl=2 filtered_prefix_excl=2 filtered_prefix_not_incl=0", said)

    def test_killed(self):
        child = self.start("-r", "10000")
        self.assertEqual(child.next(), HEADER)
        child.say("16.0.0.7,1,2,1,udp")
        child.rows(1)
        with self.leaves_nothing_behind(child.process):
            os.kill(support.wait_until(lambda: descendant(child.process.pid, "caracal"), "the child"), signal.SIGKILL)
            child.process.wait(support.WAIT_SECONDS)
        self.assertEqual(child.process.returncode, 128 + signal.SIGKILL)
        self.assertEqual(child.rest(), [], "whole lines up to the end of stdout")

    def test_interrupted_it_prints_what_came(self):
        child = self.start("-r", "10000")
        self.assertEqual(child.next(), HEADER)
        child.say("16.0.0.7,1,2,1,udp")
        child.rows(1)
        os.kill(support.wait_until(lambda: descendant(child.process.pid, "caracal"), "the child"), signal.SIGINT)
        child.process.wait(support.WAIT_SECONDS)
        self.assertEqual(child.process.returncode, 128 + signal.SIGINT)
        self.assertIn("packets_sent=1", child.process.said.read_text())

    def test_errors_are_exit_1_as_caracals(self):
        for arguments in (("--probing-rate", "fast"), ("--interface", "nowhere0"), ("--meta-round", "a,b"), ("8.8.8.8",)):
            with self.subTest(arguments):
                done = self.hopwire("caracal", *arguments, status=1, stdin=subprocess.DEVNULL)
                self.assertEqual(done.stdout, "")
                self.assertIn("hopwire: caracal: ", done.stderr)

    def test_an_empty_input_is_no_error(self):
        done = self.hopwire("sim", "run", *IDEAL, "--", self.caracal, "-W", 0, stdin=subprocess.DEVNULL)
        self.assertEqual(done.stdout, HEADER)
        self.assertEqual(list(csv.DictReader(io.StringIO(done.stdout))), [])
