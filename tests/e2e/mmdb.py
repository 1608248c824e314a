# SPDX-License-Identifier: GPL-2.0-or-later
"""Writes a MaxMind DB (file format 2.0) with prefixes and data about them."""

import ipaddress
import pathlib

MAP, TEXT, UINT16, UINT32, UINT64, ARRAY = 7, 2, 5, 6, 9, 11
MARKER = b"\xab\xcd\xefMaxMind.com"
RECORD_BITS = 24


def control(kind, size):
    """The control bytes of a field: its type and size. Types beyond 7 have a second byte, and sizes from 29 on have one, too."""
    first, more = (size, b"") if size < 29 else (29, bytes([size - 29]))
    return bytes([kind << 5 | first]) + more if kind <= 7 else bytes([first, kind - 7]) + more


def number(kind, value):
    content = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return control(kind, len(content)) + content


def encoded(value):
    if isinstance(value, dict):
        return control(MAP, len(value)) + b"".join(encoded(key) + encoded(item) for key, item in value.items())
    if isinstance(value, list):
        return control(ARRAY, len(value)) + b"".join(map(encoded, value))
    if isinstance(value, tuple):
        return number(*value)
    return control(TEXT, len(value.encode())) + value.encode()


def bits_of(prefix):
    """The bits of a prefix; prefixes of IPv4 are below ::/96."""
    network = ipaddress.ip_network(prefix)
    shift = 0 if network.version == 6 else 96
    address = int(network.network_address)
    return [address >> (127 - place) & 1 for place in range(shift + network.prefixlen)]


def write(path, entries):
    """`entries` are keyed by prefix; none of the prefixes lies in another."""
    nodes, data = [[None, None]], b""
    for prefix, value in entries.items():
        at, bits = 0, bits_of(prefix)
        for bit in bits[:-1]:
            if nodes[at][bit] is None:
                nodes[at][bit] = len(nodes)
                nodes.append([None, None])
            at = nodes[at][bit]
        nodes[at][bits[-1]] = ("data", len(data))
        data += encoded(value)
    tree = b"".join(record(entry, len(nodes)) for node in nodes for entry in node)
    about = {
        "binary_format_major_version": (UINT16, 2), "binary_format_minor_version": (UINT16, 0), "build_epoch": (UINT64, 1),
        "database_type": "Test", "description": {"en": "test"}, "ip_version": (UINT16, 6), "languages": ["en"],
        "node_count": (UINT32, len(nodes)), "record_size": (UINT16, RECORD_BITS),
    }  # fmt: skip
    pathlib.Path(path).write_bytes(tree + bytes(16) + data + MARKER + encoded(about))


def record(entry, node_count):
    if entry is None:
        entry = node_count
    elif isinstance(entry, tuple):
        entry = node_count + 16 + entry[1]
    return entry.to_bytes(RECORD_BITS // 8, "big")
