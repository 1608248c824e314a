# SPDX-License-Identifier: GPL-2.0-or-later
"""The network interfaces of guests: the arguments of QEMU for them, and their names in the guest.

Near interfaces are those of the host under test, far ones lead to its routers. Near i and far i are wired to each
other: by a hub inside of QEMU, or by taps and a bridge in a network namespace of QEMU's own, which offers what a
cloud offers: several queues, checksums and segmentation left to the other side.
"""

import pathlib
import typing

FIRST_SLOT = 4  # on the PCI bus, after what every guest has
MAC = "52:54:00:00:00:{:02x}"


class Nic(typing.NamedTuple):
    name: str
    model: str  # of QEMU
    driver: str  # of Linux
    pairs: int = 1  # of a near and a far one; two make a bond
    queues: int = 1  # more than one come with taps
    blind: float = 0.25  # seconds until the driver has noticed that the carrier is gone
    own_port: bool = False  # PCI Express, and not on the root complex
    processors: int = 1  # of its guests: drivers that can make a queue for each of them get two


class Port(typing.NamedTuple):
    """One interface of a guest."""

    nic: Nic
    side: str  # near or far
    pair: int
    slot: int

    @property
    def name(self):
        """What QEMU calls the port, for example when a link is cut."""
        return f"{self.nic.name}-{self.side}{self.pair}"

    @property
    def tap(self):
        return f"tap{self.slot}"


NICS = (
    # Bonds by LACP take ports that have a speed.
    Nic("virtio", "virtio-net-pci,speed=1000,duplex=full", "virtio_net", pairs=2),
    Nic("virtio-2q", "virtio-net-pci,mq=on,vectors=6", "virtio_net", queues=2, processors=2),
    # More than the guest has CPUs: the driver uses two until an XDP program is attached, four then.
    Nic("virtio-4q", "virtio-net-pci,mq=on,vectors=10", "virtio_net", queues=4, processors=2),
    Nic("e1000e", "e1000e", "e1000e", pairs=2),
    Nic("e1000", "e1000", "e1000", blind=2.5),  # it looks every two seconds
    Nic("vmxnet3", "vmxnet3", "vmxnet3", processors=2),
    Nic("igb", "igb", "igb", pairs=2, own_port=True, processors=2),
)


def ports(names):
    """The ports of a guest that has the named NICs, in the order of their slots."""
    chosen = [nic for nic in NICS if nic.name in names]
    ends = [(nic, side, pair) for nic in chosen for pair in range(nic.pairs) for side in ("near", "far")]
    return [Port(*end, FIRST_SLOT + i) for i, end in enumerate(ends)]


def arguments(port):
    """QEMU's arguments for a port."""
    nic, number = port.nic, port.slot
    if nic.queues > 1:
        wire = f"tap,ifname={port.tap},script=no,downscript=no,queues={nic.queues}"
    else:
        wire = f"hubport,hubid={100 * [n.name for n in NICS].index(nic.name) + port.pair}"
    bus = [f"pcie-root-port,id=port{number},chassis={number},slot={number},addr={number:#x}"] if nic.own_port else []
    place = f"bus=port{number}" if nic.own_port else f"addr={number:#x}"
    device = f"{nic.model},id={port.name},netdev=net{number},mac={MAC.format(number)},{place}"
    return [
        *("-netdev", f"{wire},id=net{number}"),
        *(argument for line in [*bus, device] for argument in ("-device", line)),
    ]


def taps(some_ports):
    """The taps to make; those of a pair are adjacent."""
    return [port.tap for port in some_ports if port.nic.queues > 1]


def interface(port):
    """In a guest: the name that a port has in the first network namespace; None if it is not there."""
    top = pathlib.Path("/sys/bus/pci/devices", f"0000:00:{port.slot:02x}.0")
    # Below a port of its own, or a virtio device, it is one further down.
    found = (path.name for pattern in ("net/*", "*/net/*") for path in top.glob(pattern))
    return next(found, None)
