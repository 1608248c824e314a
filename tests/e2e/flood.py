#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends forged replies, which have the form of replies to our probes, with random tags.

usage: flood.py INTERFACE DESTINATION_MAC COUNT [udp|icmp|tcp]

With udp all are Time Exceeded; with the others every second one is the target's own answer.
"""

import random
import socket
import struct
import sys
import time

import packets

VICTIM = "44.0.0.1"
ROUTERS = "44.200.0.0"

# A veth takes 256 frames until its other end has had its turn; real replies need some of that.
BURST = 32
PAUSE_SECONDS = 0.001

SYN_ACK, RST_ACK = 0x12, 0x14


def some_target(bits):
    return f"44.1.{bits.randrange(256)}.{bits.randrange(256)}"


def some_probe(transport, protocol, bits):
    return packets.ipv4(
        transport, VICTIM, some_target(bits), protocol, ttl=1, identification=bits.randrange(1, 65536)
    )


def time_exceeded(probe, bits):
    responder = packets.address(packets.number(ROUTERS) + bits.randrange(65536))
    return packets.ipv4(packets.icmp(packets.TIME_EXCEEDED, 0, probe[:28]), responder, VICTIM, socket.IPPROTO_ICMP)


def some_udp(bits):
    ttl = bits.randrange(1, 33)
    return packets.udp(bits.randrange(32768, 65536), 33434 + bits.randrange(4), bytes(1 + ttl))


def some_echo(kind, bits):
    """An Echo message with a random, correct checksum; checksum and identifier add up as those of probes do."""
    ttl, identifier = bits.randrange(1, 33), bits.getrandbits(16)
    sum_of_both = bits.randrange(0x4000, 0xC000) + (0 if kind else 0x0800)
    checksum = (sum_of_both + 0xFFFF - identifier - 1) % 0xFFFF + 1
    rest = struct.pack("!HHHIB", identifier, bits.getrandbits(16), bits.getrandbits(16), bits.getrandbits(32), ttl)
    header = struct.pack("!BBH", kind, 0, checksum)
    fitting = packets.checksum(header + rest)
    return header + rest[:4] + struct.pack("!H", fitting) + rest[4:] + bytes(ttl - 1)


def some_segment(source_port, destination_port, flags, bits):
    numbers = bits.getrandbits(32), bits.getrandbits(32)
    return struct.pack("!HHIIBBHHH", source_port, destination_port, *numbers, 0x50, flags, 0, 0, 0)


def forged_udp(_, bits):
    return time_exceeded(some_probe(some_udp(bits), socket.IPPROTO_UDP, bits), bits)


def forged_icmp(number, bits):
    if number % 2:
        return packets.ipv4(some_echo(0, bits), some_target(bits), VICTIM, socket.IPPROTO_ICMP)
    return time_exceeded(some_probe(some_echo(8, bits), socket.IPPROTO_ICMP, bits), bits)


def forged_tcp(number, bits):
    port = bits.randrange(32768, 65536)
    if number % 2:
        answer = some_segment(80, port, bits.choice((SYN_ACK, RST_ACK)), bits)
        return packets.ipv4(answer, some_target(bits), VICTIM, socket.IPPROTO_TCP)
    return time_exceeded(some_probe(some_segment(port, 80, 2, bits), socket.IPPROTO_TCP, bits), bits)


FORGED = {"udp": forged_udp, "icmp": forged_icmp, "tcp": forged_tcp}


def main(interface, destination_mac, count, protocol="udp"):
    bits = random.Random(1)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((interface, 0))
        macs = bytes.fromhex(destination_mac.replace(":", "")) + out.getsockname()[4]
        for sent in range(int(count)):
            out.send(macs + packets.ETHERTYPE_IPV4 + FORGED[protocol](sent, bits))
            if sent % BURST == 0:
                time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
