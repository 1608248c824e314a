# SPDX-License-Identifier: GPL-2.0-or-later
"""What traces and pings print about routers with unusual behaviour, which tun_routers.py simulates."""

import contextlib
import json
import pathlib
import re
import subprocess
import sys

import support
import traces

HERE = pathlib.Path(__file__).resolve().parent
TARGET = "44.2.0.1"
ROUTERS = 3


@support.needs_root
class HabitTestCase(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.host = self.namespace("host")

    @contextlib.contextmanager
    def running(self, script, *arguments):
        command = self.host.command(sys.executable, HERE / script, *arguments)
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            try:
                self.assertEqual(process.stdout.readline(), "ready\n")
                yield
            finally:
                process.kill()

    def habit(self, *habit, routers=ROUTERS):
        """Starts routers of which the second has that behaviour."""
        return self.running("tun_routers.py", "tun7", "44.0.0.1", routers, *habit)

    def run_trace(self, *arguments, **options):
        done = self.hopwire("trace", "-w", "2,0,0", *arguments, TARGET, namespace=self.host, **options)
        return done.stdout

    def trace(self, *arguments):
        """Returns the path as it is printed, and as it is in JSON."""
        (path,) = traces.parse(self.run_trace("-n", "-q", "1", *arguments))
        return path, json.loads(self.run_trace("-n", "-q", "1", "--json", *arguments))


class Errors(HabitTestCase):
    def test_labels_whose_place_is_announced_wrongly(self):
        for habit in ("length-in-bytes", "length-beyond"):
            with self.subTest(habit), self.habit(habit):
                path, document = self.trace()
                self.assertEqual(path.notes, [[], ["<MPLS:L=24001,E=0,S=1,T=1>"], [], []])
                self.assertEqual(document["hops"][1][0]["mpls"], ["24001:0:1:1"])
                self.assertEqual(self.records()[1].mpls, ("24001:0:1:1",))

    def records(self):
        output = self.directory / "records.csv"
        self.run_trace("-n", "-q", "1", "--output", output, "--overwrite")
        return support.read_csv(output)

    def test_interfaces_that_a_router_tells_of(self):
        text = '<INC:2,192.0.2.1,"eth0",mtu=1500>'
        told = [{"role": 0, "ifindex": 2, "address": "192.0.2.1", "name": "eth0", "mtu": 1500}]
        with self.habit("says-interface"):
            path, document = self.trace()
            report = self.run_trace("-n", "--report", "2", "--every", "0.05")
            table = json.loads(self.run_trace("-n", "--report", "2", "--every", "0.05", "--json"))
        self.assertEqual(path.notes, [[], [text], [], []])
        self.assertEqual(document["hops"][1][0]["interface_info"], told)
        self.assertRegex(report, rf"(?m)^  2\.\|-- 44\.3\.0\.2 .*\n +{re.escape(text)}$")
        self.assertEqual([hop["responders"][0]["interface_info"] for hop in table["hops"]], [[], told, [], []])

    def test_a_parameter_problem_ends_the_way_with_its_code(self):
        with self.habit("parameter-problem"):
            path, document = self.trace()
        self.assertEqual(path.responders, ["44.3.0.1", "44.3.0.2"])
        self.assertEqual(path.notes, [[], ["!<12-0>"]])
        answer = document["hops"][1][0]
        self.assertEqual((answer["icmp_type"], answer["icmp_code"], document["reached"]), (12, 0, False))

    def test_fragments_that_were_not_put_together_have_their_code(self):
        with self.habit("fragments-missing"):
            path, document = self.trace()
        self.assertEqual(path.responders, ["44.3.0.1", "44.3.0.2", "44.3.0.3", TARGET])
        self.assertEqual(path.notes, [[], ["!<11-1>"], [], []])
        answer = document["hops"][1][0]
        self.assertEqual((answer["icmp_type"], answer["icmp_code"]), (11, 1))

    def test_pings_name_errors(self):
        for habit, words in (("parameter-problem", "Parameter problem"), ("fragments-missing", "Frag reassembly time exceeded")):
            with self.subTest(habit), self.habit(habit):
                done = self.hopwire("ping", "-c", 1, "-t", 2, "-W", 10, TARGET, namespace=self.host, status=1)
                self.assertIn(f"From 44.3.0.2 icmp_seq=1 {words}\n", done.stdout)


class Nobody(HabitTestCase):
    """0.0.0.0 is an address like any other."""

    hops = ["44.3.0.1", "0.0.0.0", "44.3.0.3", TARGET]

    def test_traces(self):
        with self.habit("no-address"):
            path, document = self.trace()
            report = json.loads(self.run_trace("-n", "--report", 1, "--json"))
            table = self.run_trace("-n", "--report", 1)
            ways = json.loads(self.run_trace("-n", "--mda", "--json"))
        self.assertEqual(path.responders, self.hops)
        self.assertEqual([hop[0]["responder"] for hop in document["hops"]], self.hops)
        self.assertEqual([hop["responders"][0]["address"] for hop in report["hops"]], self.hops)
        self.assertRegex(table, r"(?m)^  2\.\|-- 0\.0\.0\.0 +0\.0%")
        self.assertEqual([hop["vertices"][0]["address"] for hop in ways["hops"]], self.hops)

    def test_paths_that_are_watched(self):
        targets = self.directory / "targets"
        targets.write_text(TARGET + "\n")
        with self.habit("no-address"):
            arguments = ("trace", "-n", "-q", 1, "--every", "1s", "--targets", targets)
            process = self.start_hopwire(*arguments, namespace=self.host, stdout=subprocess.PIPE, text=True)
            change = json.loads(process.stdout.readline())
            self.interrupt(process)
        self.assertEqual(change["path"], self.hops)
        self.assertLess(0, change["rtt_ms"], change)
        self.assertFalse([key for key in change if key.endswith("_us")], change)


class Claims(HabitTestCase):
    def test_of_silence_nothing_is_claimed(self):
        with self.habit("all-silent"):
            arguments = ("-n", "--mda", "-q", 1, "-w", "0.2,0,0", "--gap-limit", 2)
            text = self.run_trace(*arguments, status=1)
            document = json.loads(self.run_trace(*arguments, "--json", status=1))
        self.assertIn("nothing answered", text.splitlines()[-1])
        self.assertNotIn("confidence", text.splitlines()[-1])
        self.assertEqual((document["complete"], document["confidence"]), (False, None))

    def test_of_a_target_behind_too_much_silence_nothing_is_claimed(self):
        with self.habit("routers-silent", routers=7):
            arguments = ("-n", "--mda", "-q", 1, "-w", f"{support.patiently(0.5)},0,0")
            text = self.run_trace(*arguments)
            document = json.loads(self.run_trace(*arguments, "--json"))
        self.assertNotIn("confidence", text.splitlines()[-1], text)
        self.assertEqual((document["complete"], document["confidence"]), (False, None))

    def test_a_guessed_mtu_is_marked(self):
        with self.habit("refuses-large"):
            text = self.run_trace("-n", "-q", 1, "--mtu")
            document = json.loads(self.run_trace("-n", "-q", 1, "--mtu", "--json"))
        self.assertRegex(text, r"(?m)^ 2  44\.3\.0\.2  \S+ ms F=1006\?$")
        self.assertEqual((document["path_mtu"], document["path_mtu_guessed"]), (1006, True))


class Names(HabitTestCase):
    """All names are asked for at the same time: the server answers none before all questions have arrived."""

    routers = 14
    lines = [f"router-{n}.example (44.3.0.{n})" for n in range(1, routers + 1)]

    def outcome(self, *arguments):
        with self.habit(routers=self.routers), self.running("patient_names.py", self.routers + 1):
            return self.run_trace("-q", 1, *arguments)

    def test_in_text(self):
        text = self.outcome()
        self.assertEqual(re.findall(r"(?m)^ ?\d+  (router-\S+ \S+)", text), self.lines, text)

    def test_in_reports(self):
        text = self.outcome("--report", 1)
        self.assertEqual(re.findall(r"(?m)^ +\d+\.\|-- (router-\S+ \S+)", text), self.lines, text)

    def test_in_json(self):
        document = json.loads(self.outcome("--json"))
        names = [hop[0].get("name") for hop in document["hops"]]
        self.assertEqual(names, [*(line.split()[0] for line in self.lines), None])
        document = json.loads(self.outcome("--report", 1, "--json"))
        names = [hop["responders"][0]["name"] for hop in document["hops"]]
        self.assertEqual(names, [*(line.split()[0] for line in self.lines), None])

    def test_in_graphs(self):
        dot = self.directory / "ways.dot"
        text = self.outcome("--mda", "--dot", dot)
        self.assertEqual(re.findall(r"(?m)^ +\d+    1  (router-\S+ \S+)", text), self.lines, text)
        self.assertEqual(re.findall(r'label="(router-\S+ [\d.()]+)', dot.read_text()), self.lines)
