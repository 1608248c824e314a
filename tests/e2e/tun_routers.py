# SPDX-License-Identifier: GPL-2.0-or-later
"""A point-to-point device, with routers and every host behind it.

usage: tun_routers.py DEVICE ADDRESS ROUTERS [HABIT]

Makes the device with the address and a default route, prints "ready", and answers what is sent there: if the TTL expires,
router N of 44.3.0.0/24 answers, otherwise the target: by an Echo Reply, a RST, or Port Unreachable. The second router has
a behaviour of HABITS, or refuses large packets ("refuses-large"); with "routers-silent" only the target answers, with
"all-silent" nobody does.
"""

import fcntl
import os
import socket
import struct
import subprocess
import sys

TUNSETIFF = 0x400454CA
IFF_TUN, IFF_NO_PI = 1, 0x1000
ICMP, TCP = 1, 6


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def packet(source, target, protocol, data):
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(data), 0, 0, 64, protocol, 0, source, target)
    return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + data


def reset(source, target, asked):
    ports, sequence = asked[2:4] + asked[0:2], struct.unpack("!I", asked[4:8])[0]
    length = len(asked) - (asked[12] >> 4) * 4
    segment = ports + struct.pack("!IIBBHHH", 0, sequence + 1 + length & 0xFFFFFFFF, 0x50, 0x14, 0, 0, 0)
    pseudo = source + target + struct.pack("!BBH", 0, TCP, len(segment))
    return segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]


def error(kind, code, asked, router="44.3.0.2", rest=b"\0\0\0\0", extension=b""):
    """An ICMP error about `asked`, its quotation padded to 128 bytes where an extension follows."""
    quotation = asked[:8] + b"\1" + asked[9:28]
    message = struct.pack("!BBH", kind, code, 0) + rest + (quotation.ljust(128, b"\0") if extension else quotation) + extension
    message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
    return packet(socket.inet_aton(router), asked[12:16], ICMP, message)


def label(number):
    """An extension structure with a label (RFC 4884, RFC 4950)."""
    structure = struct.pack("!BBHHBBI", 0x20, 0, 0, 8, 1, 1, number << 12 | 0x101)
    return structure[:2] + struct.pack("!H", checksum(structure)) + structure[4:]


def interface(name):
    """An extension structure in which the router reports by which interface the probe arrived (RFC 5837)."""
    told = struct.pack("!I", 2) + b"\0\1\0\0" + socket.inet_aton("192.0.2.1") + bytes([8]) + name.ljust(7, b"\0")[:7] + struct.pack("!I", 1500)
    structure = struct.pack("!BBHHBB", 0x20, 0, 0, 4 + len(told), 2, 0x0F) + told
    return structure[:2] + struct.pack("!H", checksum(structure)) + structure[4:]


HABITS = {
    "length-in-bytes": lambda asked: error(11, 0, asked, rest=b"\0\x80\0\0", extension=label(24001)),
    "length-beyond": lambda asked: error(11, 0, asked, rest=b"\0\xff\0\0", extension=label(24001)),
    "says-interface": lambda asked: error(11, 0, asked, rest=b"\0\x20\0\0", extension=interface(b"eth0")),
    "parameter-problem": lambda asked: error(12, 0, asked, rest=b"\x14\0\0\0"),
    "fragments-missing": lambda asked: error(11, 1, asked),
    "no-address": lambda asked: error(11, 0, asked, router="0.0.0.0"),
}


def answer(asked, routers, habit):
    source, target, ttl, protocol = asked[12:16], asked[16:20], asked[8], asked[9]
    if habit == "all-silent" or (habit == "routers-silent" and ttl <= routers):
        return b""
    if habit == "refuses-large" and ttl >= 2 and len(asked) > 1100:
        return error(3, 4, asked)  # and does not say what would be small enough
    if ttl == 2 and habit in HABITS:
        return HABITS[habit](asked)
    if ttl <= routers:
        return error(11, 0, asked, router=f"44.3.0.{ttl}")
    if protocol == ICMP and asked[20] == 8:
        message = b"\0\0\0\0" + asked[24:]
        return packet(target, source, ICMP, message[:2] + struct.pack("!H", checksum(message)) + message[4:])
    if protocol == TCP:
        return packet(target, source, TCP, reset(target, source, asked[20:]))
    return error(3, 3, asked, router=socket.inet_ntoa(target))


def main():
    name, address, routers, habit = [*sys.argv[1:], None][:4]
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    for line in (f"address add {address} dev {name}", f"link set {name} up", f"route add default dev {name}"):
        subprocess.run(["ip", *line.split()], check=True)
    print("ready", flush=True)
    while True:
        asked = os.read(device, 65535)
        if asked[0] >> 4 == 4:
            for reply in filter(None, [answer(asked, int(routers), habit)]):
                os.write(device, reply)


main()
