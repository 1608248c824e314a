# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: help, version, dry runs, and messages."""

import re
import subprocess

import network
import support

# The names that other programs rely on.
COMMANDS = "survey ctl trace ping aliases caracal sim score interfaces links names report convert merge decode check bench completion"

OPTIONS = {
    ("survey",): [
        "user", "no-sandbox",
        "targets", "blocklist", "allow-special", "interface", "source-ip", "gateway-mac", "vlan", "rate",
        "bandwidth", "min-ttl", "max-ttl", "flows", "flows-by", "seed", "key", "granularity", "strategy", "tx", "threads", "cpus",
        "output", "overwrite", "format", "fields", "metadata", "cooldown", "link-memory", "interface-memory", "duplicate-memory",
        "dry-run", "quiet", "sim", "listen", "umem-memory", "probe", "port", "ipv4", "ipv6", "granularity6", "per-prefix",
        "host6", "shard", "state", "resume", "resumable", "max-runtime", "max-probes", "max-replies", "max-output", "rotate", "max-per-prefix", "max-per-hop", "contact", "control",
        "status-file", "progress", "prometheus", "prometheus-listen", "capture", "capture-limit", "capture-rejected",
    ],
    ("caracal",): [
        "probing-rate", "interface", "source-address-v4", "source-address-v6", "n-packets", "max-probes", "sniffer-wait-time",
        "filter-from-prefix-file-excl", "filter-from-prefix-file-incl", "filter-min-ttl", "filter-max-ttl", "meta-round", "timestamp",
        "no-integrity-check", "log-level", "batch-size", "rate-limiting-method", "caracal-id", "user", "no-sandbox", "key",
    ],
    ("interfaces",): ["all", "asn", "ixp", "mmdb", "names"],
    ("links",): ["as-links", "ixp", "memory", "itdk", "overwrite", "asn", "diamonds", "dot", "mmdb", "names"],
    ("names",): ["output", "overwrite", "rate", "server", "user", "no-sandbox"],
    ("report",): ["output", "data", "overwrite", "asn", "ixp", "mmdb", "names"],
    ("aliases",): [
        "methods", "probes", "rate", "interval", "timeout", "blocklist", "allow-special", "ipv4", "ipv6", "interface", "source-ip",
        "json", "nodes", "overwrite", "seed", "user", "no-sandbox", "key",
    ],
    ("convert",): ["to", "fields", "overwrite", "metadata", "memory"],
    ("merge",): [
        "output", "overwrite", "format", "fields", "metadata", "partial", "link-memory", "interface-memory", "duplicate-memory",
        "quiet",
    ],
    ("decode",): ["metadata", "output", "overwrite", "format", "fields", "duplicate-memory", "quiet"],
    ("score",): ["metadata", "aliases", "json"],
    ("sim", "truth"): [
        "metadata", "output", "overwrite", "brief", "targets", "blocklist", "allow-special", "granularity", "min-ttl", "max-ttl",
        "flows", "flows-by", "survey-seed", "survey-key", "topology", "realism", "seed", "silent", "answering", "queues", "threaded-napi",
        "balancers", "loops", "mpls", "aliases", "parting", "alike", "churn", "churn-time", "long-quotations", "middleboxes", "bogus", "firewalls", "rate-limits", "ip-ids",
        "rtt", "loss-out", "duplicate-out", "reorder-out", "corrupt-out", "bandwidth-out", "queue-out",
        "loss-back", "duplicate-back", "reorder-back", "corrupt-back", "bandwidth-back", "queue-back",
        "delay-memory", "fault", "probe", "port", "ipv4", "ipv6", "granularity6", "per-prefix", "host6",
    ],
}  # fmt: skip


