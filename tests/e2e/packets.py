# SPDX-License-Identifier: GPL-2.0-or-later
"""Packets made by hand, independently of hopwire's own code."""

import socket
import struct


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


def with_checksum(header, offset, data):
    """Fills in the checksum of `header` and what follows it."""
    return header[:offset] + struct.pack("!H", checksum(header + data)) + header[offset + 2 :] + data


def udp(source_port, destination_port, payload, checksum_value=1):
    return struct.pack("!4H", source_port, destination_port, 8 + len(payload), checksum_value) + payload


def ipv4(payload, source, destination, protocol, ttl=64, identification=0):
    header = struct.pack(
        "!BBHHHBBH4s4s",
        0x45, 0, 20 + len(payload), identification, 0, ttl, protocol, 0,
        socket.inet_aton(source), socket.inet_aton(destination),
    )  # fmt: skip
    return with_checksum(header, 10, b"") + payload


def icmp_error(kind, code, quotation, source, destination, ttl=64):
    icmp = with_checksum(struct.pack("!BBHI", kind, code, 0, 0), 2, quotation)
    return ipv4(icmp, source, destination, socket.IPPROTO_ICMP, ttl)
