# SPDX-License-Identifier: GPL-2.0-or-later
"""In a guest: surveys, traces and pings of a chain of routers through a real driver.

    host (near NIC) ==== wire ==== (far NIC) router 1 -- router 2 -- router 3 -- target

A setting is how host and first router use the wire: as it is, tagged, with large frames, as a bond. A way is what runs
through it.
"""

import collections
import json
import os
import pathlib
import re
import tempfile
import time
import unittest

import network
import nics
import outside
import scenarios
import support

ROUTERS = 3
TARGETS = "44.1.0.0/18"  # 64 of them
MAX_TTL = 8
FLOWS = 2
RATE = 1000  # far below what an emulated machine can do, so that every loss is one too many
OUTAGE_RATE = 200  # for the outage to come while probes are sent
OUTAGE_SECONDS = 2
VLAN = 100
OTHER_VLAN = 200
SERVICE_VLAN = 300
LARGE = 9000

UP_SECONDS = 60  # a NIC negotiates its speed, on an emulated machine


class Wire(network.RouterChain):
    """The chain behind the first wire of a NIC."""

    options = ()  # of surveys
    pings = 1  # that must all be answered before it counts as up

    def __init__(self, ports):
        self.near, self.far = ([port for port in ports if port.side == side] for side in ("near", "far"))
        super().__init__(ROUTERS)

    def _link_behind(self, number):
        if number > 0:
            return super()._link_behind(number)
        host, router = self._namespaces[:2]
        self._take(self.near[0], host, self.host_interface)
        self._take(self.far[0], router, self.gateway_interface)
        self._use(host, router)
        return ()

    def _link_before(self, number):
        return super()._link_before(number) if number > 1 else ()

    @staticmethod
    def _take(port, namespace, name):
        """Moves a port's interface out of the first namespace."""
        interface = nics.interface(port)
        network.call("ip", "link", "set", interface, "mtu", "1500")  # whatever the setting before has left
        network.call("ip", "link", "set", interface, "netns", namespace.name, "name", name)

    def _use(self, host, router):
        """Builds the setting from the interfaces, and gives them addresses."""
        for namespace, interface, address in self._ends(host, router):
            namespace.ip(f"link set {interface} up", f"address add {address}/24 dev {interface}")

    def _ends(self, host, router):
        return (host, self.host_interface, self.host_address), (router, self.gateway_interface, self.gateway)

    def wait_until_up(self):
        ping = self.host.command("ping", "-c", self.pings, "-i", 0.05, "-W", 2, self.target)
        support.wait_until(lambda: " 0% packet loss" in network.run(*ping).stdout, "all answers of the target", UP_SECONDS)

    @property
    def host_command(self):
        """The object with command() by which surveys run on the host."""
        return self.host

    def link_address(self):
        """The gateway's Ethernet address, if surveys need it as an option."""
        return self.routers[0].mac(self.gateway_interface)


class LargeFrames(Wire):
    def _use(self, host, router):
        for namespace, interface, _ in self._ends(host, router):
            namespace.ip(f"link set {interface} mtu {LARGE}")
        super()._use(host, router)


class VlanDevice(Wire):
    """A VLAN device of the kernel at both ends."""

    def _use(self, host, router):
        for namespace, interface, _ in self._ends(host, router):
            self._tag(namespace, interface)
        super()._use(host, router)

    @staticmethod
    def _tag(namespace, interface):
        """Puts a VLAN device of the same name in the place of an interface."""
        namespace.ip(
            f"link set {interface} name trunk",
            "link set trunk up",
            f"link add link trunk name {interface} type vlan id {VLAN}",
        )


class QinQ(VlanDevice):
    """The same with another tag around it (IEEE 802.1ad)."""

    @staticmethod
    def _tag(namespace, interface):
        namespace.ip(
            f"link set {interface} name trunk",
            "link set trunk up",
            f"link add link trunk name service type vlan proto 802.1ad id {SERVICE_VLAN}",
            "link set service up",
            f"link add link service name {interface} type vlan id {VLAN}",
        )


