# SPDX-License-Identifier: GPL-2.0-or-later
"""Traces in the simulated Internet: what they find is what `sim truth` prints."""

import concurrent.futures
import json
import re
import signal
import subprocess

import support
import traces

IDEAL = ("--realism", "ideal")
# Where the truth of a survey's UDP probes is that of all: flows go one way, and errors come from who was asked.
INTERNET = ("--realism", "internet", "--balancers", "0", "--aliases", "0", "--firewalls", "0", "--rate-limits", "off", "--rtt", "off")
METHODS = ((), ("-U",), ("-I",), ("-T",), ("-T", "-p", "81"), ("-p", "53"))

# What may be said beside the results.
SUMMARY = r"\A(hopwire: \d+ paths: \d+ interfaces, \d+ links\n)?\Z"

# Three ways of one length between two routers, then two of different length.
EDGES = """
192.0.2.1 10.0.0.1
10.0.0.1 10.0.1.1
10.0.0.1 10.0.1.2
10.0.0.1 10.0.1.3
10.0.1.1 10.0.2.1
10.0.1.2 10.0.2.1
10.0.1.3 10.0.2.1
10.0.2.1 10.0.3.1
10.0.2.1 10.0.4.1
10.0.3.1 10.0.4.1
10.0.4.1 44.1.1.6
"""
LINKS = {tuple(line.split()) for line in EDGES.split("\n") if line}


def patient():
    """Replies come within microseconds: a wait derived from that would end whenever the process is not scheduled at once."""
    return "-w", f"{support.patiently(1)},0,0"


def true_hops(route):
    return [hop["address"] if hop and hop["visible"] else None for hop in route["hops"]]


@support.needs_root
class TraceTestCase(support.HopwireTestCase):
    def run_trace(self, *arguments, sim=IDEAL, status=0, **options):
        command = (support.BINARY, "trace", "-n", *arguments)
        return self.hopwire("sim", "run", *sim, "--", *command, status=status, **options)

    def trace(self, *arguments, **options):
        """Returns the paths that a trace prints."""
        return traces.parse(self.run_trace(*arguments, **options).stdout)

    def routes(self, *targets, sim=IDEAL):
        lines = self.hopwire("sim", "truth", *sim, *targets).stdout.splitlines()
        return [record for record in map(json.loads, lines) if record["kind"] == "route"]

    def write(self, name, text):
        path = self.directory / name
        path.write_text(text)
        return path

    def assert_path_is(self, path, route, visible=True):
        """The trace ended where the route ends, or at a gap of silent hops."""
        true = true_hops(route) if visible else [hop and hop["address"] for hop in route["hops"]]
        self.assertEqual(path.target, route["target"])
        found = path.responders
        self.assertEqual(found[: len(true)], true[: len(found)], path)
        if len(found) < min(len(true), path.max_ttl):
            self.assertEqual(true[len(found) - 5 : len(found)], [None] * 5, path)
        if true[-1]:
            self.assertLessEqual(len(found), len(true), path)


