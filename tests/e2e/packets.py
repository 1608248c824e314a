# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets that are made without hopwire's own code."""

import socket
import struct

ETHERNET_HEADER, IPV4_HEADER = 14, 20
ETHERTYPE_IPV4, ETHERTYPE_VLAN = b"\x08\x00", b"\x81\x00"
TIME_EXCEEDED, UNREACHABLE = 11, 3


def number(address):
    return int.from_bytes(socket.inet_aton(address), "big")


def address(value):
    return socket.inet_ntoa(value.to_bytes(4, "big"))


def checksum(data):
    """RFC 1071."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def with_checksum(header, offset, data=b""):
    """Fills in the checksum of `header` and what follows it; returns both."""
    header = header[:offset] + bytes(2) + header[offset + 2 :]
    return header[:offset] + struct.pack("!H", checksum(header + data)) + header[offset + 2 :] + data


def udp(source_port, destination_port, payload, checksum_value=1):
    return struct.pack("!4H", source_port, destination_port, 8 + len(payload), checksum_value) + payload


def ipv4(payload, source, destination, protocol, ttl=64, identification=0, options=b"", missing=0):
    """The total length states `missing` bytes more than the packet has."""
    length = IPV4_HEADER + len(options) + len(payload)
    header = struct.pack(
        "!BBHHHBBH4s4s",
        0x40 | length_in_words(IPV4_HEADER + len(options)), 0, length + missing, identification, 0, ttl, protocol, 0,
        socket.inet_aton(source), socket.inet_aton(destination),
    )  # fmt: skip
    return with_checksum(header + options, 10) + payload


def length_in_words(length):
    return length // 4


def icmp(kind, code, quotation, quoted_words=0, extension=b""):
    """`quoted_words` announces an extension behind the quotation (RFC 4884, section 4)."""
    header = struct.pack("!BBHBBH", kind, code, 0, 0, quoted_words, 0)
    return with_checksum(header, 2, quotation + extension)


def extension(*objects):
    """An extension structure of objects (number of class, type, payload) (RFC 4884, section 7)."""
    header = struct.Struct("!HBB")
    bodies = b"".join(header.pack(4 + len(payload), number, kind) + payload for number, kind, payload in objects)
    return with_checksum(b"\x20\0\0\0", 2, bodies)


def mpls_object(*labels):
    """A label stack of (label, tc, s, ttl) (RFC 4950)."""
    return 1, 1, b"".join(struct.pack("!I", label << 12 | tc << 9 | s << 8 | ttl) for label, tc, s, ttl in labels)


def mpls_extension(*labels):
    return extension(mpls_object(*labels))