class HelpTest(support.HopwireTestCase):
    def help_of(self, *command):
        done = self.hopwire(*command, "--help")
        self.assertEqual(done.stderr, "")
        return done.stdout

    def listed(self, *command):
        return re.findall(r"(?m)^  (?:-\w, |    )--([a-z0-9-]+)", self.help_of(*command))

    def test_help_lists_every_option_once(self):
        for command, options in OPTIONS.items():
            with self.subTest(" ".join(command)):
                self.assertRegex(self.help_of(*command), rf"\Ausage: hopwire {' '.join(command)} \[OPTIONS\]")
                self.assertEqual(sorted(self.listed(*command)), sorted([*options, "help"]))
                self.assertEqual(self.help_of(*command), self.hopwire(*command, "-h").stdout)

    def test_every_listed_option_is_parsed(self):
        for command in OPTIONS:
            for option in self.listed(*command):
                with self.subTest(f"{' '.join(command)} --{option}"):
                    # With a help at the end nothing is done, whatever the options are.
                    done = self.hopwire(*command, f"--{option}", "--help", status=None)
                    self.assertNotIn("unknown option", done.stderr)

    def test_every_option_has_an_explanation(self):
        for command in OPTIONS:
            lines = self.help_of(*command).splitlines()
            for line, after in zip(lines, [*lines[1:], ""]):
                if re.match(r"^ +(-\w, )?--\S+( [A-Z]\S*)?$", line):
                    self.assertRegex(after, r"^ {32}\S", line)

    def test_no_line_of_help_is_long(self):
        for command in ((), *((name,) for name in COMMANDS.split()), ("sim", "run"), ("sim", "truth")):
            for line in self.help_of(*command).splitlines():
                self.assertLessEqual(len(line), 95, f"{command}: {line}")

    def test_the_program_lists_its_commands(self):
        for arguments in (("--help",), ("-h",), ("help",)):
            text = self.hopwire(*arguments).stdout
            commands = re.findall(r"(?m)^  ([a-z]+) ", text)
            self.assertEqual(" ".join(commands), COMMANDS)
        for command in commands:
            self.hopwire(command, "--help")
        self.assertRegex(self.hopwire("sim", "--help").stdout, r"(?m)^  truth ")

    def test_no_command_is_an_error_with_usage(self):
        for arguments in ((), ("sim",)):
            done = self.hopwire(*arguments, status=2)
            self.assertEqual(done.stdout, "")
            self.assertTrue(done.stderr.startswith("usage: hopwire"), done.stderr)

    def test_version(self):
        for arguments in (("--version",), ("version",)):
            self.assertRegex(self.hopwire(*arguments).stdout, r"\Ahopwire v?\d+\.\d+\S*\n\Z")