class TracerouteArgumentsTest(TraceTestCase):
    """The arguments of traceroute(8), and how they are distinguished from hosts."""

    HOSTS = ("16.0.0.7", "16.0.1.1")
    LENGTHS = (28, 29, 30, 31, 33, 500)

    def lengths(self, *arguments):
        said = self.run_trace(*arguments).stdout
        return [int(size) for size in re.findall(r"(?m), (\d+) byte packets$", said)]

    def test_the_length_of_packets(self):
        one, two = self.HOSTS
        self.assertEqual(self.lengths(one), [60])
        self.assertEqual(self.lengths(one, 100), [100])
        self.assertEqual(self.lengths("-I", one, 1400), [1400])
        self.assertEqual(self.lengths(one, two, 100), [100, 100])
        # As much as a probe has at least.
        for protocol, least in (("-U", 28), ("-I", 28), ("-T", 44)):
            for length in (0, 20, 28):
                self.assertEqual(self.lengths(protocol, one, length), [least])
        self.assertEqual(self.lengths("--targets", self.write("hosts", f"{one}\n{two}\n"), 100), [100, 100])

    def test_what_is_found_does_not_depend_on_the_length(self):
        for protocol in ("-U", "-I", "-T"):
            (usual,) = self.trace(protocol, *patient(), self.HOSTS[0], sim=INTERNET)
            # They wait for silent hops most of the time.
            with concurrent.futures.ThreadPoolExecutor(3) as executor:
                trace = lambda length: self.trace(protocol, *patient(), self.HOSTS[0], length, sim=INTERNET)
                paths = executor.map(trace, self.LENGTHS)
            for length, (found,) in zip(self.LENGTHS, paths):
                with self.subTest(protocol=protocol, length=length):
                    self.assertEqual(found.responders, usual.responders)

    def test_unusable_arguments(self):
        for arguments, named in (
            (("16.0.0.7", 70000), "70000"),
            (("--size", 80, "16.0.0.7", 100), "--size"),
            (("--mtu", "16.0.0.7", 100), "--mtu"),
            (("-A", "16.0.0.7"), "--asn FILE"),
        ):
            with self.subTest(arguments=arguments):
                said = self.run_trace(*arguments, status=2).stderr
                self.assertEqual(len(said.splitlines()), 1, said)
                self.assertIn(named, said)

    def test_letters_of_traceroute(self):
        origins = self.write("asn", "240.0.0.0/4 64500\n16.0.0.0/8 64501\n")
        said = self.run_trace("-A", "-e", "--asn", origins, self.HOSTS[0]).stdout
        self.assertRegex(said, r"(?m)^ 1  240\.[\d.]+ \[AS64500\] ")


@support.lasting
@support.time_limit(240)
class KindsOfWorlds(TraceTestCase):
    def test_the_ideal_internet_by_all_methods(self):
        (route,) = self.routes("8.8.8.8")
        for method in METHODS:
            for window in ("1", "16", "255"):
                with self.subTest((method, window)):
                    (path,) = self.trace(*method, *patient(), "-N", window, "8.8.8.8")
                    self.assertEqual(path.responders, true_hops(route))
                    for ttl, answers in path.hops.items():
                        self.assertEqual(len(answers), 3, path)
                        self.assertEqual({answer.responder for answer in answers if answer}, {path.responders[ttl - 1]})

    def test_the_realistic_internet_by_all_methods(self):
        routes = {route["target"]: route for route in self.routes("20.0.0.0/18", sim=INTERNET)}
        for method in METHODS:
            with self.subTest(method):
                options = ("-q", "1", "-r", "max", *patient())
                paths = self.trace(*method, *options, *routes, sim=INTERNET)
                self.assertEqual([path.target for path in paths], list(routes))
                for path in paths:
                    self.assert_path_is(path, routes[path.target])

    def test_everything_at_once_that_the_internet_does(self):
        """There is no truth to compare with, but the trace must end, and every line must have the right form."""
        targets = [route["target"] for route in self.routes("20.0.0.0/18")]
        done = self.run_trace("-w", "1", *targets, sim=("--loss-out", "2", "--duplicate-back", "20", "--corrupt-back", "2"))
        paths = traces.parse(done.stdout)
        self.assertEqual([path.target for path in paths], targets)
        for path in paths:
            self.assertEqual(list(path.hops), list(range(1, len(path.hops) + 1)))

    def test_routes_from_a_file(self):
        file = self.write("routes", "10.0.0.1 192.0.2.1@1.5 * 192.0.2.3 10.0.0.1@30\n10.0.0.2 192.0.2.1 192.0.2.9\n")
        sim = ("--topology", f"routes:{file}", "--realism", "ideal", "--rtt", "internet")
        reached, silent = self.trace("-w", "1", "10.0.0.1", "10.0.0.2", sim=sim)
        self.assertEqual(reached.responders, ["192.0.2.1", None, "192.0.2.3", "10.0.0.1"])
        self.assertEqual(silent.responders, ["192.0.2.1", "192.0.2.9", None, None, None, None, None])
        for answer in reached.hops[4]:
            self.assertGreaterEqual(answer.ms, 30)

    def test_edges_from_a_file(self):
        sim = ("--topology", f"edges:{self.write('edges', EDGES)}", "--realism", "ideal")
        paths = self.trace("--flows", "32", *patient(), "44.1.1.6", sim=sim)
        self.assertEqual([path.flow for path in paths], list(range(32)))
        seen = set()
        for path in paths:
            for hop in path.hops.values():
                self.assertEqual(len({answer.responder for answer in hop}), 1, "a flow goes one way")
            hops = ["192.0.2.1", *path.responders]
            self.assertEqual(hops[-1], "44.1.1.6")
            seen.update(zip(hops, hops[1:]))
        self.assertEqual(seen, LINKS)

    def test_a_changing_port_is_balanced_where_a_flow_is_not(self):
        sim = ("--topology", f"edges:{self.write('edges', EDGES)}", "--realism", "ideal")
        second = lambda *options: {answer.responder for answer in self.trace(*options, sim=sim)[0].hops[2]}
        options = ("-q", "10", "-m", "2", *patient(), "44.1.1.6")
        self.assertEqual(len(second(*options)), 1)
        self.assertGreater(len(second("--classic", *options)), 1)

    def test_linux_routers(self):
        target = "198.19.3.4"
        for topology in ("linux:4", "linux:diamond"):
            with self.subTest(topology):
                sim = ("--topology", topology)
                options = ("--allow-special", "--flows", "16", target)
                records = map(json.loads, self.hopwire("sim", "truth", *sim, *options).stdout.splitlines())
                links = {(record["from"], record["to"]) for record in records if record["kind"] == "link"}
                seen = set()
                for path in self.trace("--flows", "16", *patient(), target, sim=sim):
                    self.assertEqual(path.responders[-1], target)
                    seen.update(zip(path.responders, path.responders[1:]))
                self.assertEqual(seen, links)


