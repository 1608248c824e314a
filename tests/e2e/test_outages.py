# SPDX-License-Identifier: GPL-2.0-or-later
"""Outages of the link while a survey runs: outcome and messages are the same for every way of sending."""

import re
import signal
import time
import typing

import network
import support

BACKENDS = ("ring", "xsk", "live", "sendmmsg")
TARGETS = "44.1.0.0/16"
PATHS_AND_TTLS = 256 * 4
WAITS = r"(?m)^hopwire: warning: the link is down.*: sending waits until it is up again$"
UP = r"(?m)^hopwire: the link is up again: sending goes on"
GONE = r"(?m)^hopwire: survey: interface uplink is gone: .*$"


class Outage(typing.NamedTuple):
    name: str
    side: str  # whose device it is
    begin: str  # lines of ip(8)
    end: str
    waits: str
    goes_on: str
    dropped: typing.Optional[int]  # at most, of those that left in the moment before; None: half of all


OUTAGES = (
    Outage("down", "host", "link set uplink down", "link set uplink up", WAITS, UP, 0),
    Outage("no carrier", "router", "link set near down", "link set near up", WAITS, UP, 0),
    Outage(
        "narrow", "host", "link set uplink mtu 68", "link set uplink mtu 1500",
        r"(?m)^hopwire: warning: the MTU of uplink is 68 now, and probes need \d+: sending waits until it is larger$",
        r"(?m)^hopwire: the MTU of uplink is large enough again: sending goes on$", None,
    ),
)  # fmt: skip
LIVE_DROPS = 1 / 16  # of all, at most: frames are the kernel's before it knows that there is no carrier

PASS = '__attribute__((section("xdp"), used)) int pass(void *context) { return 2; }\n'


