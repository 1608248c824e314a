# SPDX-License-Identifier: GPL-2.0-or-later
"""What traces and pings say of routers with unusual habits: tun_routers.py has them."""

import contextlib
import json
import pathlib
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
        """Lets routers answer, the second of them by its habit."""
        return self.running("tun_routers.py", "tun7", "44.0.0.1", routers, *habit)

    def run_trace(self, *arguments, **options):
        done = self.hopwire("trace", "-w", "2,0,0", *arguments, TARGET, namespace=self.host, **options)
        return done.stdout

    def trace(self, *arguments):
        """Returns the path as text has it, and as JSON has it."""
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
                done = self.hopwire("ping", "-c", 1, "-t", 2, "-W", 2, TARGET, namespace=self.host, status=1)
                self.assertIn(f"From 44.3.0.2 icmp_seq=1 {words}\n", done.stdout)
