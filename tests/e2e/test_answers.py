# SPDX-License-Identifier: GPL-2.0-or-later
"""What traces and pings print about errors, about answers that are late, and about hosts that could not be probed."""

import json
import re
import signal

import support
import traces

# Codes of Destination Unreachable as nft(8), ping(8) and traceroute(8) name them.
CODES = (
    ("net-unreachable", 0, "Destination Net Unreachable", "!N"),
    ("host-unreachable", 1, "Destination Host Unreachable", "!H"),
    ("prot-unreachable", 2, "Destination Protocol Unreachable", "!P"),
    ("port-unreachable", 3, "Destination Port Unreachable", "!<3>"),
    ("net-prohibited", 9, "Destination Net Prohibited", "!X"),
    ("host-prohibited", 10, "Destination Host Prohibited", "!X"),
    ("admin-prohibited", 13, "Packet filtered", "!X"),
)  # fmt: skip
METHODS = {"icmp": "-I", "tcp": "-T", "udp": "-U"}


@support.needs_root
class ErrorsTest(support.HopwireTestCase):
    """A firewall at the target, or at a router on the way, refuses probes."""

    def setUp(self):
        super().setUp()
        self.chain = self.router_chain(2)
        self.target = self.chain.target

    def reject(self, namespace, hook, protocol, kind):
        namespace.call(
            "nft", "flush ruleset; add table ip f;"
            f"add chain ip f c {{ type filter hook {hook} priority 0; }};"
            f"add rule ip f c ip daddr {self.target} meta l4proto {protocol} reject with icmp type {kind}",
        )  # fmt: skip

    def run_here(self, *arguments, status=0):
        return self.hopwire(*arguments, namespace=self.chain.host, status=status).stdout

    def test_pings_are_lost(self):
        for kind, code, text, _ in CODES:
            for namespace, hook, sender in (
                (self.chain.target_namespace, "input", self.target), (self.chain.routers[1], "forward", self.chain.hops[1]),
            ):  # fmt: skip
                with self.subTest((kind, hook)):
                    self.reject(namespace, hook, "icmp", kind)
                    said = self.run_here("ping", "-n", "-c", 2, "-i", "0.02", self.target, status=1)
                    self.assertEqual(said.count(f"From {sender} icmp_seq="), 2, said)
                    self.assertIn(f"icmp_seq=1 {text}\n", said)
                    self.assertIn("2 packets transmitted, 0 received, +2 errors, 100% packet loss", said)
                    found = json.loads(self.run_here("ping", "--json", "-c", 1, self.target, status=1))
                    self.assertEqual((found["received"], found["refused"], found["loss"]), (0, 1, 1))
                    self.assertEqual(
                        found["last_error"], {"responder": sender, "icmp_type": 3, "icmp_code": code, "text": text}
                    )
                    namespace.call("nft", "flush", "ruleset")

    def test_pings_of_many_are_lost(self):
        self.reject(self.chain.target_namespace, "input", "icmp", "host-prohibited")
        said = self.run_here("ping", self.target, self.chain.hops[0]).splitlines()
        self.assertEqual(said[0], f"{self.target} is unreachable (Destination Host Prohibited from {self.target})")
        self.assertRegex(said[1], f"^{self.chain.hops[0]} is alive")

    def test_what_others_say_of_a_port_is_no_answer(self):
        self.assertIn("1 received", self.run_here("ping", "--udp", "-c", 1, self.target))
        self.reject(self.chain.routers[1], "forward", "udp", "port-unreachable")
        self.assertIn("+1 errors", self.run_here("ping", "--udp", "-c", 1, self.target, status=1))

    def trace(self, *arguments):
        options = ("-n", "-q", 1, "-w", "2,0,0", *arguments, self.target)
        path = json.loads(self.run_here("trace", "--json", *options))
        text = self.run_here("trace", *options).splitlines()
        return path, path["hops"][-1][0], text[-1]

    def test_traces_end_at_the_target_that_refuses(self):
        for protocol, method in METHODS.items():
            for kind, code, _, note in CODES:
                with self.subTest((protocol, kind)):
                    self.reject(self.chain.target_namespace, "input", protocol, kind)
                    path, last, line = self.trace(method)
                    self.assertEqual((len(path["hops"]), path["reached"]), (3, True))
                    self.assertEqual((last["responder"], last["icmp_type"], last["icmp_code"]), (self.target, 3, code))
                    asked_for = protocol == "udp" and kind == "port-unreachable"
                    self.assertTrue(line.endswith(" ms" if asked_for else f" ms {note}"), line)

    def test_traces_end_at_a_router_that_refuses_and_reach_nothing(self):
        for protocol, method in METHODS.items():
            for kind, code, _, note in CODES:
                with self.subTest((protocol, kind)):
                    self.reject(self.chain.routers[1], "forward", protocol, kind)
                    path, last, line = self.trace(method)
                    self.assertFalse(path["reached"])
                    self.assertTrue(line.endswith(f" ms {note}"), line)
                    self.assertEqual((len(path["hops"]), last["responder"]), (3, self.chain.hops[1]))
                    self.assertEqual((last["icmp_type"], last["icmp_code"]), (3, code))

    def test_multipath_graphs_reach_nothing_by_a_router_that_refuses(self):
        self.reject(self.chain.routers[1], "forward", "udp", "port-unreachable")
        graph = json.loads(self.run_here("trace", "-n", "--mda", "--json", self.target))
        self.assertFalse(graph["reached"])
        self.assertFalse(any(vertex["target"] for hop in graph["hops"] for vertex in hop["vertices"]))

    def test_reports_and_metrics_count_losses(self):
        for protocol, kind in (("icmp", "host-prohibited"), ("udp", "admin-prohibited"), ("tcp", "port-unreachable")):
            with self.subTest(protocol):
                self.reject(self.chain.target_namespace, "input", protocol, kind)
                report = ("trace", "-n", METHODS[protocol], "--report", 2, "--every", "0.05", self.target)
                last = json.loads(self.run_here(*report, "--json"))["hops"][-1]
                self.assertEqual((last["sent"], last["lost"], last["errors"]), (2, 2, 2))
                self.assertEqual([who["address"] for who in last["responders"]], [self.target])
                self.assertRegex(self.run_here(*report), rf"(?m)^ +3\.\|-- {re.escape(self.target)} !\S+ +100\.0% +2 ")
                self.assert_metrics_count_losses(METHODS[protocol])

    def test_a_port_that_a_router_says_is_unreachable_is_a_loss(self):
        self.reject(self.chain.routers[1], "forward", "udp", "port-unreachable")
        report = ("trace", "-n", "-U", "--report", 2, "--every", "0.05", self.target)
        table = json.loads(self.run_here(*report, "--json", status=None))
        self.assertFalse(table["reached"])
        self.assertEqual([(hop["lost"], hop["errors"]) for hop in table["hops"]], [(0, 0), (0, 0), (2, 2)])
        self.assertRegex(self.run_here(*report, status=None), rf"(?m)^ +3\.\|-- {re.escape(self.chain.hops[1])} !<3> +100\.0% +2 ")

    def assert_metrics_count_losses(self, method):
        metrics = self.directory / "metrics.prom"
        metrics.unlink(missing_ok=True)
        process = self.start_hopwire(
            "trace", "-n", method, "--every", "0.1", "--prometheus", metrics, self.target, namespace=self.chain.host
        )

        def counted():
            text = metrics.read_text() if metrics.exists() else ""
            return re.search(r"(?m)^hopwire_trace_probes_lost_total\{.*\} [1-9]", text)

        support.wait_until(counted, "losses to be counted")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=support.RUN_SECONDS)
        values = dict(re.findall(r"(?m)^hopwire_trace_(\w+)\{.*\} (\d+)$", metrics.read_text()))
        self.assertEqual((values["probes_lost_total"], values["rtt_seconds_count"]), (values["probes_total"], "0"))