class Notes(TraceTestCase):
    def test_labels_are_those_that_traceroute_shows(self):
        sim = (*IDEAL, "--mpls", "100")
        for target in ("8.8.8.8", "20.0.3.1", "20.5.3.1"):
            (path,) = self.trace("-q", "1", *patient(), target, sim=sim)
            theirs = self.hopwire(
                "sim", "run", *sim, "--", "traceroute", "-n", "-e", "-q", "1", "-w", "1,0,0", target
            ).stdout
            labels = [re.findall("<MPLS[^>]*>", line) for line in theirs.splitlines()[1:]]
            self.assertEqual([[note for note in notes if "MPLS" in note] for notes in path.notes], labels, theirs)

    def test_a_rewritten_destination_is_told_from_where_it_is_one(self):
        sim = (*IDEAL, "--middleboxes", "100")
        targets = ("8.8.8.8", "20.0.3.1", "20.5.3.1", "9.9.9.9")
        routes = {route["target"]: route for route in self.routes(*targets, sim=sim)}
        for method in ((), ("-I",), ("-T",)):
            shown = 0
            for path in self.trace(*method, "-q", "1", *patient(), *targets, sim=sim):
                with self.subTest((method, path.target)):
                    # A survey, which keeps no table, would not know what such hops answered to.
                    self.assert_path_is(path, routes[path.target], visible=False)
                    nat = [any(note.startswith("[nat ") for note in notes) for notes in path.notes]
                    shown += any(nat)
                    # Once rewritten it stays so: until the target, which answers as if nothing had been.
                    first = nat.index(True) if True in nat else len(nat)
                    self.assertTrue(all(nat[first:-1]), path)
            self.assertGreater(shown, 0, method)


