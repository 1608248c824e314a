#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Answers probes in all the ways that occur in networks, correct and faulty.

usage: responder.py INTERFACE [KIND [DELAY_SECONDS]]

Prints "ready", then answers probes that arrive on the interface until it is killed. The kind of an answer is KIND, or
else the flow is an index into KINDS. Responders are 44.2.0.TTL.
"""

import socket
import struct
import sys
import threading

import packets

BASE_PORT = 33434
ETH_P_ALL = 3

LABELS = ((16001, 2, 0, 1), (16002, 0, 1, 255))


class Probe:
    def __init__(self, frame):
        self.ethernet = frame[: packets.ETHERNET_HEADER]
        self.packet = frame[packets.ETHERNET_HEADER :]
        self.source = socket.inet_ntoa(self.packet[12:16])
        self.flow = int.from_bytes(self.packet[22:24], "big") - BASE_PORT
        self.sent_ttl = int.from_bytes(self.packet[24:26], "big") - 9
        self.responder = f"44.2.0.{self.sent_ttl}"

    def quotation(self, length=28):
        """The start of the packet as it arrives at the router at which its TTL expires."""
        packet = packets.with_checksum(self.packet[:8] + b"\x01" + self.packet[9:20], 10, b"") + self.packet[20:]
        return packet[:length].ljust(length, b"\0")

    def frame(self, message, tag=b"", **fields):
        """An Ethernet frame with an ICMP message to the sender of the probe."""
        packet = packets.ipv4(message, self.responder, self.source, socket.IPPROTO_ICMP, **fields)
        return self.ethernet[6:12] + self.ethernet[:6] + tag + packets.ETHERTYPE_IPV4 + packet

    def exceeded(self, quotation, **extension):
        return packets.icmp(packets.TIME_EXCEEDED, 0, quotation, **extension)


def patched(data, offset, value):
    return data[:offset] + value + data[offset + len(value) :]


def flipped(data, offset):
    return patched(data, offset, bytes([data[offset] ^ 1]))


def plain(probe):
    return [probe.frame(probe.exceeded(probe.quotation()))]


def twice(probe):
    return 2 * plain(probe)


def translated(probe):
    """The quotation behind a NAT that gave the probe another destination and corrected its checksums."""
    quotation = flipped(probe.quotation(), 19)
    change = quotation[19] - probe.quotation()[19]
    checksum = (int.from_bytes(quotation[26:28], "big") - change - 1) % 0xFFFF + 1  # 0 is written as 0xffff
    return patched(packets.with_checksum(quotation[:20], 10) + quotation[20:], 26, checksum.to_bytes(2, "big"))


def rewritten(probe):
    return [probe.frame(probe.exceeded(translated(probe)))]


def restored(probe):
    """A NAT on the way back restored the destination in the quotation, but not the checksum of the datagram."""
    return [probe.frame(probe.exceeded(patched(translated(probe), 16, probe.quotation()[16:20])))]


def renumbered(probe):
    return [probe.frame(probe.exceeded(flipped(probe.quotation(), 5)))]


def lengthened(probe):
    total = int.from_bytes(probe.quotation()[2:4], "big") + 20
    return [probe.frame(probe.exceeded(patched(probe.quotation(), 2, total.to_bytes(2, "big"))))]


def swapped(probe):
    """An old network stack, which quotes total length, ID and fragment offset in the byte order of its machine."""
    quotation = probe.quotation()
    swapped_fields = b"".join(quotation[i : i + 2][::-1] for i in range(2, 8, 2))
    return [probe.frame(probe.exceeded(patched(quotation, 2, swapped_fields)))]


def optioned(probe):
    """A router before this one inserted a record-route option into the header (RFC 791)."""
    quotation = probe.quotation()
    quotation = b"\x47" + quotation[1:20] + b"\x01\x07\x07\x08" + socket.inet_aton("44.2.0.9") + quotation[20:]
    return [probe.frame(probe.exceeded(quotation))]


def forged(probe):
    return [probe.frame(probe.exceeded(flipped(translated(probe), 5)))]


def foreign(probe):
    return [probe.frame(probe.exceeded(patched(probe.quotation(), 22, b"\x00\x35")))]


def short_quotation(probe):
    return [probe.frame(probe.exceeded(probe.quotation(27)))]


def bad_icmp_checksum(probe):
    return [probe.frame(flipped(probe.exceeded(probe.quotation()), 3))]


def bad_ip_checksum(probe):
    return [flipped(plain(probe)[0], packets.ETHERNET_HEADER + 11)]


def cut_frame(probe):
    return [probe.frame(probe.exceeded(probe.quotation()), missing=100)]


def labelled(probe):
    message = probe.exceeded(probe.quotation(128), quoted_words=32, extension=packets.mpls_extension(*LABELS))
    return [probe.frame(message)]


def labelled_unannounced(probe):
    return [probe.frame(probe.exceeded(probe.quotation(128), extension=packets.mpls_extension(*LABELS)))]


def described(probe):
    """The router reports the interface by which the probe arrived (RFC 5837), and an object of an unknown class."""
    name = bytes([8]) + b"ge-0/1\0"
    interface = (2, 0x0A, struct.pack("!I", 500 + probe.sent_ttl) + name)
    extension = packets.extension(packets.mpls_object(LABELS[1]), interface, (200, 7, b"\xca\xfe"))
    return [probe.frame(probe.exceeded(probe.quotation(128), quoted_words=32, extension=extension))]


def whole_quotation(probe):
    return [probe.frame(probe.exceeded(probe.quotation(len(probe.packet))))]


def ip_options(probe):
    return [probe.frame(probe.exceeded(probe.quotation()), options=b"\x94\x04\0\0")]  # router alert


def unreachable(probe):
    return [probe.frame(packets.icmp(packets.UNREACHABLE, 13, probe.quotation()), ttl=200)]


def no_error(probe):
    """No error: the kernel sends echo replies."""
    return [probe.frame(packets.icmp(0, 0, probe.quotation()))]


def tagged(probe):
    """The kernel has removed the tag itself before the probe is seen here."""
    return [probe.frame(probe.exceeded(probe.quotation()), tag=packets.ETHERTYPE_VLAN + b"\x00\x2a")]


KINDS = [
    plain, twice, rewritten, forged, foreign, short_quotation, bad_icmp_checksum, bad_ip_checksum, cut_frame,
    labelled, labelled_unannounced, whole_quotation, ip_options, unreachable, no_error, tagged,
    restored, renumbered, lengthened, swapped, optioned,
]  # fmt: skip


def is_probe(frame, kind_of_packet):
    return (
        kind_of_packet != socket.PACKET_OUTGOING
        and frame[12:14] == packets.ETHERTYPE_IPV4
        and frame[23] == socket.IPPROTO_UDP
        and int.from_bytes(frame[36:38], "big") >= BASE_PORT
    )


def send_all(link, replies):
    for reply in replies:
        link.send(reply)


def main(interface, kind=None, delay_seconds=0):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL)) as link:
        link.bind((interface, ETH_P_ALL))
        print("ready", flush=True)
        while True:
            frame, (_, _, kind_of_packet, _, _) = link.recvfrom(2048)
            if is_probe(frame, kind_of_packet):
                probe = Probe(frame)
                answer = globals()[kind] if kind else KINDS[probe.flow]
                threading.Timer(float(delay_seconds), send_all, (link, answer(probe))).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