@support.lasting
@support.needs_root
class LateTest(support.HopwireTestCase):
    """Round-trip times above a second are not losses, for any kind of probe."""

    def run_far(self, *arguments, status=0):
        routes = self.directory / "routes"
        routes.write_text("10.0.0.1 192.0.2.1@1190 192.0.2.2@1195 10.0.0.1@1200\n10.0.0.2 192.0.2.1 192.0.2.3 10.0.0.2\n")
        sim = ("--topology", f"routes:{routes}", "--realism", "ideal", "--rtt", "internet")
        return self.hopwire("sim", "run", *sim, "--", support.BINARY, *arguments, status=status).stdout

    def test_pings(self):
        for method in ("--icmp", "--udp", "--tcp"):
            with self.subTest(method):
                said = self.run_far("ping", method, "-c", 2, "-i", "0.2", "10.0.0.1")
                self.assertIn("2 packets transmitted, 2 received, 0% packet loss", said)
                self.assertNotIn("late", said)

    def test_pings_of_many(self):
        said = self.run_far("ping", "10.0.0.1", "10.0.0.2").splitlines()
        self.assertRegex(said[0], r"^10\.0\.0\.1 is alive \((?!1[01])\d{4,}\.")
        self.assertRegex(said[1], r"^10\.0\.0\.2 is alive")
        rows = [json.loads(line) for line in self.run_far("ping", "--json", "10.0.0.1", "10.0.0.2").splitlines()]
        self.assertEqual([row["loss"] for row in rows], [0, 0])
        sums = self.run_far("ping", "-q", "-c", 2, "-i", "0.2", "10.0.0.1", "10.0.0.2")
        self.assertEqual(re.findall(r"xmt/rcv/%loss = (\S+)[,\n]", sums), ["2/2/0%", "2/2/0%"])

    def test_silent_hosts_are_asked_again(self):
        routes = self.directory / "routes"
        routes.write_text("10.0.0.1 10.0.0.1\n10.0.0.2 *\n")
        sim = ("--topology", f"routes:{routes}", "--realism", "ideal", "--rtt", "off")
        command = ("sim", "run", *sim, "--", support.BINARY, "ping", "--json", "-W", support.patiently(0.2))
        rows = [json.loads(line) for line in self.hopwire(*command, "10.0.0.1", "10.0.0.2").stdout.splitlines()]
        self.assertEqual([(row["sent"], row["received"]) for row in rows], [(1, 1), (4, 0)])
        rows = [json.loads(line) for line in self.hopwire(*command, "--retries", 1, "10.0.0.2", "10.0.0.2", status=1).stdout.splitlines()]
        self.assertEqual([row["sent"] for row in rows], [2, 2])

    def test_reports(self):
        for method in METHODS.values():
            with self.subTest(method):
                table = json.loads(self.run_far("trace", "-n", method, "--json", "--report", 3, "--every", "0.5", "10.0.0.1"))
                self.assertTrue(table["reached"])
                who = [[responder["address"] for responder in hop["responders"]] for hop in table["hops"]]
                self.assertEqual(who, [["192.0.2.1"], ["192.0.2.2"], ["10.0.0.1"]])
                self.assertEqual([hop["lost"] for hop in table["hops"]], [0, 0, 0])
                self.assertGreaterEqual(table["hops"][-1]["best_ms"], 1200)


    def test_reports_invent_no_hops(self):
        routes = self.directory / "routes"
        routes.write_text("10.0.0.1 192.0.2.1 * 192.0.2.3 * * * *\n10.0.0.2 * * * *\n")
        sim = ("sim", "run", "--topology", f"routes:{routes}", "--realism", "ideal", "--rtt", "off", "--", support.BINARY)
        report = ("trace", "-n", "--json", "-w", f"{support.patiently(1)},0,10", "--report", 3, "--every", "0.05")
        for target, rows in (("10.0.0.1", ["192.0.2.1", None, "192.0.2.3", None]), ("10.0.0.2", [None])):
            with self.subTest(target):
                status = 0 if rows[0] else 1
                table = json.loads(self.hopwire(*sim, *report, target, status=status).stdout)
                self.assertFalse(table["reached"])
                who = [hop["responders"][0]["address"] if hop["responders"] else None for hop in table["hops"]]
                self.assertEqual(who, rows)
                self.assertEqual([hop["lost"] for hop in table["hops"]], [0 if row else 3 for row in rows])


