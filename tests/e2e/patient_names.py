# SPDX-License-Identifier: GPL-2.0-or-later
"""A name server that answers only once that many names are asked for at the same time.

usage: patient_names.py NAMES

Prints "ready" once it listens at 127.0.0.1. 44.3.0.7 is called router-7.example, and no other address has a name.
"""

import re
import socket
import struct
import sys

POINTER, NAME_ERROR = 12, 3
ROUTER = re.compile(r"(\d+)\.0\.3\.44\.in-addr\.arpa", re.IGNORECASE)


def question(message):
    """Returns the name in the question, and the question's bytes as they are in the message."""
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode())
        at += 1 + message[at]
    return ".".join(labels), message[12 : at + 5]


def encoded(name):
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def answer(message):
    name, asked = question(message)
    router = ROUTER.fullmatch(name)
    if not router:
        return message[:2] + struct.pack("!5H", 0x8180 | NAME_ERROR, 1, 0, 0, 0) + asked
    data = encoded(f"router-{router.group(1)}.example")
    record = struct.pack("!HHHIH", 0xC00C, POINTER, 1, 60, len(data)) + data
    return message[:2] + struct.pack("!5H", 0x8180, 1, 1, 0, 0) + asked + record


def main():
    wanted, waiting = int(sys.argv[1]), {}
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", 53))
    print("ready", flush=True)
    while True:
        message, client = server.recvfrom(2000)
        waiting[question(message)[0]] = message, client
        if len(waiting) >= wanted:
            wanted = 0
            for message, client in waiting.values():
                server.sendto(answer(message), client)
            waiting.clear()


main()
