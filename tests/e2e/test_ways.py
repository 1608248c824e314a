# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys and traces of hosts with more than one way out or in."""

import re

import network
import support


@support.needs_root
class WaysTestCase(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.net = self.two_uplinks()
        self.host = self.net.host

    def survey_host(self, *arguments, **options):
        return self.survey("--rate", 2000, "--max-ttl", 1, *arguments, namespace=self.host, **options)

    def responders(self, survey):
        return {record.target: record.responder for record in survey.records}


class ListenTest(WaysTestCase):
    """Replies that return by another interface than that by which probes leave."""

    def setUp(self):
        super().setUp()
        self.host.ip("route add default via 44.0.1.2")

    def survey_askew(self, *arguments):
        # Of the other uplink, by which answers come back then.
        return self.survey_host("--source-ip", "44.0.2.1", *arguments, "44.1.0.0/20")

    def test_they_are_received_where_that_is_asked_for(self):
        survey = self.survey_askew("--listen", "up2")
        self.assertNotIn("--listen", survey.said)
        self.assertEqual(survey.ledger["sent"], 16)
        self.assertEqual(len(survey.records), 16)
        self.assertEqual({record.responder for record in survey.records}, {r.target for r in survey.records})
        self.assertEqual([way["interface"] for way in survey.metadata["ways"]["in"]], ["up1", "up2"])
        self.assertEqual(survey.metadata["nic"], "up1")

    def test_without_it_they_are_missed(self):
        survey = self.survey_askew()
        self.assertEqual(survey.records, [])
        self.assertIn("44.0.2.1 is an address of up2, by which no probe leaves", survey.said)
        self.assertIn("16 ICMP errors came to this host by interfaces that were not listened on", survey.said)

    def test_that_they_are_dropped_is_told_too(self):
        self.host.sysctl("ipv4.conf.up2.rp_filter", 1)
        self.host.ip("address del 44.0.2.1/24 dev up2", "address add 44.0.2.1/32 dev lo", "address add 44.0.2.9/24 dev up2")
        survey = self.survey_askew()
        self.assertEqual(survey.records, [])
        self.assertIn("came to this host by interfaces that were not listened on", survey.said)

    def test_interfaces_that_cannot_be_listened_on_are_refused(self):
        self.host.ip("link add name idle type veth peer name idle2")
        for names, words in (
            ("nowhere", "--listen: there is no interface 'nowhere'"),
            ("up2,", "--listen: there is no interface ''"),
            ("up2,lo", "interface lo is a loopback"),
            ("idle", "interface idle is down"),
        ):
            done = self.hopwire("survey", "--listen", names, "44.1.0.1", namespace=self.host, status=2)
            self.assertIn(words, done.stderr)


class WaysOutTest(WaysTestCase):
    """Each target is probed by the way that the kernel would use."""

    def setUp(self):
        super().setUp()
        self.host.ip("route add 44.1.0.0/16 via 44.0.1.2", "route add 44.2.0.0/16 via 44.0.2.2")

    def ways(self, survey):
        return {way["interface"]: way["targets"] for way in survey.metadata["ways"]["out"]}

    def keep_neighbours(self):
        """Makes neighbours permanent, so that devices send nothing but probes."""
        for device, router, network in (("up1", self.net.left, "44.0.1"), ("up2", self.net.right, "44.0.2")):
            self.host.ip(f"neigh replace {network}.2 lladdr {router.mac('near')} dev {device} nud permanent")
            router.ip(f"neigh replace {network}.1 lladdr {self.host.mac(device)} dev near nud permanent")

    def test_by_route(self):
        self.keep_neighbours()
        survey = self.survey_host("44.1.0.0/20", "44.2.0.0/21")
        self.assertEqual(self.ways(survey), {"up1": 16, "up2": 8})
        self.assertEqual(len(survey.records), 24)
        self.assertEqual(survey.metadata["reached"], 24)
        self.assertLedgerBalanced(survey.ledger)
        self.assertEqual(survey.metadata["device_difference"]["tx_packets"], 0)

    @support.needs_two_cpus
    def test_by_every_backend_that_can(self):
        # Not live: the other end of a plain veth takes no such frames.
        for backend, senders in (("sendmmsg", 1), ("xsk", 1), ("ring", 2)):
            survey = self.survey_host("--tx", backend, "--threads", senders, "44.1.0.0/21", "44.2.0.0/21")
            self.assertEqual(len(survey.records), 16, backend)

    def test_by_rules(self):
        # 44.3.0.0/16 is at both routers; who was asked shows in the packets that came.
        self.host.ip(
            "route add 44.3.0.0/16 via 44.0.1.2",
            "route add 44.3.0.0/16 via 44.0.2.2 table 77",
            "rule add from 44.0.2.1 table 77",
            "rule add ipproto icmp to 44.3.4.0/24 table 77",
            "rule add ipproto udp to 44.3.5.0/24 table 77",
        )
        capture = self.capture(self.net.right, "near", "udp or icmp[0] = 8")
        self.survey_host("--source-ip", "44.0.2.1", "44.3.0.1")
        self.survey_host("--listen", "up2", "44.3.4.1", "44.3.5.1")
        for options, target in (
            (("--source-ip", "44.0.2.1"), "44.3.1.1"),
            (("--source-ip", "44.0.1.1"), "44.3.2.1"),
            (("-I",), "44.3.4.2"),
            (("-U",), "44.3.4.3"),
            (("-U",), "44.3.5.2"),
        ):
            self.hopwire("trace", "-n", "-q", 1, "-m", 1, *options, target, namespace=self.host)
        capture.stop()
        came = {target for target, in network.tshark(capture.path, "ip.dst")}
        self.assertEqual(came, {"44.3.0.1", "44.3.5.1", "44.3.1.1", "44.3.4.2", "44.3.5.2"})

    def test_what_has_no_way_is_left_out(self):
        self.host.ip("route add blackhole 44.1.3.0/24")
        self.host.ip("link add idle type veth peer name idle2", "address add 44.0.9.1/24 dev idle")
        survey = self.survey_host("44.1.0.0/21", "45.0.0.0/23", "44.0.1.1", "44.0.1.255")
        self.assertEqual(survey.ledger["sent"], 7)
        self.assertEqual(survey.ledger["no_way"], 5)
        self.assertEqual(len(survey.records), 7)
        self.assertLedgerBalanced(survey.ledger)
        left_out = [(entry["targets"], entry["why"]) for entry in survey.metadata["ways"]["left_out"]]
        for targets, why in left_out:
            verb = "is" if targets == 1 else "are"
            self.assertIn(f"hopwire: warning: {targets} of 12 targets {verb} left out: {why}\n", survey.said)
        self.assertEqual(sum(targets for targets, _ in left_out), 5)
        self.assertIn((1, "44.0.1.1 is an address of this host"), left_out)
        probes = self.dry_run("44.1.0.0/21", "45.0.0.0/23", "44.0.1.1", "44.0.1.255", namespace=self.host)
        self.assertEqual({probe[0] for probe in probes}, {record.target for record in survey.records})

    def test_each_host_of_a_block_by_its_own(self):
        # Whichever part of the block the target address is in.
        self.host.ip("route add unreachable 44.1.0.64/26", "route add unreachable 44.2.0.64/26", "route add 44.1.0.128/26 via 44.0.2.2")
        arguments = ("--dry-run", "--quiet", "--flows", 254, "--flows-by", "host", "--max-ttl", 1, "44.1.0.0/24", "44.2.0.0/24", "44.0.1.0/24")
        for seed in range(4):
            done = self.hopwire("survey", "--seed", seed, *arguments, namespace=self.host)
            targets = {line.split(",")[0] for line in done.stdout.splitlines()[1:]}
            self.assertEqual([], [host for host in targets if re.match(r"44\.[12]\.0\.(6[4-9]|[789]\d|1[01]\d|12[0-7])$", host)])
            self.assertNotIn("44.0.1.1", targets, "an address of this host")
            self.assertEqual(len(targets), 2 * (254 - 64) + 253)

    def test_nothing_left_is_refused(self):
        for target, words in (
            ("44.0.2.1", "44.0.2.1 is an address of this host"),
            ("45.0.0.1", "there is no route to 45.0.0.1"),
        ):
            done = self.hopwire("survey", target, namespace=self.host, status=2)
            self.assertRegex(done.stderr, rf"\Ahopwire: survey: {re.escape(words)}.*\n\Z")

    def test_a_route_that_forbids_is_the_reason_told(self):
        reasons = {
            "prohibit": "a route of this host prohibits it",
            "blackhole": "a route of this host is a blackhole",
            "unreachable": "a route of this host says that it is unreachable",
            "throw": "Network is unreachable",
        }
        for i, (kind, reason) in enumerate(reasons.items()):
            target = f"44.1.{16 + i}.1"
            self.host.ip(f"route add {kind} 44.1.{16 + i}.0/24")
            said = f"there is no route to {target}: {reason}"
            for command in ("survey", "ping", "trace"):
                with self.subTest(kind, command=command):
                    done = self.hopwire(command, target, namespace=self.host, status=2)
                    self.assertIn(said, done.stderr)
            with self.subTest(kind, command="list"):
                done = self.hopwire("ping", "-c", 1, "44.1.0.1", target, namespace=self.host, status=None)
                self.assertIn(said, done.stderr)
            with self.subTest(kind, command="survey of more"):
                self.assertIn(said, self.survey_host("44.1.0.1", target, name=f"{kind}.csv").said)

    def test_traces_and_pings_take_them_too(self):
        for command in (("trace", "-n", "-q", 1), ("ping", "-c", 1)):
            done = self.hopwire(*command, "44.1.0.1", "44.2.0.1", namespace=self.host)
            self.assertIn("44.1.0.1", done.stdout)
            self.assertNotIn("100%", done.stdout)
        self.host.ip("route add 44.1.0.0/16 via 44.0.2.2 table 77", "rule add ipproto udp dport 33434 table 77")
        done = self.hopwire("trace", "-n", "-q", 1, "44.1.0.1", namespace=self.host)
        self.assertIn("1 of 1 host is probed by another route", done.stderr)


@support.lasting
class ChangeTest(WaysTestCase):
    """Changes while a survey runs."""

    def setUp(self):
        super().setUp()
        self.host.ip("route add 44.1.0.0/16 via 44.0.1.2", "route add 44.2.0.0/16 via 44.0.2.2")

    def start_both(self, *arguments, **options):
        targets = ("44.1.0.0/16", "44.2.0.0/16")
        return self.start_survey("--max-ttl", 1, *arguments, *targets, namespace=self.host, **options)

    def by_way(self, results):
        records = support.read_csv(results)
        return [sum(record.target.startswith(prefix) for record in records) for prefix in ("44.1.", "44.2.")]

    def test_the_gateway_of_the_second(self):
        process, results = self.start_both("--rate", 200, "--flows", 3)
        self.net.right.ip("link set near address 02:00:00:00:77:01")
        self.host.ip("neigh replace 44.0.2.2 lladdr 02:00:00:00:77:01 dev up2")
        said = self.finish(process)
        self.assertIn("the gateway 44.0.2.2 now has the Ethernet address 02:00:00:00:77:01", said)
        first, second = self.by_way(results)
        self.assertEqual(first, 3 * 256)
        # Those of a second or two, at 100 a second, went to the old address.
        self.assertGreater(second, 3 * 256 / 3)

    def test_an_uplink_that_is_down(self):
        process, results = self.start_both("--rate", 500, "--flows", 4)
        self.net.right.ip("link set near down")
        said = self.finish(process)
        self.assertEqual(said.count("the link is down (up2: no carrier): its probes wait"), 1, said)
        first, second = self.by_way(results)
        self.assertEqual(first, 4 * 256, "the other uplink went on")
        self.assertLess(second, 4 * 256)
        metadata = support.read_metadata(results)
        self.assertLedgerBalanced(metadata["ledger"])
        self.assertGreater(metadata["ledger"]["tx_dropped"], 0)
        self.check_outage(metadata, said, "no carrier")

    def check_outage(self, metadata, said, why):
        """Expects an outage of up2 alone, in the metadata and in the summary."""
        outages = metadata["outages"]
        self.assertEqual(outages["count"], 1)
        self.assertEqual([(one["interface"], one["why"]) for one in outages["first"]], [("up2", why)])
        self.assertEqual(outages["first"][0]["sent"], outages["sent"])
        told = rf"(?m)^  link down     1 time, [0-9.]+ s in all; {outages['sent']:,} probes? may have been lost$"
        self.assertRegex(said, told)

    def test_an_uplink_that_comes_back(self):
        for backend in ("ring", "xsk", "sendmmsg"):
            with self.subTest(backend):
                # A ring of veth has 256 places: at this rate a second's stall of the routers' side fits in.
                process, results = self.start_both(
                    "--tx", backend, "--rate", 250, "--flows", 2, name=f"{backend}.csv"
                )
                self.net.right.ip("link set near down")
                self.wait_for_line(process, "the link is down (up2: no carrier)")
                self.net.right.ip("link set near up")
                said = self.finish(process)
                self.assertIn("the link is up again: sending through up2 goes on", said)
                metadata = support.read_metadata(results)
                self.check_outage(metadata, said, "no carrier")
                first, second = self.by_way(results)
                self.assertEqual(first, 2 * 256)
                lost = metadata["outages"]["sent"] + metadata["ledger"]["tx_dropped"]
                self.assertGreaterEqual(second, 2 * 256 - lost, "what is missing is told")

    def test_an_uplink_that_is_deleted(self):
        process, results = self.start_both("--rate", 500, "--flows", 4)
        self.host.ip("link delete up2")
        said = self.finish(process)
        self.assertEqual(said.count("interface up2 is gone: its probes are counted as tx_dropped from now on"), 1, said)
        self.check_outage(support.read_metadata(results), said, "gone")
        self.assertEqual(self.by_way(results)[0], 4 * 256)
