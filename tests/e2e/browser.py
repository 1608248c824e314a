# SPDX-License-Identifier: GPL-2.0-or-later
"""A headless Chromium in a network namespace without any device, and the pictures that it takes."""

import re
import shutil
import struct
import subprocess
import zlib

OPTIONS = ("--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-sync")
QUIET = ("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage")


def is_there():
    return shutil.which("chromium") is not None


class Picture:
    """Rows of pixels as (red, green, blue), of a PNG of 8 bits a channel without interlacing, as Chromium writes it."""

    def __init__(self, data):
        chunks = dict(self._chunks(data))
        self.width, self.height, depth, colour = struct.unpack(">IIBB", chunks[b"IHDR"][:10])
        if depth != 8 or colour not in (2, 6):
            raise ValueError(f"a PNG of {depth} bits, colour type {colour}")
        self._channels = 3 if colour == 2 else 4
        self._rows = list(self._unfiltered(zlib.decompress(chunks[b"IDAT"])))

    @staticmethod
    def _chunks(data):
        at, pixels = 8, b""
        while at < len(data):
            length, kind = struct.unpack(">I4s", data[at : at + 8])
            body = data[at + 8 : at + 8 + length]
            pixels += body if kind == b"IDAT" else b""
            yield kind, pixels if kind == b"IDAT" else body
            at += 12 + length

    def _unfiltered(self, data):
        """Undoes the filters of PNG: each byte is stored minus what its neighbours predict (RFC 2083, section 6)."""
        size, step = self.width * self._channels, self._channels
        above = bytes(size)
        for y in range(self.height):
            kind, row = data[y * (size + 1)], bytearray(data[y * (size + 1) + 1 : (y + 1) * (size + 1)])
            if kind == 2:
                row = bytearray((a + b) & 255 for a, b in zip(row, above))
            elif kind:
                for i in range(size):
                    left, corner = (row[i - step], above[i - step]) if i >= step else (0, 0)
                    row[i] = (row[i] + predicted(kind, left, above[i], corner)) & 255
            above = bytes(row)
            yield above

    def coloured(self, top, bottom):
        """The number of pixels between two rows that have a colour, not a shade of grey."""
        count = 0
        for row in self._rows[top:bottom]:
            for i in range(0, len(row), self._channels):
                red, green, blue = row[i : i + 3]
                count += max(red, green, blue) - min(red, green, blue) > 60
        return count


def predicted(kind, left, up, corner):
    if kind == 1:
        return left
    if kind == 3:
        return (left + up) // 2
    distances = [abs(up - corner), abs(left - corner), abs(left + up - 2 * corner)]
    return (left, up, corner)[distances.index(min(distances))]


def show(page, picture, width, height, timeout):
    """Opens a file and takes a picture of it; returns what its console said, and the picture."""
    size = f"--window-size={width},{height}"
    profile = picture.with_suffix(".profile")
    command = ["unshare", "--net", "chromium", *OPTIONS, *QUIET, size, f"--user-data-dir={profile}", "--enable-logging=stderr"]
    command += [f"--screenshot={picture}", f"file://{page}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=True)
    # The browser's own pages (chrome://) complain of slow machines.
    return re.findall(r'.*CONSOLE(?!.*source: chrome://).*', done.stderr), Picture(picture.read_bytes())
