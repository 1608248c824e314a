#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""RTTs of hopwire ping against those of ping, in both families, behind six real Linux routers of the simulator.

usage: bench/bench_ping.py [quick]

Each pings the target in turn, in a world of its own, ten times a second: ping waits in ticks of the kernel, which makes
shorter intervals longer (10 ms become 16 ms with 250 ticks a second), so that the caches on the path are colder.
"""

import re
import statistics
import subprocess
import sys

import support

ROUTERS = 6
INTERVAL = "0.1"
TARGETS = ("198.19.3.1", "2001:2:0:103::1")
PINGERS = {"hopwire": (str(support.BINARY), "ping"), "ping": ("ping",)}


def ping(pinger, address, count):
    """Returns the RTTs in microseconds."""
    command = (*PINGERS[pinger], "-n", "-c", str(count), "-i", INTERVAL, address)
    world = (str(support.BINARY), "sim", "run", "--topology", f"linux:{ROUTERS}", "--")
    said = subprocess.run((*world, *command), stdout=subprocess.PIPE, text=True, check=True).stdout
    return [float(ms) * 1000 for ms in re.findall(r"time=([0-9.]+) ms", said)]


def main():
    quick = sys.argv[1:] == ["quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    print(f"{'target':20} {'hopwire, us':>12} {'ping, us':>12} {'difference':>11}")
    for target in TARGETS:
        rtts = {pinger: [] for pinger in PINGERS}
        for _ in range(2 if quick else 6):
            for pinger, measured in rtts.items():
                measured.extend(ping(pinger, target, 20 if quick else 50))
        ours, theirs = (statistics.median(measured) for measured in rtts.values())
        print(f"{target:20} {ours:12.1f} {theirs:12.1f} {ours - theirs:+11.1f}")


main()