class DryRunTest(support.HopwireTestCase):
    """Dry runs send nothing, need no privilege, and print what would be sent."""

    UNPRIVILEGED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all")

    @support.needs_root
    def test_neither_privilege_nor_network_is_needed(self):
        lonely = self.namespace()
        arguments = ("survey", "--dry-run", "--seed", "1", "--max-ttl", "4", "44.1.0.0/22")
        done = network.run(*lonely.command(*self.UNPRIVILEGED, support.BINARY, *arguments))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(len(done.stdout.splitlines()), 1 + 4 * 4)
        self.assertRegex(done.stderr, r"(?m)^hopwire: warning: a survey would be refused: .*no route")
        done = network.run(*lonely.command(*self.UNPRIVILEGED, support.BINARY, *arguments, "--sim"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("simulated Internet", done.stderr)

    @support.needs_root
    def test_nothing_leaves_and_nothing_is_written(self):
        chain = self.router_chain(1, ipv6=True)
        chain.host.ip(f"neigh flush dev {chain.host_interface}")
        capture = self.capture(chain.routers[0], chain.gateway_interface)
        results = self.directory / "results.csv"
        arguments = (*self.survey_arguments(results), "--dry-run", "--max-ttl", 2, chain.target, chain.target6)
        done = self.hopwire(*arguments, namespace=chain.host)
        capture.stop()
        # The kernels', of links that have just come up, and to neighbours that they know and ask again some time later.
        kernels = "icmpv6.type in {133, 143} || ipv6.src == :: || ((arp || icmpv6.type in {135, 136}) && eth.dst.ig == 0)"
        self.assertEqual(network.tshark(capture.path, "frame.protocols", display_filter=f"!({kernels})"), [])
        self.assertFalse(results.exists())
        way = rf"from {chain.host_address} through {chain.host_interface} to"
        way6 = rf"from {chain.host_address6} through {chain.host_interface} to"
        self.assertRegex(done.stderr, rf"{way} a next hop that ARP has to find first")
        self.assertRegex(done.stderr, rf"{way6} a next hop that neighbour discovery has to find first")
        chain.host.reach(chain.gateway)
        gateway_mac = chain.routers[0].mac(chain.gateway_interface)
        self.assertRegex(self.hopwire(*arguments, namespace=chain.host).stderr, rf"{way} {gateway_mac}")

    @support.needs_root
    def test_a_simulated_survey_sends_what_the_dry_run_says(self):
        arguments = ("--sim=realism=ideal", "--rate", "20k", "--flows", 2, "16.0.0.0/22")
        survey = self.survey(*arguments)
        wanted = self.dry_run(*arguments)
        self.assertEqual(sorted(map(support.probe_of, survey.records)), sorted(wanted))

    def test_shards_are_together_the_survey(self):
        arguments = ("--flows", 2, "--sim", "16.0.0.0/20", "20.0.0.9", "2600::/46")
        shards = [self.dry_run(*arguments, "--shard", f"{index}/3") for index in range(3)]
        self.assertEqual(sorted(probe for shard in shards for probe in shard), sorted(self.dry_run(*arguments)))
        targets = [{target for target, _, _ in shard} for shard in shards]
        self.assertEqual([len(each) for each in targets], [7, 7, 7])
        for wrong, why in (
            (("--shard", "1/3"), "--shard needs --seed"),
            (("--seed", 1, "--shard", "3/3"), "'3/3' is not I/N with I from 0 to N-1"),
            (("--seed", 1, "--shard", "21/22"), "there are 21 targets, so 21 shards at most"),
        ):
            self.assertIn(why, self.hopwire("survey", "--dry-run", *wrong, *arguments, status=2).stderr)

    def test_quiet_says_nothing(self):
        self.assertEqual(self.hopwire("survey", "--sim", "--dry-run", "--quiet", "16.0.0.0/24").stderr, "")

    def test_a_reader_that_leaves_ends_it(self):
        command = f"{support.BINARY} survey --sim --dry-run 0.0.0.0/0 | head -n 2"
        done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=support.RUN_SECONDS)
        self.assertEqual(len(done.stdout.splitlines()), 2)


@support.needs_root
class SummaryTest(support.HopwireTestCase):
    def test_a_person_is_told_how_it_went(self):
        survey = self.survey("--sim=realism=ideal", "--rate", "20k", "16.0.0.0/16", "--max-ttl", 16, cooldown=1)
        graph, ledger = survey.metadata["graph"], survey.ledger
        said = survey.said.replace(",", "")
        for pattern in (
            rf"probes sent +{ledger['sent']} of {256 * 16} to 256 targets",
            r"rate +[0-9.]+k?/s achieved.* 20\.0k/s asked",
            rf"replies +{ledger['accepted']} ",
            rf"interfaces +{graph['interfaces']}\n",
            rf"links +{graph['links']}\n",
            rf"reached +{survey.metadata['reached']} targets",
            r"RTT +p10 [0-9.]+ +p50 [0-9.]+ +p90 [0-9.]+ +p99 [0-9.]+ ms",
            r"most seen hops\n +\d+\.\d+\.\d+\.\d+ +256 replies\n",
            rf"generated +{ledger['generated']} = sent {ledger['sent']} \+ blocked 0 \+ no way 0 \+ tx dropped 0",
            rf"accepted +{ledger['accepted']} = written {ledger['written']} \+ writer dropped 0",
            rf"results +{survey.results}\n",
        ):
            self.assertRegex(said, pattern)

    def test_progress_is_shown_while_it_runs(self):
        process, _ = self.start_survey("--sim=realism=ideal", "--rate", "10k", "16.0.0.0/14", "--max-ttl", 16)
        self.wait_for_line(process, " %  ")
        self.assertIsNone(process.poll(), "not at the end only")
        said = self.finish(process)
        line = next(line for line in said.splitlines() if " %  " in line)
        self.assertRegex(
            line.replace(",", ""), r"^ *\d+ %  .* sent \d+ .* replies \d+  interfaces \d+  links \d+  reached \d+"
        )

    def test_quiet_says_nothing(self):
        self.assertEqual(self.survey("--sim=realism=ideal", "--quiet", "16.0.0.0/24").said, "")