class VlanTag(VlanDevice):
    """A VLAN device at the router only: surveys tag their probes themselves."""

    vlan = VLAN

    def _use(self, host, router):
        self._tag(router, self.gateway_interface)
        host.ip(f"link set {self.host_interface} up", f"address add {self.host_address}/24 dev {self.host_interface}")
        self._reach_host(host, router)

    def _reach_host(self, host, router):
        router.ip(
            f"link set {self.gateway_interface} up",
            f"address add {self.gateway}/24 dev {self.gateway_interface}",
            # The host's kernel hears no ARP with a tag.
            f"neigh add {self.host_address} lladdr {host.mac(self.host_interface)} dev {self.gateway_interface}",
        )
        mac = router.mac(self.gateway_interface)
        interface = ("--interface", self.host_interface, "--source-ip", self.host_address)
        self.options = (*interface, "--vlan", self.vlan, "--gateway-mac", mac)

    def wait_until_up(self):
        carrier = ("cat", f"/sys/class/net/{self.host_interface}/carrier")
        support.wait_until(lambda: self.host.call(*carrier).strip() == "1", "the carrier", UP_SECONDS)

    def change_tag(self, vlan):
        """Moves the router to another VLAN."""
        router, self.vlan = self.routers[0], vlan
        router.ip(
            f"link delete {self.gateway_interface}",
            f"link add link trunk name {self.gateway_interface} type vlan id {vlan}",
        )
        self._reach_host(self.host, router)


class VlanTagWithin(VlanTag):
    """The host has a VLAN device, too, and surveys put a tag of their own inside that one's."""

    vlan = OTHER_VLAN

    def _use(self, host, router):
        self._tag(host, self.host_interface)
        self._tag(router, self.gateway_interface)
        router.ip(
            f"link set {self.gateway_interface} name around",
            "link set around up",
            f"link add link around name {self.gateway_interface} type vlan id {OTHER_VLAN}",
        )
        host.ip(f"link set {self.host_interface} up", f"address add {self.host_address}/24 dev {self.host_interface}")
        self._reach_host(host, router)


class Bond(Wire):
    """Both wires of a NIC are one link: an active-backup bond at one end, a bridge at the other."""

    here, there = "bond mode active-backup miimon 100", "bridge"
    pings = 8  # each of the four ports gets its carrier at a time of its own

    def _use(self, host, router):
        self._bundle(host, router)
        super()._use(host, router)

    def _bundle(self, host, router):
        ends = (
            (host, self.host_interface, self.near[1], self.here),
            (router, self.gateway_interface, self.far[1], self.there),
        )
        for namespace, interface, second, kind in ends:
            self._take(second, namespace, "second")
            namespace.ip(
                f"link set {interface} name first",
                f"link add {interface} type {kind}",
                *(f"link set {port} master {interface}" for port in ("first", "second")),
                *(f"link set {port} up" for port in ("first", "second")),
            )


class RoundRobin(Bond):
    here = there = "bond mode balance-rr miimon 100"


class Hashed(Bond):
    here = there = "bond mode balance-xor miimon 100 xmit_hash_policy layer3+4"


class Aggregated(Bond):
    """By LACP."""

    here = there = "bond mode 802.3ad miimon 100 lacp_rate fast"


class Broadcast(Bond):
    """Every frame leaves by both ports, and the other end drops those that its idle port receives."""

    here, there = "bond mode broadcast miimon 100", Bond.here


class TaggedBond(VlanTag, Bond):
    """Surveys tag frames that leave by a bond of devices that may filter VLANs."""

    def _use(self, host, router):
        self._bundle(host, router)
        VlanTag._use(self, host, router)


class NetworkOnly:
    """A network namespace without the mounts of `ip netns exec`, which hide the bpffs."""

    def __init__(self, namespace):
        self._path = f"/run/netns/{namespace.name}"

    def command(self, *command):
        return ["nsenter", f"--net={self._path}", *map(str, command)]


class Dispatcher(Wire):
    """Another XDP program is loaded, called by libxdp's dispatcher."""

    # Of the type that the dispatcher's own functions have, which it replaces.
    OTHER = """
    struct xdp_md { unsigned data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex; };
    __attribute__((section("xdp"), used)) int other(struct xdp_md *context) { return 2; }
    __attribute__((section("license"), used)) char terms[] = "GPL";
    """

    def _use(self, host, router):
        super()._use(host, router)
        with tempfile.TemporaryDirectory() as directory:
            source, program = pathlib.Path(directory, "other.c"), pathlib.Path(directory, "other.o")
            source.write_text(self.OTHER)
            network.call("clang", "-target", "bpf", "-O2", "-g", "-c", str(source), "-o", str(program))
            self._loader("load", "--mode", "unspecified", "--section", "xdp", self.host_interface, program)

    def _loader(self, *arguments):
        return network.call(*self.host_command.command("xdp-loader", *arguments))

    @property
    def host_command(self):
        return NetworkOnly(self.host)

    def remove(self):
        # A program would stay on the NIC, which outlives its namespace.
        network.run(*self.host_command.command("xdp-loader", "unload", self.host_interface, "--all"))
        super().remove()

    def members(self):
        """The names of the programs that the dispatcher calls, in turn."""
        return re.findall(r"(?m)^ *=> +\d+ +(\S+)", self._loader("status", self.host_interface))


