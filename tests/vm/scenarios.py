# SPDX-License-Identifier: GPL-2.0-or-later
"""What is run on which kernel: one table of scenarios, kernel x NIC x setting x way, and what is known to be missing."""

import fnmatch
import typing

# Debian's series and the package that leads to the newest kernel of each.
KERNELS = {"6.1": "linux-image-amd64", "6.12": "linux-image-6.12-amd64"}

WAYS_OUT = ("ring", "xsk", "sendmmsg", "live")  # of `survey --tx`
PROGRAMS = ("check", "trace", "ping")

# End-to-end tests on veth and the simulated Internet, by the names of their modules and classes.
END_TO_END = (
    "test_backends.BackendTest",
    "test_check.",
    "test_routers.PathTest",
    "test_simulator.",
    "test_trace_routers.",
    "test_ping.",
)


class Scenario(typing.NamedTuple):
    """Every scenario asks for the same: all is found, each probe is counted, or it is told what is missing."""

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
    *scenarios(("virtio", "virtio-2q", "e1000e", "igb"), ("vlan-device", "vlan-tag"), ("ring", "xsk")),
    *scenarios(("virtio", "e1000e", "igb"), ("mtu-9000",), ("ring", "xsk")),
    *scenarios(("virtio", "igb"), ("mtu-9000", "carrier-lost"), ("live",)),
    *scenarios(("virtio", "e1000e", "igb"), ("bond",), ("check", "ring", "sendmmsg")),
    *scenarios(("virtio", "e1000e", "igb"), ("carrier-lost",), ("ring", "xsk")),
    *scenarios(("virtio-4q",), ("plain",), WAYS_OUT),
    *scenarios(("virtio", "e1000e", "igb"), ("dispatcher",), ("ring",)),
    *scenarios(("e1000", "vmxnet3"), ("plain", "vlan-tag"), ("ring", "xsk")),
)


class Known(typing.NamedTuple):
    """Tests that fail today, and for want of what. One that passes is a failure until its line here is gone."""

    kernel: str  # a series, or * for all
    name: str  # with * and ?
    missing: str


KNOWN = ()


def missing_for(series, name):
    """What is known to be missing for a test, or None."""
    for known in KNOWN:
        if known.kernel in ("*", series) and fnmatch.fnmatchcase(name, known.name):
            return known.missing
    return None
