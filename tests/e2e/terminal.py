# SPDX-License-Identifier: GPL-2.0-or-later
"""A terminal for a program that draws on one: types keys, and reads what is shown."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

import support

# From the upper left corner to where the rest is erased.
PICTURE = re.compile(rb"\x1b\[H(.*?)\x1b\[J", re.DOTALL)
TAKEN, GIVEN_BACK = b"\x1b[?1049h", b"\x1b[?1049l"


class Terminal:
    """`follower` is the program's end; both ends are closed with the test."""

    def __init__(self, test, rows=24, columns=80):
        self.test = test
        self.leader, self.follower = pty.openpty()
        test.addCleanup(os.close, self.leader)
        test.addCleanup(os.close, self.follower)
        self.before = termios.tcgetattr(self.follower)
        self.shown = b""  # and not looked at yet
        self.resize(rows, columns)

    def resize(self, rows, columns=80):
        fcntl.ioctl(self.follower, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys):
        os.write(self.leader, keys)

    def read(self, seconds=0.1):
        """Reads what is shown within that time; returns everything that has not been returned yet."""
        if select.select([self.leader], [], [], seconds)[0]:
            self.shown += os.read(self.leader, 65536)
        return self.shown

    def read_until(self, wanted):
        """Returns what is shown up to `wanted`, including it."""
        deadline = time.monotonic() + support.WAIT_SECONDS
        while wanted not in self.read():
            self.test.assertLess(time.monotonic(), deadline, self.shown[-2000:])
        seen, self.shown = self.shown.split(wanted, 1)
        return seen + wanted

    def picture(self, *wanted):
        """Reads until a picture has all these words; returns its lines."""
        lines = []

        def has_all():
            nonlocal lines
            picture = PICTURE.search(self.read())
            if not picture:
                return False
            self.shown = self.shown[picture.end() :]
            lines = [line.replace(b"\x1b[K", b"").decode().rstrip("\r") for line in picture[1].split(b"\n")]
            return all(any(word in line for line in lines) for word in wanted)

        support.wait_until(has_all, f"a picture with {wanted}")
        return lines

    def is_restored(self):
        return termios.tcgetattr(self.follower) == self.before
