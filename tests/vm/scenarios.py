# SPDX-License-Identifier: GPL-2.0-or-later
"""What is run on each kernel: a table of scenarios, NIC x setting x way, and which of them are known not to work."""

import fnmatch
import typing

# Debian's series and the package that leads to the newest kernel of each.
KERNELS = {"6.1": "linux-image-amd64", "6.12": "linux-image-6.12-amd64"}

WAYS_OUT = ("ring", "xsk", "sendmmsg", "live")  # of `survey --tx`
PROGRAMS = ("check", "trace", "ping")

# End-to-end tests on veth and the simulated Internet, by the names of their modules and classes; each group is
# for a guest of its own.
END_TO_END = (
    (
        "test_simulator.IdealTest.test_every_reply",
        "test_simulator.IdealTest.test_everything_is",
        "test_simulator.IdealTest.test_everything_of_both",
        "test_simulator.InternetTest",
        "test_simulator.RateTest",
        "test_simulator.RecordsTest",
        "test_simulator.TargetsTest",
    ),
    (
        "test_backends.BackendTest",
        "test_check.",
        "test_families.Links.test_ip6tnl",
        "test_families.Links.test_sit",
        "test_families.Links.test_vlan",
        "test_protocols.RouterTest",
    ),
    ("test_routers.PathTest", "test_trace_routers.", "test_ping."),
)


class Scenario(typing.NamedTuple):
    """Every scenario requires the same: all is found, each probe is counted, or a message tells what is missing."""

    nic: str  # of nics.NICS
    setting: str  # of wires.SETTINGS
    way: str  # of wires.WAYS

    @property
    def name(self):
        return f"{self.nic}/{self.setting}/{self.way}"


def scenarios(nics, settings, ways):
    return [Scenario(nic, setting, way) for nic in nics for setting in settings for way in ways]


SCENARIOS = (
    *scenarios(("virtio", "virtio-2q", "e1000e", "igb"), ("plain",), PROGRAMS + WAYS_OUT),
    *scenarios(("virtio", "e1000e", "igb"), ("plain",), ("auto",)),
    *scenarios(("virtio", "virtio-2q", "e1000e", "igb"), ("vlan-device", "vlan-tag"), ("ring", "xsk")),
    *scenarios(("virtio", "e1000e", "igb"), ("mtu-9000",), ("ring", "xsk")),
    *scenarios(("virtio", "igb"), ("mtu-9000", "carrier-lost"), ("live",)),
    *scenarios(("virtio", "e1000e", "igb"), ("bond",), ("check", "ring", "sendmmsg")),
    *scenarios(("virtio", "igb"), ("bond",), ("xsk", "live")),
    *scenarios(("virtio", "igb"), ("bond-rr", "bond-xor", "bond-802.3ad", "bond-broadcast"), ("ring", "sendmmsg")),
    # Not e1000e: that of QEMU 7.2 tells its driver of no carrier lost.
    *scenarios(("virtio", "e1000", "vmxnet3", "igb"), ("carrier-lost",), ("ring", "xsk")),
    *scenarios(("virtio-4q",), ("plain",), WAYS_OUT),
    *scenarios(("virtio", "e1000e", "igb"), ("dispatcher",), ("ring",)),
    *scenarios(("e1000", "vmxnet3"), ("plain",), ("ring", "xsk")),
    # Not e1000: QEMU's receives nothing for a second when promiscuous mode begins.
    *scenarios(("vmxnet3",), ("vlan-tag",), ("ring", "xsk")),
    *scenarios(("igb", "vmxnet3"), ("vlan-tags-in-turn",), ("ring",)),
    *scenarios(("virtio", "igb"), ("vlan-tag-within", "qinq-device"), ("ring", "xsk")),
    *scenarios(("igb",), ("bond-vlan-tag",), ("ring",)),
)


class Refused(typing.NamedTuple):
    """What a driver cannot do: the right outcome is an error that says so, not a survey that receives nothing."""

    kernel: str  # a series, or * for all
    name: str  # with * and ?
    why: str


REFUSED = (
    Refused("*", "*/bond/xsk", "AF_XDP sends by the queues of one device"),
    Refused("*", "*/bond/live", "Linux 6.1 panics where a port takes no live frames"),
    Refused("*", "e1000e/*/live", "the driver takes no live frames"),
    Refused("*", "igb/mtu-9000/live", "the driver takes them beside a native program, and that not with large frames"),
    Refused("6.1", "virtio/mtu-9000/live", "the driver takes them beside a native program, and that not with large frames"),
)


class Known(typing.NamedTuple):
    """Tests that fail today, and what they lack. A test that passes counts as failed until its line here is removed."""

    kernel: str  # a series, or * for all
    name: str  # with * and ?
    missing: str


KNOWN = ()


def find(table, series, name):
    """The line of REFUSED or KNOWN that matches a test, or None."""
    fits = lambda line: line.kernel in ("*", series) and fnmatch.fnmatchcase(name, line.name)
    return next(filter(fits, table), None)