@support.lasting
@support.needs_root
class OutageTest(support.HopwireTestCase):
    """The surveys of a test, one per backend, run at the same time."""

    def setUp(self):
        super().setUp()
        # Those that begin first must not have ended when all have begun; a slow machine takes longer, and gets less to do.
        flows = max(2, int(12 / support.slowness()))
        self.probes = PATHS_AND_TTLS * flows
        rate = self.probes / (6 * max(1, support.slowness() / 4))
        self.targets = ("--max-ttl", 4, "--flows", flows, "--rate", f"{rate:.0f}", TARGETS)
        self.chains = {backend: self.router_chain(1) for backend in BACKENDS}
        source, program = self.directory / "pass.c", self.directory / "pass.o"
        source.write_text(PASS)
        network.call("clang", "-target", "bpf", "-O2", "-g", "-c", str(source), "-o", str(program))
        for chain in self.chains.values():
            # A veth device takes live frames while its peer has a program.
            chain.routers[0].ip(f"link set dev near xdp obj {program} sec xdp")

    def ip(self, side, lines):
        for chain in self.chains.values():
            (chain.host if side == "host" else chain.routers[0]).ip(*lines.split("\n"))

    def start_all(self, *arguments):
        """Starts a survey by each backend; returns (backend, process, results) once each has sent something."""
        surveys = []
        for backend, chain in self.chains.items():
            results = self.directory / f"{backend}.csv"
            results.unlink(missing_ok=True)
            command = (*self.survey_arguments(results), "--tx", backend, *arguments)
            surveys.append((backend, self.start_hopwire(*command, namespace=chain.host), results))
        for backend, process, results in surveys:
            with self.subTest(backend=backend):
                self.wait_for_results(process, results)
        return surveys

    def check_end(self, process, results, status, state):
        """Returns (what was said, the ledger)."""
        said = self.finish(process, status)
        metadata = support.read_metadata(results)
        ledger = metadata["ledger"]
        self.assertEqual(metadata["state"], state, said)
        self.assertLedgerBalanced(ledger)
        self.assertEqual(len(support.read_csv(results)), ledger["written"])
        return said, metadata

    def check_waited(self, backend, outage, process, results):
        said, metadata = self.check_end(process, results, 0, "finished")
        ledger, outages = metadata["ledger"], metadata["outages"]
        self.assertEqual(ledger["generated"], self.probes)
        # By each backend to the probe, but for what was on its way.
        most = self.probes // 2 if outage.dropped is None else outage.dropped
        most = max(most, LIVE_DROPS * self.probes if backend == "live" else 0)
        self.assertLessEqual(ledger["tx_dropped"], most, said)
        for line in (outage.waits, outage.goes_on):
            self.assertRegex(said, line)
        self.assertNotIn("is gone", said)
        self.assertGreaterEqual(outages["count"], 1)
        self.assertEqual(outages["first"][0]["why"], outage.name)
        self.assertGreater(outages["seconds"], 0.2)
        self.assertEqual(metadata["device_sent"]["missing"], 0, "what an outage may have swallowed is told by it alone")
        self.assertIn(f"; {outages['sent']:,} probe{'' if outages['sent'] == 1 else 's'} may have been lost\n", said)

    def test_sending_waits_and_goes_on(self):
        for outage in OUTAGES:
            surveys = self.start_all(*self.targets)
            self.ip(outage.side, outage.begin)
            for _, process, _ in surveys:
                self.wait_for_line(process, "sending waits")
            support.wait_until(self.nothing_arrives, f"{outage.name}: nothing leaves meanwhile")
            self.ip(outage.side, outage.end)
            for backend, process, results in surveys:
                with self.subTest(outage=outage.name, backend=backend):
                    self.check_waited(backend, outage, process, results)
            self.restore_routes()

    def nothing_arrives(self):
        """Whether nothing arrives any more, once packets on the way have arrived."""
        before = self.count_arrived()
        time.sleep(0.3)
        return self.count_arrived() == before

    def count_arrived(self):
        """Packets at the routers' ends."""
        path = "/sys/class/net/near/statistics/rx_packets"
        return [int(chain.routers[0].call("cat", path)) for chain in self.chains.values()]

    def restore_routes(self):
        for chain in self.chains.values():
            chain.host.ip(f"route replace default via {chain.gateway}")
            chain.host.reach(chain.target)

    def check_gone(self, surveys):
        for backend, process, results in surveys:
            with self.subTest(backend=backend):
                said, metadata = self.check_end(process, results, 1, "failed")
                self.assertEqual(len(re.findall(GONE, said)), 1, said)
                self.assertNotIn("up again:", said)
                self.assertLess(metadata["ledger"]["sent"], self.probes)

    def test_a_device_that_is_deleted_ends_it(self):
        surveys = self.start_all(*self.targets)
        self.ip("host", "link delete uplink")
        self.check_gone(surveys)

    def test_a_device_that_moves_away_ends_it(self):
        other = self.namespace("elsewhere")
        surveys = self.start_all(*self.targets)
        for number, chain in enumerate(self.chains.values()):
            chain.host.ip(f"link set uplink netns {other.name} name away{number}")
        self.check_gone(surveys)

    def test_a_peer_that_is_deleted_ends_it(self):
        surveys = self.start_all(*self.targets)
        self.ip("router", "link delete near")
        self.check_gone(surveys)

    def test_a_new_name_changes_nothing(self):
        surveys = self.start_all(*self.targets)
        for chain in self.chains.values():
            done = network.run("ip", "-n", chain.host.name, "link", "set", "uplink", "name", "other")
            if done.returncode:
                self.skipTest(f"this kernel renames no device that is up: {done.stderr.strip()}")
        for backend, process, results in surveys:
            with self.subTest(backend=backend):
                said, metadata = self.check_end(process, results, 0, "finished")
                self.assertIn("hopwire: interface uplink is called other now\n", said)
                self.assertEqual(metadata["ledger"]["tx_dropped"], 0)
                self.assertEqual((metadata["nic"], metadata["outages"]), ("other", None))

    def test_a_signal_ends_the_wait(self):
        for begin in ("down", "mtu 68"):
            surveys = self.start_all(*self.targets)
            self.ip("host", f"link set uplink {begin}")
            for _, process, _ in surveys:
                self.wait_for_line(process, "sending waits")
                process.send_signal(signal.SIGINT)
            for backend, process, results in surveys:
                with self.subTest(begin=begin, backend=backend):
                    said, metadata = self.check_end(process, results, 130, "interrupted")
                    self.assertEqual(metadata["outages"]["count"], 1, said)
            self.ip("host", "link set uplink up\nlink set uplink mtu 1500")
            self.restore_routes()

    def test_a_link_that_is_down_at_the_start(self):
        self.ip("host", "link set uplink down")
        for backend, chain in self.chains.items():
            with self.subTest(backend=backend):
                arguments = ("survey", "--tx", backend, "--interface", "uplink", *self.targets)
                said = self.hopwire(*arguments, namespace=chain.host, status=2).stderr
                self.assertRegex(said, r"\Ahopwire: survey: interface uplink is down .*\n\Z")

    def test_no_carrier_at_the_start(self):
        by_hand = [
            ("--interface", "uplink", "--source-ip", chain.host_address, "--gateway-mac", chain.routers[0].mac("near"))
            for chain in self.chains.values()
        ]
        self.ip("router", "link set near down")
        surveys = []
        for (backend, chain), way in zip(self.chains.items(), by_hand):
            results = self.directory / f"{backend}.csv"
            arguments = (*self.survey_arguments(results), "--tx", backend, *way, *self.targets, "--flows", 2)
            surveys.append((backend, self.start_hopwire(*arguments, namespace=chain.host), results))
        for _, process, _ in surveys:
            self.wait_for_line(process, "sending waits")
        self.ip("router", "link set near up")
        for backend, process, results in surveys:
            with self.subTest(backend=backend):
                said, metadata = self.check_end(process, results, 0, "finished")
                self.assertEqual(metadata["ledger"]["sent"], PATHS_AND_TTLS * 2, said)

    def test_after_the_last_probe_replies_alone_are_lost(self):
        chain = self.chains["ring"]
        process, results = self.start_survey("--max-ttl", 2, chain.target, cooldown="4s", namespace=chain.host)
        self.wait_for_line(process, "waiting for late replies")
        chain.host.ip("link set uplink down")
        said, metadata = self.check_end(process, results, 0, "finished")
        self.assertRegex(said, r"(?m)^hopwire: warning: the link is down .*: replies are lost until it is up again$")
        self.assertEqual(metadata["outages"]["sent"], 0)
