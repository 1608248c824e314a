#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP traffic that must continue beside a survey.

usage: echo.py server ADDRESS      prints "ready", echoes one connection until it is closed
       echo.py client ADDRESS      sends numbered blocks and checks their echo until stdin is closed, then
                                   prints how many there were
"""

import select
import socket
import sys

PORT = 7
BLOCK = 4096
SILENCE_SECONDS = 10  # a connection that gets no answer for so long is dead


def serve(address):
    with socket.create_server((address, PORT)) as server:
        print("ready", flush=True)
        connection, _ = server.accept()
        with connection:
            while data := connection.recv(65536):
                connection.sendall(data)


def receive(connection, length):
    data = b""
    while len(data) < length:
        part = connection.recv(length - len(data))
        if not part:
            raise ConnectionError("closed by the server")
        data += part
    return data


def talk(address):
    blocks = 0
    with socket.create_connection((address, PORT), timeout=SILENCE_SECONDS) as connection:
        while not select.select([sys.stdin], [], [], 0)[0]:
            block = blocks.to_bytes(8, "big") * (BLOCK // 8)
            connection.sendall(block)
            if receive(connection, BLOCK) != block:
                raise ValueError(f"block {blocks} came back changed")
            blocks += 1
    print(blocks)


if __name__ == "__main__":
    {"server": serve, "client": talk}[sys.argv[1]](sys.argv[2])
