#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The time from writing a line to hopwire caracal until its probe leaves, and how many lines it handles per second.

usage: bench/bench_caracal.py [quick]

Both are measured in the simulated Internet, whose routers share the CPUs: they use most of the time in the second figure.
The time at which a probe left is the time of its reply minus the round-trip time.
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
    """The milliseconds from writing a line to its probe on the wire, for single lines."""
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
