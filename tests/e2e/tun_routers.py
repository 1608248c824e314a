# SPDX-License-Identifier: GPL-2.0-or-later
"""A point-to-point device, with routers and every host behind it.

usage: tun_routers.py DEVICE ADDRESS ROUTERS

Makes the device with the address and a default route, prints "ready", and answers what is sent there: router N of
44.3.0.0/24 where the TTL ends, the target else: an Echo Reply, a RST, or Port Unreachable.
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


def icmp(kind, code, rest):
    message = struct.pack("!BBHI", kind, code, 0, 0) + rest
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


def reset(source, target, asked):
    ports, sequence = asked[2:4] + asked[0:2], struct.unpack("!I", asked[4:8])[0]
    length = len(asked) - (asked[12] >> 4) * 4
    segment = ports + struct.pack("!IIBBHHH", 0, sequence + 1 + length & 0xFFFFFFFF, 0x50, 0x14, 0, 0, 0)
    pseudo = source + target + struct.pack("!BBH", 0, TCP, len(segment))
    return segment[:16] + struct.pack("!H", checksum(pseudo + segment)) + segment[18:]


def answer(asked, routers):
    source, target, ttl, protocol = asked[12:16], asked[16:20], asked[8], asked[9]
    if ttl <= routers:
        return packet(socket.inet_aton(f"44.3.0.{ttl}"), source, ICMP, icmp(11, 0, asked[:28]))
    if protocol == ICMP and asked[20] == 8:
        message = b"\0\0\0\0" + asked[24:]
        return packet(target, source, ICMP, message[:2] + struct.pack("!H", checksum(message)) + message[4:])
    if protocol == TCP:
        return packet(target, source, TCP, reset(target, source, asked[20:]))
    return packet(target, source, ICMP, icmp(3, 3, asked[:28]))


def main():
    name, address, routers = sys.argv[1:]
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    for line in (f"address add {address} dev {name}", f"link set {name} up", f"route add default dev {name}"):
        subprocess.run(["ip", *line.split()], check=True)
    print("ready", flush=True)
    while True:
        asked = os.read(device, 65535)
        if asked[0] >> 4 == 4:
            os.write(device, answer(asked, int(routers)))


main()