SETTINGS = {
    "plain": Wire,
    "vlan-device": VlanDevice,
    "vlan-tag": VlanTag,
    "vlan-tags-in-turn": VlanTag,
    "vlan-tag-within": VlanTagWithin,
    "qinq-device": QinQ,
    "mtu-9000": LargeFrames,
    "bond": Bond,
    "bond-rr": RoundRobin,
    "bond-xor": Hashed,
    "bond-802.3ad": Aggregated,
    "bond-broadcast": Broadcast,
    "bond-vlan-tag": TaggedBond,
    "carrier-lost": Wire,
    "dispatcher": Dispatcher,
}


class WireTest(support.HopwireTestCase):
    """A scenario as a test of its own."""

    time_limit = 150

    def __init__(self, nic, setting, way, wire):
        super().__init__("run_way")
        self.nic, self.setting, self.way, self.wire = nic, setting, way, wire

    def id(self):
        return f"{self.nic}/{self.setting}/{self.way}"

    def run_way(self):
        ways = {"check": self.check_all_well, "trace": self.trace_path, "ping": self.ping_target}
        settings = {
            "carrier-lost": self.survey_through_outage,
            "dispatcher": self.survey_beside_another,
            "vlan-tags-in-turn": self.survey_another_vlan,
        }
        survey = settings.get(self.setting, self.survey_all)
        if scenarios.find(scenarios.REFUSED, ".".join(os.uname().release.split(".")[:2]), self.id()):
            survey = self.be_refused
        mark = f"hopwire: {self.id()} begins"
        pathlib.Path("/dev/kmsg").write_text(mark + "\n")
        try:
            ways.get(self.way, survey)()
        except Exception as error:
            said = network.run("dmesg").stdout.rpartition(mark)[2]
            error.add_note(f"what the kernel said meanwhile:{said}")
            raise

    def survey_arguments_of(self, rate=RATE):
        options = ("--tx", self.way, "--rate", rate, "--max-ttl", MAX_TTL, "--flows", FLOWS, *self.wire.options)
        return (*options, TARGETS)

    def survey_all(self):
        """Every probe is answered once, by the expected router."""
        survey = self.survey(*self.survey_arguments_of(), namespace=self.wire.host_command, cooldown="1s")
        if self.setting == "plain":
            self.assertEqual(survey.metadata["driver"], self.wire.near[0].nic.driver, "it left by another interface")
            outside.tell(nic=self.nic, xdp=survey.metadata["xdp_mode"], driver=survey.metadata["driver"])
        self.assert_answered(survey)

    def survey_another_vlan(self):
        """VLANs that one survey lets in are not all that the next one receives."""
        for vlan in (VLAN, OTHER_VLAN):
            self.wire.change_tag(vlan)
            self.survey_all()

    def survey_beside_another(self):
        """The other program stays and ours is removed, also if the survey is killed."""
        self.survey_all()
        self.assertEqual(self.wire.members(), ["other"])
        slow = ("--tx", self.way, "--rate", 10, "--max-ttl", MAX_TTL, "--flows", FLOWS, TARGETS)
        both = ["reply_filter", "other"]
        killed, _ = self.start_survey(*slow, name="killed.csv", namespace=self.wire.host_command)
        self.assertEqual(self.wire.members(), both)
        self.be_refused_beside_ourselves()
        killed.kill()
        killed.wait()
        support.wait_until(lambda: self.wire.members() == ["other"], "ours to be taken out")
        self.survey_all()
        self.assertEqual(self.wire.members(), ["other"])

    def be_refused_beside_ourselves(self):
        arguments = self.survey_arguments(self.directory / "refused.csv")
        done = self.hopwire(*arguments, *self.survey_arguments_of(), namespace=self.wire.host_command, status=2)
        self.assertIn("already has an XDP program", done.stderr)

    def be_refused(self):
        arguments = self.survey_arguments(self.directory / "results.csv")
        done = self.hopwire(*arguments, *self.survey_arguments_of(), namespace=self.wire.host, status=None)
        self.assertIn(done.returncode, (1, 2), done.stderr)
        self.assertRegex(done.stderr, r"hopwire: survey: .*(--tx|live|not supported|no probe was sent)")

    def assert_answered(self, survey):
        wanted = {
            (target, flow, ttl): self.wire.hops[ttl - 1] if ttl <= ROUTERS else target
            for target, flow, ttl in self.planned()
        }
        found = {support.probe_of(record): record.responder for record in survey.records}
        missing = [number for number, probe in enumerate(wanted) if probe not in found]
        said = f"without an answer, of {len(wanted)} in the order of sending: {missing}"
        self.assertFalse(missing, f"{said}\n{json.dumps(survey.ledger)}\n{survey.said}")
        self.assertEqual(found, wanted)
        self.assert_each_once(survey.records)
        # Nor does a driver count less than what arrived, however late it counts.
        self.assertNotIn("may never have left", survey.said)

    def assert_each_once(self, records):
        times = collections.Counter(map(support.probe_of, records))
        self.assertEqual([record for record in records if times[support.probe_of(record)] > 1], [], "more than once")

    def survey_through_outage(self):
        """Sending waits; probes that the driver accepted nevertheless are reported, and no others are missing."""
        arguments = self.survey_arguments_of(OUTAGE_RATE)
        process, results = self.start_survey(*arguments, namespace=self.wire.host, cooldown="1s")
        port = self.wire.near[0]
        self.addCleanup(outside.set_link, port, up=True)
        outside.set_link(port, up=False)
        support.wait_until(lambda: "sending waits" in process.said.read_text(), "that sending waits")
        time.sleep(OUTAGE_SECONDS)
        outside.set_link(port, up=True)
        said = self.finish(process, timeout=100)
        survey = support.Survey(results, support.metadata_path(results), said)
        self.assertLedgerBalanced(survey.ledger)
        self.assert_each_once(survey.records)

        outages = survey.metadata["outages"]
        self.assertGreaterEqual(outages["count"], 1)
        missing = len(set(self.planned()) - set(map(support.probe_of, survey.records)))
        told = sum(outage["sent"] for outage in outages["first"]) + survey.ledger["tx_dropped"]
        # Of what was sent before the driver had noticed nobody can know.
        self.assertLessEqual(missing, told + OUTAGE_RATE * port.nic.blind, said)

    def planned(self):
        return self.dry_run("--max-ttl", MAX_TTL, "--flows", FLOWS, TARGETS)

    def check_all_well(self):
        options = ("--interface", self.wire.host_interface)
        done = self.hopwire("check", "--json", *options, namespace=self.wire.host, status=0)
        lines = {line["name"]: line for line in json.loads(done.stdout)}
        self.assertEqual(lines["interface"]["status"], "ok", lines)
        self.assertIn(self.wire.gateway, lines["gateway of IPv4"]["detail"])

    def trace_path(self):
        done = self.hopwire("trace", "-n", self.wire.target, namespace=self.wire.host)
        for hop in (*self.wire.hops, self.wire.target):
            self.assertIn(f" {hop} ", done.stdout)

    def ping_target(self):
        done = self.hopwire("ping", "-n", "-c", 3, self.wire.target, namespace=self.wire.host)
        self.assertRegex(done.stdout, r"3 packets transmitted, 3 .*received, 0(\.0)? ?% packet loss")


def run(names, result):
    """Runs the named scenarios; those with the same NIC and setting share a wire."""
    settings = {}  # and the ways of each, whatever their order
    for nic, setting, way in (name.split("/") for name in names):
        settings.setdefault((nic, setting), []).append(way)
    all_ports = nics.ports({nic for nic, _ in settings})
    for driver in {port.nic.driver for port in all_ports}:
        network.call("/run/modprobe", driver)  # see start; there is no udev here
    support.wait_until(lambda: all(map(nics.interface, all_ports)), "the interfaces", UP_SECONDS)
    for (nic, setting), ways in settings.items():
        try:
            wire = SETTINGS[setting]([port for port in all_ports if port.nic.name == nic])
        except Exception as error:  # one setting less
            for way in ways:
                result.report.add(f"{nic}/{setting}/{way}", "FAILED", detail=f"no network: {error!r}")
            continue
        unittest.TestSuite(WireTest(nic, setting, way, wire) for way in ways).run(result)
        wire.remove()