@support.needs_root
class DeadNeighbourTest(support.HopwireTestCase):
    """The kernel looks for a neighbour for three seconds, then says that the host is unreachable."""

    def setUp(self):
        super().setUp()
        self.host, self.far = self.namespace("host"), self.namespace("far")
        self.host.ip(
            f"link add lan type veth peer name lan netns {self.far.name}",
            "address add 192.0.2.1/24 dev lan", "link set lan up",
        )  # fmt: skip
        self.far.ip("link set lan up")

    def test_it_is_shown_by_default(self):
        starts = [
            (self.start_hopwire(*arguments, namespace=self.host), said)
            for arguments, said in (
                (("trace", "-n", "-q", 1, "192.0.2.71"), r"(?m)^ 1  192\.0\.2\.1  (?!1\d{3}\.)\d{4,}\.\d+ ms !H$"),
                (("trace", "-n", "-I", "-q", 1, "192.0.2.72"), r"(?m)^ 1  192\.0\.2\.1  (?!1\d{3}\.)\d{4,}\.\d+ ms !H$"),
                (("trace", "-n", "--mda", "192.0.2.73"), r"(?m) 192\.0\.2\.1  (?!1\d{3}\.)\d{4,}\.\d+ ms !H"),
                (("ping", "-c", 1, "192.0.2.74"), r"From 192\.0\.2\.1 icmp_seq=1 Destination Host Unreachable"),
                (("ping", "192.0.2.75", "192.0.2.76"), r"192\.0\.2\.76 is unreachable \(Destination Host Unreachable from 192\.0\.2\.1\)"),
                (("trace", "-n", "--report", 1, "192.0.2.77"), r"(?m)^ +1\.\|-- 192\.0\.2\.1 !H +100\.0%"),
            )
        ]
        for process, said in starts:
            with self.subTest(said):
                printed, _ = process.communicate(timeout=support.RUN_SECONDS)
                self.assertRegex(printed, said)


