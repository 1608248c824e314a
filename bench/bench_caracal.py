#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""How soon a probe leaves after its line was written to hopwire caracal, and how many lines it takes per second.

usage: bench/bench_caracal.py [quick]

Both in the simulated Internet, whose routers share the CPUs: of the second figure most is theirs. A probe left when its
reply came, less the round-trip time.
"""

import statistics
import subprocess
import sys
import time

import support

IDEAL = ("--realism", "ideal", "--rtt", "off")


def start(*arguments):
    command = (str(support.BINARY), "sim", "run", *IDEAL, "--", str(support.BINARY), "caracal", *arguments)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, text=True, **pipes)


def delays(count):
    """Milliseconds from the line to the wire, of single lines."""
    child = start("-r", "1000")
    child.stdout.readline()
    measured = []
    for number in range(count):
        written = time.time()
        child.stdin.write(f"16.0.0.7,{24000 + number},33434,1,udp\n")
        child.stdin.flush()
        row = child.stdout.readline().split(",")
        measured.append((int(row[0]) / 1e6 - int(row[15]) / 1e4 - written) * 1e3)
    child.communicate()
    return measured


def lines_per_second(count):
    text = "".join(f"16.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255},24000,33434,40,udp\n" for i in range(count))
    child = start("-r", "max", "-W", "0")
    child.stdout.readline()
    began = time.monotonic()
    child.communicate(text)
    return count / (time.monotonic() - began)


def main():
    quick = sys.argv[1:] == ["quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    measured = delays(20 if quick else 100)
    print(f"line to wire, ms: median {statistics.median(measured):.2f}, largest {max(measured):.2f}")
    print(f"lines per second: {lines_per_second(100_000 if quick else 1_000_000):,.0f}")


main()
