# SPDX-License-Identifier: GPL-2.0-or-later
"""Other views of traces: multipath graphs, live tables, changes of many paths, metrics."""

import concurrent.futures
import json
import re
import signal
import termios
import urllib.request

import network
import support
import terminal

IDEAL = ("--realism", "ideal", "--rtt", "off")
HOST = "16.0.0.7"

# Two routers, six ways in between, one of them longer.
EDGES = "192.0.2.1 10.0.0.1\n" + "".join(
    f"10.0.0.1 10.0.1.{i}\n10.0.1.{i} {'10.0.2.1' if i < 6 else '10.0.3.1'}\n" for i in range(1, 7)
) + "10.0.3.1 10.0.2.1\n10.0.2.1 44.1.1.6\n"


@support.needs_root
class TraceViewsTest(support.HopwireTestCase):
    def trace(self, *arguments, sim=IDEAL, status=0):
        return self.hopwire("sim", "run", *sim, "--", support.BINARY, "trace", "-n", *arguments, status=status).stdout

    def test_multipath_graph(self):
        edges, dot = self.directory / "ways.edges", self.directory / "ways.dot"
        edges.write_text(EDGES)
        sim = (*IDEAL, "--topology", f"edges:{edges}")
        ways = json.loads(self.trace("--mda=99.9", "--json", "--key", support.KEY, "--dot", dot, "44.1.1.6", sim=sim))
        self.assertTrue(ways["reached"] and ways["complete"])
        self.assertEqual([hop["width"] for hop in ways["hops"]], [1, 6, 2, 2, 1])
        found = {vertex["address"] for hop in ways["hops"] for vertex in hop["vertices"]}
        self.assertEqual(found, set(EDGES.split()) - {"192.0.2.1"})
        graph = dot.read_text()
        self.assertEqual(graph.count("->"), 1 + 6 + 6 + 3)
        self.assertTrue(graph.startswith('digraph "44.1.1.6" {') and graph.rstrip().endswith("}"))
        records = ("--output", self.directory / "records.csv", "--fields", "round")
        text = self.trace("--mda=99.9", "--key", support.KEY, *records, "44.1.1.6", sim=sim)
        self.assertRegex(text, r"44\.1\.1\.6 reached, 5 hops, widest 6")
        self.assertEqual(set(records[1].read_text().split()), {"round", "0"}, "however often a flow is asked again")

    def test_links_of_a_multipath_graph_as_graphviz_reads_them(self):
        edges, dot = self.directory / "ways.edges", self.directory / "ways.dot"
        edges.write_text(EDGES)
        text = self.trace("--mda=99.9", "--key", support.KEY, "--dot", dot, "44.1.1.6", sim=(*IDEAL, "--topology", f"edges:{edges}"))
        links = {tuple(line.split()) for line in EDGES.splitlines()} - {("192.0.2.1", "10.0.0.1")}
        graph = json.loads(network.call("dot", "-Tjson0", dot))
        address = lambda number: next(o["name"] for o in graph["objects"] if o["_gvid"] == number).split("/")[-1]
        drawn = {(address(edge["tail"]), address(edge["head"])) for edge in graph["edges"]}
        self.assertEqual(drawn, links | {("source", "10.0.0.1")})
        printed = set()
        for start, ends in re.findall(r"(?m)^[ \d]+ {2}(\S+)  [\d.]+ ms -> (.*)$", text.replace("all 6", " ".join(f"10.0.1.{i}" for i in range(1, 7)))):
            printed.update((start, end) for end in ends.split())
        self.assertEqual(printed, links, text)

    def test_answers_that_come_after_the_wait_are_no_losses(self):
        routes = self.directory / "slow.routes"
        paths = {HOST: [f"44.1.0.{i}" for i in range(1, 8)] + [HOST], "2600::7": ["3fff::1", "3fff::2", "2600::7"]}
        routes.write_text("".join(f"{host} {' '.join(hop + '@5200' for hop in hops)}\n" for host, hops in paths.items()))
        sim = ("--realism", "ideal", "--rtt", "internet", "--topology", f"routes:{routes}")
        cases = [(host, protocol) for host in paths for protocol in ("-U", "-I", "-T")]

        def report(case):
            host, protocol = case
            return json.loads(self.trace("--report", 2, "--json", protocol, host, sim=sim))["hops"]

        with concurrent.futures.ThreadPoolExecutor(len(cases)) as pool:
            for case, hops in zip(cases, pool.map(report, cases)):
                with self.subTest(case):
                    self.assertEqual([[r["address"] for r in hop["responders"]] for hop in hops], [[h] for h in paths[case[0]]])
                    self.assertEqual({hop["lost"] for hop in hops}, {0})
                    self.assertTrue(all(hop["best_ms"] > 5000 for hop in hops))

    def test_report(self):
        records = self.directory / "report.csv"
        text = self.trace("--report", 3, "--every", "0.05", "--output", records, "--fields", "round", HOST)
        self.assertEqual(set(records.read_text().split()), {"round", "0", "1", "2"})
        rows = re.findall(r"^ *(\d+)\.\|-- (\S+) +0\.0% +3 ", text, re.MULTILINE)
        table = json.loads(self.trace("--report", 3, "--every", "0.05", "--json", HOST))
        self.assertTrue(table["reached"])
        self.assertEqual((table["target"], table["name"]), (HOST, HOST))
        self.assertEqual(table["rounds"], 3)
        self.assertEqual(
            rows, [(str(hop["ttl"]), hop["responders"][0]["address"]) for hop in table["hops"]], text
        )
        self.assertEqual(rows[-1][1], HOST)
        self.assertTrue(all(hop["sent"] == 3 and hop["lost"] == 0 for hop in table["hops"]))

    def test_labels_in_a_report(self):
        sim = ("--realism", "ideal", "--rtt", "off", "--mpls", "100")
        text = self.trace("--report", 2, "--every", "0.05", HOST, sim=sim)
        table = json.loads(self.trace("--report", 2, "--every", "0.05", "--json", HOST, sim=sim))
        labels = [label for hop in table["hops"] for responder in hop["responders"] for label in responder["mpls"]]
        self.assertGreater(len(labels), 0)
        shown = [":".join(entry) for entry in re.findall(r"L=(\d+),E=(\d+),S=(\d+),T=(\d+)", text)]
        self.assertEqual(shown, labels)

    def watch(self, *arguments, rows=24, namespace=None):
        """Starts a trace with --watch on a terminal; returns both."""
        screen = terminal.Terminal(self, rows)
        arguments = ("trace", "-n", "--watch", *arguments)
        return self.start_hopwire(*arguments, namespace=namespace, stdin=screen.follower, stdout=screen.follower), screen

    def watch_host(self):
        """A watch of this host that has got an answer: without one it would end with status 1."""
        process, screen = self.watch("--every", "0.05", "127.0.0.1")
        screen.read_until(terminal.TAKEN)
        screen.picture("Loss%", " 1.|-- 127.0.0.1")
        return process, screen

    def test_watching_on_a_terminal(self):
        process, screen = self.watch_host()
        screen.type(b"q")
        screen.read_until(terminal.GIVEN_BACK)
        self.assertEqual(process.wait(support.WAIT_SECONDS), 0)
        self.assertTrue(screen.is_restored())

    def test_a_signal_gives_the_terminal_back(self):
        process, screen = self.watch_host()
        self.assertFalse(termios.tcgetattr(screen.follower)[3] & termios.ICANON)
        process.send_signal(signal.SIGTERM)
        screen.read_until(terminal.GIVEN_BACK)
        self.assertEqual(process.wait(support.WAIT_SECONDS), 128 + signal.SIGTERM)
        self.assertTrue(screen.is_restored())

    def test_a_pause_is_shown_until_it_ends(self):
        process, screen = self.watch_host()
        screen.read_until(b"Loss%")
        screen.type(b"p")
        screen.read_until(b"paused")
        screen.type(b"q")
        screen.read_until(terminal.GIVEN_BACK)
        self.assertEqual(process.wait(support.WAIT_SECONDS), 0)

    def resize(self, process, screen, rows, columns=80):
        screen.resize(rows, columns)
        process.send_signal(signal.SIGWINCH)  # as the kernel does to who has the terminal

    def test_more_hops_than_rows(self):
        chain = self.router_chain(9)
        process, screen = self.watch("--every", "0.1", chain.target, rows=10, namespace=chain.host)
        lines = screen.picture("... 5 more below")
        self.assertEqual(len(lines), 10)
        self.assertIn("Loss%", lines[3])
        self.assertEqual([int(line.split(".|--")[0]) for line in lines if ".|--" in line], [1, 2, 3, 4, 5])
        for keys, wanted in (
            (b"j", "... 1 more above, 4 more below"),
            (b"\x1b[B\x1bOB", "... 3 more above, 2 more below"),
            (b"k", "... 2 more above, 3 more below"),
            (b"\x1b[6~", "... 5 more above"),
            (b"\x1b[5~", "... 5 more below"),
            (b"G", "... 5 more above"),
        ):
            with self.subTest(keys=keys):
                screen.type(keys)
                lines = screen.picture(wanted)
                self.assertEqual(len(lines), 10)
        self.assertIn(f"10.|-- {chain.target}", lines[8])
        # The end stays in sight; with room for all nothing is told.
        self.resize(process, screen, 12)
        self.assertEqual(len(screen.picture("... 3 more above", chain.target)), 12)
        self.resize(process, screen, 30)
        lines = screen.picture(" 1.|-- ", "10.|-- ")
        self.assertNotIn("...", "".join(lines))
        self.resize(process, screen, 4, 40)
        lines = screen.picture("... 8 more below")
        self.assertEqual(len(lines), 4)
        self.assertLessEqual(max(map(len, lines)), 40)
        screen.type(b"q")
        screen.read_until(terminal.GIVEN_BACK)
        self.assertEqual(process.wait(support.WAIT_SECONDS), 0)

    def test_watching_needs_a_terminal(self):
        said = self.hopwire("trace", "--watch", "127.0.0.1", status=2).stderr
        self.assertIn("--report", said)

    def test_changes_and_metrics(self):
        chain = network.RouterChain(2)
        self.addCleanup(chain.remove)
        metrics = self.directory / "metrics.prom"
        process = self.start_hopwire(
            "trace", "-n", "--every", "0.1", "-w", "5,0,0", "--prometheus", metrics, "--prometheus-listen", "0", chain.target,
            namespace=chain.host,
        )
        first = json.loads(process.stdout.readline())
        self.assertEqual(first["path"], [*chain.hops, chain.target])
        self.assertIsNone(first["previous"])
        # Another router in the place of the second, as far as addresses tell.
        chain.routers[1].ip(
            "address add 44.0.1.99/32 dev near", "route replace 44.0.0.0/16 via 44.0.1.1 src 44.0.1.99"
        )
        changed = json.loads(process.stdout.readline())
        self.assertEqual(changed["previous"], first["path"])
        self.assertEqual(changed["path"][1], "44.0.1.99")
        self.assertEqual(changed["changed_ttl"], 2)

        def counted():
            text = metrics.read_text()
            return re.search(r'^hopwire_trace_path_changes_total\{.*target="44\.1\.0\.1".*\} 1$', text, re.MULTILINE)

        support.wait_until(counted, f"a change in {metrics}")
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=support.RUN_SECONDS)
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)

    def test_metrics_by_http(self):
        process = self.start_hopwire("trace", "-n", "--every", "0.1", "--prometheus-listen", "0", "127.0.0.1")
        self.wait_for_line(process, "metrics at port")
        port = re.search(r"metrics at port (\d+)", process.said.read_text()).group(1)
        process.stdout.readline()

        def fetched():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
                return b'hopwire_trace_rounds_total{target="127.0.0.1"' in answer.read()

        support.wait_until(fetched, "metrics of the target")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=support.RUN_SECONDS)
        self.assertEqual(process.returncode, 128 + signal.SIGINT)

    def test_path_mtu(self):
        chain = network.RouterChain(2)
        self.addCleanup(chain.remove)
        for namespace, device in ((chain.routers[0], "far"), (chain.routers[1], "near")):
            namespace.ip(f"link set {device} mtu 1400")
        for namespace, device in ((chain.routers[1], "far"), (chain.target_namespace, "near")):
            namespace.ip(f"link set {device} mtu 1300")
        arguments = ("trace", "-n", "-q", "1", "--mtu", chain.target)
        text = self.hopwire(*arguments, namespace=chain.host).stdout
        self.assertEqual(re.findall(r"F=(\d+)", text), ["1500", "1400", "1300"])
        path = json.loads(self.hopwire(*arguments, "--json", namespace=chain.host).stdout)
        self.assertEqual((path["size"], path["path_mtu"], path["reached"]), (1500, 1300, True))

    def test_origins(self):
        origins = self.directory / "origins"
        origins.write_text("240.0.0.0/4 64500\n16.0.0.0\t8\t64501\n")
        lines = self.trace("-q", 1, "--asn", origins, HOST).splitlines()
        self.assertTrue(all("[AS64500]" in line for line in lines[1:-1]), lines)
        self.assertIn(f"{HOST} [AS64501]", lines[-1])
        origins.write_text("240.0.0.0/4 64500\nnonsense\n")
        self.assertIn(f"{origins}: line 2: 'nonsense'", self.hopwire("trace", "--asn", origins, "127.0.0.1", status=2).stderr)

    def test_unusable(self):
        cases = (
            (("--mda=200",), "--mda"),
            (("--dot", "x"), "--mda"),
            (("--mda", "--dot", "x", "--output", "-"), "--output -"),
            (("--mda", "--dot", "/nosuch/x"), "/nosuch/x"),
            (("--mtu", "--report", 1), "--mtu"),
            (("--report", 1, "--output", "-"), "--output -"),
            (("--every", 1, "--prometheus", "/nosuch/x"), "/nosuch/x"),
            (("--asn", "/nosuch"), "/nosuch"),
            (("--mda", "--flows", 2), "--flows"),
            (("--report", 1, "--flows", 2), "--report"),
            (("--prometheus", "x"), "--every"),
            (("--every", 1, "--prometheus-listen", "nowhere"), "--prometheus-listen"),
            (("--mtu", "--size", 100), "--size"),
            (("--classic", "--every", 1), "--classic"),
        )
        for arguments, named in cases:
            with self.subTest(arguments=arguments):
                said = self.hopwire("trace", *arguments, "127.0.0.1", status=2).stderr.strip()
                self.assertEqual(len(said.splitlines()), 1, said)
                self.assertIn(named, said)