class Outputs(TraceTestCase):
    answer_keys = {
        *("responder", "rtt_ms", "reply_ttl", "quoted_ttl", "quoted_tos", "quoted_target", "icmp_type", "icmp_code", "mpls"),
        *("interface_info", "extensions", "flags"),
    }

    def test_json_is_a_path_a_line(self):
        (route,) = self.routes("8.8.8.8")
        done = self.run_trace("--json", "--flows", "2", *patient(), "8.8.8.8", "9.9.9.9")
        paths = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual([(path["target"], path["flow"]) for path in paths], [("8.8.8.8", 0), ("8.8.8.8", 1), ("9.9.9.9", 0), ("9.9.9.9", 1)])
        for path in paths:
            self.assertEqual((path["reached"], path["complete"], path["protocol"]), (True, True, "udp"))
            self.assertEqual((path["port"], path["size"], path["first_ttl"], path["max_ttl"]), (33434, 60, 1, 30))
            for hop in path["hops"]:
                self.assertEqual(len(hop), 3)
                for answer in hop:
                    self.assertEqual(set(answer), self.answer_keys)
        self.assertEqual([hop[0]["responder"] for hop in paths[0]["hops"]], true_hops(route))

    def test_records_are_those_of_a_survey(self):
        (route,) = self.routes("8.8.8.8")
        true = true_hops(route)
        for name in ("results.csv", "results.jsonl"):
            for method, last in (((), (3, 3, ())), (("-I",), (0, 0, ())), (("-T",), (0, 0, ("syn_ack",)))):
                with self.subTest((name, method)):
                    results = self.directory / name
                    self.run_trace(*method, *patient(), "-N", "1", "--overwrite", "--output", results, "8.8.8.8")
                    records = support.read_records(results)
                    self.assertEqual(len(records), 3 * len(true))
                    for record in records:
                        reached = record.probe_ttl == len(true)
                        self.assertEqual(record.responder, true[record.probe_ttl - 1])
                        self.assertEqual((record.target, record.flow, record.mpls), ("8.8.8.8", 0, ()))
                        expected = last if reached else (11, 0, ())
                        self.assertEqual((record.icmp_type, record.icmp_code, record.marks), expected)

    def test_records_on_stdout_stand_alone(self):
        done = self.run_trace(*patient(), "--output", "-", "8.8.8.8")
        self.assertGreater(len(support.parse_csv(done.stdout)), 30)

    def test_targets_from_a_file_and_stdin(self):
        text = "# hosts\n8.8.8.8\n\n  9.9.9.9  # another\r\n\t1.1.1.1"
        file = self.write("targets", text)
        for arguments, options in ((("--targets", file), {}), (("--targets", "-"), {"input": text})):
            paths = self.trace("-q", "1", "-m", "2", "20.0.0.1", *arguments, **options)
            self.assertEqual([path.name for path in paths], ["20.0.0.1", "8.8.8.8", "9.9.9.9", "1.1.1.1"])

    def test_hops_and_queries_are_as_asked(self):
        (route,) = self.routes("8.8.8.8")
        true = true_hops(route)
        table = (
            (("-f", "3", "-m", "6"), range(3, 7), 3),
            (("-q", "1", "-m", "1"), range(1, 2), 1),
            (("-q", "10", "-m", "2"), range(1, 3), 10),
            (("-f", len(true), "-q", "2"), range(len(true), len(true) + 1), 2),
            (("-m", "64", "--gap-limit", "0"), range(1, len(true) + 1), 3),
        )
        for options, ttls, queries in table:
            with self.subTest(options):
                (path,) = self.trace(*options, *patient(), "8.8.8.8")
                self.assertEqual(list(path.hops), list(ttls))
                for ttl in ttls:
                    self.assertEqual([answer.responder for answer in path.hops[ttl]], [true[ttl - 1]] * queries)

    def test_more_probes_than_numbers_are_warned_of(self):
        targets = self.write("targets", "".join(f"20.{i // 250}.{i % 250}.1\n" for i in range(4200)))
        limits = ("-q", "10", "-m", "2", "--targets", targets)
        for options, warned in ((("-r", "max", "-w", "3"), True), (("-r", "max", "-w", "3", "-N", "15"), False)):
            done = self.run_trace(*limits, *options)
            self.assertEqual("than the 65535 that can be distinguished" in done.stderr, warned, done.stderr)
            self.assertEqual(len(traces.parse(done.stdout)), 4200)

    def test_silence_ends_at_the_gap(self):
        sim = ("--topology", f"routes:{self.write('routes', '8.8.8.8 * *')}", *IDEAL)
        for options, length in (((), 5), (("--gap-limit", "2"), 2), (("--gap-limit", "0", "-m", "7"), 7)):
            with self.subTest(options):
                done = self.run_trace("-q", "1", "-w", "0.1", *options, "8.8.8.8", sim=sim, status=1)
                (path,) = traces.parse(done.stdout)
                self.assertEqual(path.responders, [None] * length)
                self.assertEqual(done.stderr, "")

    def test_names_that_do_not_resolve_are_addresses(self):
        done = self.hopwire("sim", "run", *IDEAL, "--", support.BINARY, "trace", "-m", "2", "-q", "1", "8.8.8.8")
        for line in done.stdout.splitlines()[1:]:
            self.assertRegex(line, r"\A \d  ([\d.]+) \(\1\)  [\d.]+ ms\Z")

    def test_a_slow_rate_loses_nothing(self):
        """A probe waits longer for the pacer than for its answer."""
        wait = support.patiently(0.3)
        (path,) = self.trace("-q", "1", "-m", "3", "-r", 0.6 / float(wait), "-w", f"{wait},0,0", "8.8.8.8")
        self.assertNotIn(None, path.responders)


