# SPDX-License-Identifier: GPL-2.0-or-later
"""Two point-to-point devices, each in a namespace: each receives what the other one sends, without any link header.

usage: tun_cable.py NAMESPACE NAMESPACE DEVICE

Makes the devices, prints "ready", and goes on until it is killed.
"""

import fcntl
import os
import select
import struct
import subprocess
import sys

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 1, 0x1000


def device(namespace, name):
    """The device is made here and moved there; what it sends is still read by this process."""
    end = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(end, TUNSETIFF, struct.pack("16sH22x", b"hopwirecable%d", IFF_TUN | IFF_NO_PI))
    made = next(entry.split("\t")[1] for entry in open(f"/proc/self/fdinfo/{end}") if entry.startswith("iff:")).strip()
    subprocess.run(["ip", "link", "set", made, "netns", namespace, "name", name], check=True)
    return end


def main():
    *namespaces, name = sys.argv[1:]
    one, other = (device(namespace, name) for namespace in namespaces)
    print("ready", flush=True)
    while True:
        for end in select.select([one, other], [], [])[0]:
            try:
                os.write(other if end == one else one, os.read(end, 65535))
            except OSError:  # the other end is down
                continue


main()
