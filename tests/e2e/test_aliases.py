# SPDX-License-Identifier: GPL-2.0-or-later
"""Which addresses belong to one router: in the simulated Internet, whose truth is known, and for real Linux routers."""

import ipaddress
import itertools
import json

import support

QUICK = ("--allow-special", "--interval", "0.1", "--timeout", "0.5", "--rate", "10k", "--seed", 1)
WORLD = ("--realism", "ideal", "--aliases", 100, "--ip-ids")
PREFIX = "20.0.0.0/12"
OTHERS = 60


def pairs(sets):
    return {frozenset(pair) for addresses in sets for pair in itertools.combinations(sorted(addresses), 2)}


def mate(address):
    """The other end of a link that has a /31."""
    return str(ipaddress.ip_address(int(ipaddress.ip_address(address)) ^ 1))


@support.needs_root
class SimulatedAliasesTest(support.HopwireTestCase):
    def truth(self):
        """Returns the interfaces that routes show, and all addresses of each router that has several."""
        said = self.hopwire("sim", "truth", *WORLD, "shared", "--max-ttl", 24, PREFIX).stdout
        lines = [json.loads(line) for line in said.splitlines()]
        shown = [line["address"] for line in lines if line["kind"] == "interface"]
        return shown, [set(line["addresses"]) for line in lines if line["kind"] == "router"]

    def ask(self, addresses, ip_ids, *options):
        (self.directory / "list.txt").write_text("".join(f"{address}\n" for address in sorted(addresses)))
        done = self.hopwire(
            "sim", "run", *WORLD, ip_ids, "--rtt", "off", "--",
            support.BINARY, "aliases", *QUICK, *options, self.directory / "list.txt",
        )  # fmt: skip
        return pairs(line.split() for line in done.stdout.splitlines())

    def aliases(self, ip_ids, *options):
        shown, routers = self.truth()
        several = [router & set(shown) for router in routers if len(router & set(shown)) > 1]
        return self.ask(set().union(*several) | set(shown[:OTHERS]), ip_ids, *options), pairs(several)

    def test_shared_counters_are_found(self):
        found, true = self.aliases("shared", "--methods", "ip-id")
        self.assertLessEqual(len(found - true), 2)  # counters of one speed may be neighbours by chance, which the clock decides
        self.assertGreater(len(found), len(true) * 0.8)

    def test_random_ids_make_no_aliases(self):
        found, _ = self.aliases("random", "--methods", "ip-id", "--probes", "icmp")
        self.assertEqual(found, set())

    def test_mates_are_asked_that_no_route_shows(self):
        """Of links with a /31 the route shows one end. Half of the other ends answer with another address of their router."""
        shown, routers = self.truth()
        all_of_routers = set().union(*routers)
        hidden = {mate(address) for address in shown} & all_of_routers - set(shown)
        given = {mate(address) for address in hidden}
        found = {pair for pair in self.ask(given, "random", "--methods", "mates") if pair <= all_of_routers}
        self.assertLessEqual(found, pairs(routers))
        self.assertGreater(len(hidden & set().union(*found)), len(hidden) / 3)
        self.assertEqual(self.ask(given, "random", "--methods", "ip-id,mates", "--probes", "icmp"), set())


@support.needs_root
class LinuxAliasesTest(support.HopwireTestCase):
    """Linux has a counter for each pair of addresses. Over IPv6, for an address of no device, it answers from another one."""

    LIST = ("198.18.0.1", "198.18.1.1", "198.18.1.2", "2001:2::1", "2001:2:0:1::2", "2001:2:0:100::77")

    def test_counters_by_address_are_not_taken_for_one(self):
        (self.directory / "list.txt").write_text("\n".join(self.LIST))
        nodes = self.directory / "world.nodes"
        done = self.hopwire(
            "sim", "run", "--topology", "linux:2", "--",
            support.BINARY, "aliases", *QUICK, "--json", "--nodes", nodes, self.directory / "list.txt",
        )  # fmt: skip
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        found = [line for line in lines if line["kind"] == "pair"]
        self.assertEqual([pair for pair in found if pair["by"] == "ip-id"], [])
        self.assertIn({"2001:2:0:100::77", "2001:2:0:2::2"}, [{pair["a"], pair["b"]} for pair in found])
        (summary,) = [line for line in lines if line["kind"] == "summary"]
        self.assertTrue(summary["ledger"]["balanced"])
        self.assertGreaterEqual(summary["ip_ids"]["counter"], 3)
        (node,) = [line for line in nodes.read_text().splitlines() if "2001:2:0:100::77" in line.split()]
        self.assertRegex(node, r"^node N\d+:  2001:2:0:100::77 .*2001:2:0:2::2")

    def test_blocklist_and_special_ranges_are_left_alone(self):
        (self.directory / "list.txt").write_text("198.18.0.1\n198.18.1.1\n")
        (self.directory / "block.txt").write_text("198.18.1.0/24\n")
        command = ("sim", "run", "--topology", "linux:2", "--", support.BINARY, "aliases", "--methods", "source", "--json")
        done = self.hopwire(*command, *QUICK, "--blocklist", self.directory / "block.txt", self.directory / "list.txt")
        (summary,) = [json.loads(line) for line in done.stdout.splitlines() if '"summary"' in line]
        self.assertGreater(summary["ledger"]["blocked"], 0)
        self.assertTrue(summary["ledger"]["balanced"])
        said = self.hopwire(*command, self.directory / "list.txt", status=2).stderr
        self.assertIn("there is no address to probe", said)
