#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""RTTs of a survey against those of ping, on a chain of real Linux routers in namespaces.

usage: bench/bench_rtt.py [quick]

Both send at the same rate to all hops at once, in turn. ping reads the clock before its system call and uses the kernel's
time of arrival; a survey reads it before it crafts a batch and uses the XDP program's time of arrival.
"""

import re
import statistics
import subprocess
import sys

import network
import support

ROUTERS = 6
RATE = 500  # probes per second to all hops together: the routers are idle between any two


def open_routes(chain):
    """Makes every router reachable by its own address, not only those on the host's link."""
    for i, router in enumerate(chain.routers):
        for link in range(i + 2, ROUTERS + 1):
            router.ip(f"route add 44.0.{link}.0/24 via 44.0.{i + 1}.2")


def survey(chain, prefix):
    """Returns the RTTs in microseconds by TTL."""
    rtts = {ttl: [] for ttl in range(1, ROUTERS + 2)}
    limits = ("--rate", str(RATE), "--max-ttl", str(ROUTERS + 1), "--cooldown", "1")
    command = [str(support.BINARY), "survey", "--quiet", *limits, prefix]
    for record in support.parse_csv(chain.host.call(*command)):
        rtts[record.probe_ttl].append(record.rtt_us)
    return rtts


def ping(chain, addresses, count):
    """Pings all addresses at once; returns the RTTs in microseconds by address."""
    options = ("-n", "-c", count, "-i", len(addresses) / RATE, "-W", 5)
    started = [
        subprocess.Popen(chain.host.command("ping", *options, address), stdout=subprocess.PIPE, text=True)
        for address in addresses
    ]
    said = [process.communicate()[0] for process in started]
    return [[float(ms) * 1000 for ms in re.findall(r"time=([0-9.]+) ms", text)] for text in said]


def measure(chain, rounds, prefix, count):
    """Returns (surveyed, pinged) RTTs for each hop."""
    hops = [*chain.hops, chain.target]
    measured = [([], []) for _ in hops]
    for _ in range(rounds):
        for ttl, rtts in survey(chain, prefix).items():
            measured[ttl - 1][0].extend(rtts)
        for (_, pinged), rtts in zip(measured, ping(chain, hops, count)):
            pinged.extend(rtts)
    return list(zip(hops, measured))


def quartiles(values):
    low, median, high = statistics.quantiles(values, n=4)
    return f"{low:8.0f} {median:8.0f} {high:8.0f}"


def main():
    quick = sys.argv[1:] == ["quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    chain = network.RouterChain(ROUTERS)
    try:
        open_routes(chain)
        measured = measure(chain, 1 if quick else 4, "44.1.0.0/18", 64)
    finally:
        chain.remove()
    print(f"{'':18} {'survey, us':^26} {'ping, us':^26}")
    print(f"{'hop':3} {'address':14} {'p25':>8} {'p50':>8} {'p75':>8} {'p25':>8} {'p50':>8} {'p75':>8} {'difference':>11}")
    for hop, (address, (surveyed, pinged)) in enumerate(measured, 1):
        difference = statistics.median(surveyed) - statistics.median(pinged)
        print(f"{hop:<3} {address:14} {quartiles(surveyed)} {quartiles(pinged)} {difference:+11.0f}")


main()