@support.needs_root
class ListsTest(support.HopwireTestCase):
    """A host that cannot be probed does not affect others, and is reported."""

    ROUTES = "10.0.0.1 192.0.2.1 10.0.0.1\n10.0.0.2 192.0.2.1 10.0.0.2\n10.0.0.3 192.0.2.1 * *\n"
    BAD = ("nosuch.invalid", "256.1.1.1")

    def run_in_sim(self, *arguments, status=0):
        routes = self.directory / "routes"
        routes.write_text(self.ROUTES)
        sim = ("--topology", f"routes:{routes}", "--realism", "ideal", "--rtt", "off")
        return self.hopwire("sim", "run", *sim, "--", support.BINARY, *arguments, status=status)

    def targets(self, *names):
        path = self.directory / "targets"
        path.write_text("".join(f"{name}\n" for name in names))
        return ("--targets", path)

    def assert_named(self, done):
        lines = [line for line in done.stderr.splitlines() if line.startswith(("hopwire: ping: ", "hopwire: trace: "))]
        self.assertEqual(len(lines), len(self.BAD), done.stderr)
        for name, line in zip(self.BAD, lines):
            self.assertIn(name, line)

    def test_the_others_are_done(self):
        mixed = (self.BAD[0], "10.0.0.1", self.BAD[1], "10.0.0.2")
        unprobed = [f"{name} was not probed" for name in self.BAD]
        for hosts in (mixed, self.targets(*mixed)):
            with self.subTest(hosts):
                done = self.run_in_sim("ping", *hosts, status=2)
                self.assert_named(done)
                lines = done.stdout.splitlines()
                self.assertEqual(lines[:2], unprobed)
                self.assertEqual([line.split()[0:3] for line in lines[2:]], [[host, "is", "alive"] for host in mixed[1::2]])
                done = self.run_in_sim("trace", "-n", "-q", 1, *hosts, status=2)
                self.assert_named(done)
                self.assertEqual(done.stdout.splitlines()[:2], unprobed)
                self.assertEqual([path.responders[-1] for path in traces.parse(done.stdout)], list(mixed[1::2]))

    def test_json_tells_of_all(self):
        hosts = (self.BAD[0], "10.0.0.1", self.BAD[1])
        for command in (("ping", "--json"), ("trace", "-n", "--json"), ("trace", "-n", "--mda", "--json")):
            with self.subTest(command):
                rows = [json.loads(line) for line in self.run_in_sim(*command, *hosts, status=2).stdout.splitlines()]
                self.assertEqual([row["probed"] for row in rows], [False, False, True])
                self.assertEqual([row["target"] for row in rows], [None, None, "10.0.0.1"])
                self.assertEqual(tuple(row["name"] for row in rows[:2]), self.BAD)
                self.assertIn(self.BAD[0], rows[0]["error"])

    def test_a_list_of_one_is_a_list(self):
        self.assertRegex(self.run_in_sim("ping", *self.targets("10.0.0.1")).stdout, r"\A10\.0\.0\.1 is alive [^\n]*\n\Z")
        self.assertRegex(self.run_in_sim("ping", "10.0.0.1", self.BAD[0], status=2).stdout, r"10\.0\.0\.1 is alive")
        done = self.run_in_sim("ping", *self.targets(self.BAD[0]), status=2)
        self.assertEqual(done.stdout, f"{self.BAD[0]} was not probed\n")
        (row,) = map(json.loads, self.run_in_sim("ping", "--json", self.BAD[0], status=2).stdout.splitlines())
        self.assertFalse(row["probed"])

    def test_a_host_without_a_route_costs_no_other(self):
        namespace = self.namespace()
        done = self.hopwire("ping", "127.0.0.1", "10.0.0.1", namespace=namespace, status=2)
        self.assertIn("no route to 10.0.0.1", done.stderr)
        self.assertIn("127.0.0.1 is alive", done.stdout)

    def interrupt(self, *command):
        """Ends a run with a probe every ten seconds once its first record is there, when the last host was not probed yet."""
        routes = self.directory / "routes"
        routes.write_text(self.ROUTES)
        results = self.directory / "results.csv"
        sim = ("--topology", f"routes:{routes}", "--realism", "ideal", "--rtt", "off")
        options = ("-r", "0.1", "--overwrite", "--output", results, "10.0.0.1", "10.0.0.2", "10.0.0.3")
        process = self.start_hopwire("sim", "run", *sim, "--", support.BINARY, *command, *options)
        support.wait_until(lambda: results.exists() and results.read_text().count("\n") >= 2, "a record")
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=support.RUN_SECONDS)
        self.assertEqual(process.returncode, 128 + signal.SIGINT)
        results.unlink()
        return printed

    def test_who_was_not_come_to_is_told(self):
        self.assertIn("10.0.0.3 was not probed\n", self.interrupt("ping"))
        self.assertIn("10.0.0.3 was not probed\n", self.interrupt("trace", "-n"))
        last = json.loads(self.interrupt("ping", "--json").splitlines()[-1])
        self.assertEqual((last["probed"], last["sent"], last["loss"]), (False, 0, None))
        last = json.loads(self.interrupt("trace", "-n", "--json").splitlines()[-1])
        self.assertEqual((last["probed"], last["hops"]), (False, []))