class Ends(TraceTestCase):
    def start_stuck(self, *arguments):
        """Starts a trace that has printed its first hops and waits for a silent one."""
        file = self.write("routes", "10.0.0.1 192.0.2.1 192.0.2.2 * * * * * * 10.0.0.1\n10.0.0.2 192.0.2.1 10.0.0.2\n")
        sim = ("--topology", f"routes:{file}", *IDEAL)
        results = self.directory / "results.csv"
        results.unlink(missing_ok=True)
        trace = (support.BINARY, "trace", "-n", "-q", "1", "-w", "60,0,0", "-N", "1", "--output", results, *arguments)
        process = self.start_hopwire("sim", "run", *sim, "--", *trace, "10.0.0.1", "10.0.0.2")
        # Both paths have come as far as they can: written to the file when the writer has nothing else to do.
        support.wait_until(lambda: results.exists() and results.read_text().count("\n") >= 5, "four records")
        return process, results

    def test_what_is_known_is_printed_when_interrupted(self):
        for name in ("INT", "TERM", "HUP"):
            with self.subTest(name):
                process, results = self.start_stuck()
                number = signal.Signals[f"SIG{name}"]
                process.send_signal(number)
                printed, _ = process.communicate(timeout=support.RUN_SECONDS)
                self.assertEqual(process.returncode, 128 + number)
                first, second = traces.parse(printed)
                self.assertEqual(first.responders, ["192.0.2.1", "192.0.2.2", None])
                self.assertEqual(second.responders, ["192.0.2.1", "10.0.0.2"])
                self.assertEqual(len(support.read_csv(results)), 4)
                self.assertRegex(process.said.read_text(), SUMMARY)

    def test_json_is_whole_when_interrupted(self):
        process, _ = self.start_stuck("--json")
        process.send_signal(signal.SIGINT)
        printed, _ = process.communicate(timeout=support.RUN_SECONDS)
        self.assertEqual(process.returncode, 130)
        first, second = map(json.loads, printed.splitlines())
        self.assertEqual((first["complete"], first["reached"]), (False, False))
        self.assertEqual([hop[0] and hop[0]["responder"] for hop in first["hops"]], ["192.0.2.1", "192.0.2.2", None])
        self.assertEqual((second["complete"], second["reached"]), (True, True))

    def run_shell(self, script):
        command = ("sim", "run", *IDEAL, "--", "bash", "-c", script)
        return self.hopwire(*command, status=None)

    def test_nobody_reads_on(self):
        for options in ("", "--json"):
            with self.subTest(options):
                script = f"{support.BINARY} trace -n {options} -z 0.05 -N 1 8.8.8.8 9.9.9.9 | true; echo ${{PIPESTATUS[0]}}"
                done = self.run_shell(script)
                self.assertEqual(done.stdout, f"{128 + signal.SIGPIPE}\n")
                self.assertRegex(done.stderr, SUMMARY)

    def test_a_full_disk_is_told(self):
        for options in ("", "--json"):
            with self.subTest(options):
                done = self.run_shell(f"{support.BINARY} trace -n {options} 8.8.8.8 >/dev/full; echo $? >&2")
                self.assertRegex(done.stderr, r"\Ahopwire: trace: cannot write to stdout: No space left on device\n1\n\Z")

    def test_bad_input_is_one_line_and_status_2(self):
        table = {
            (): "no host",
            ("-6", "8.8.8.8"): "-6|IPv6",
            ("-4", "-6", "8.8.8.8"): "-4 and -6",
            ("-I", "-T", "8.8.8.8"): "exclude each other",
            ("-I", "-p", "5", "8.8.8.8"): "icmp",
            ("-I", "--classic", "8.8.8.8"): "--classic",
            ("--classic", "--flows", "2", "8.8.8.8"): "--classic",
            ("--classic", "-p", "65500", "8.8.8.8"): "65535",
            ("-p", "65535", "--flows", "2", "8.8.8.8"): "65535",
            ("-p", "0", "8.8.8.8"): "--port",
            ("-p", "65536", "8.8.8.8"): "--port",
            ("-f", "0", "8.8.8.8"): "--first",
            ("-f", "31", "8.8.8.8"): "--first 31 is above --max-hops 30",
            ("-m", "65", "8.8.8.8"): "--max-hops",
            ("-q", "0", "8.8.8.8"): "--queries",
            ("-q", "11", "8.8.8.8"): "--queries",
            ("-N", "0", "8.8.8.8"): "--sim-queries",
            ("-N", "256", "8.8.8.8"): "--sim-queries",
            ("-w", "0", "8.8.8.8"): "--wait",
            ("-w", "nan", "8.8.8.8"): "--wait",
            ("-w", "3,nan", "8.8.8.8"): "--wait",
            ("-w", "3,-1", "8.8.8.8"): "--wait",
            ("-w", "3,1,2,3", "8.8.8.8"): "--wait",
            ("-w", "inf", "8.8.8.8"): "--wait",
            ("-z", "x", "8.8.8.8"): "--sendwait",
            ("--size", "27", "8.8.8.8"): "--size.*28",
            ("-I", "--size", "27", "8.8.8.8"): "--size.*28",
            ("-T", "--size", "43", "8.8.8.8"): "--size.*44",
            ("--size", "65536", "8.8.8.8"): "--size",
            ("-t", "256", "8.8.8.8"): "--tos",
            ("-s", "nowhere", "8.8.8.8"): "--source-ip",
            ("-i", "nowhere0", "8.8.8.8"): "nowhere0",
            ("-r", "0", "8.8.8.8"): "--rate",
            ("--format", "csv", "8.8.8.8"): "--format",
            ("--output", "x.txt", "8.8.8.8"): "format",
            ("--output", "/nonexistent/x.csv", "8.8.8.8"): "/nonexistent/x.csv",
            ("--json", "--output", "-", "8.8.8.8"): "--json",
            ("--targets", "/nonexistent"): "/nonexistent",
            ("--targets", "/"): "directory",
            ("--bogus", "8.8.8.8"): "bogus",
            ("256.256.256.256",): "256.256.256.256",
            ("x" * 254,): "254",
            ("",): "",
            ("no.such.host.example.org",): "no.such.host.example.org",
            ("fe80::1",): "on many links|IPv6",
        }
        for arguments, said in table.items():
            with self.subTest(arguments):
                done = self.run_trace(*arguments, status=2)
                self.assertRegex(done.stderr, rf"\Ahopwire: trace: [^\n]*({said})[^\n]*\n\Z")
                self.assertEqual(done.stdout, "")

    def test_a_bad_line_of_a_file_is_named(self):
        file = self.write("targets", "8.8.8.8\n# fine\nno/host\n")
        done = self.run_trace(*patient(), "--targets", file, status=2)
        self.assertRegex(done.stderr, rf"\Ahopwire: trace: --targets: {file}:3: no/host [^\n]*\n\Z")
        (path,) = traces.parse(done.stdout)
        self.assertEqual(path.responders[-1], "8.8.8.8")
