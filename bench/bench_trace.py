#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Traces of a thousand targets at once in the simulated Internet, against the time that pacing alone takes.

usage: bench/bench_trace.py [quick]

Pacing alone takes probes / rate. The rest of the time of a run is waiting: for the last answers, for silent hops, and for
paths whose window is full. Each row is a run of its own; `records` are the answers that were written.
"""

import json
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

import network
import support

RATE = 5000
WAIT = 1  # seconds
HOPS = 30

# Where nothing answers, paths do nothing but wait; where no target answers, each sends to all of its 30 hops.
WORLDS = {
    "ideal": ("--realism", "ideal"),
    "no target answers": ("--realism", "ideal", "--answering", "0"),
    "internet, RTTs": ("--realism", "internet", "--rate-limits", "off"),
    "nothing answers": ("--realism", "ideal", "--loss-back", "100"),
}
OPTIONS = {
    "30 hops, -q 1": ("--gap-limit", "0", "-q", "1"),
    "30 hops, -q 3": ("--gap-limit", "0", "-q", "3"),
    "as by default": (),
}


def targets(count):
    """One address in each /24, spread over the address space."""
    return [f"{20 + i % 100}.{i * 7 % 256}.{i // 256}.{1 + i % 250}" for i in range(count)]


def run(world, options, hosts, directory):
    """Returns (seconds, seconds of CPU, probes, records) of a run of its own."""
    file, results = directory / "targets", directory / "results.csv"
    file.write_text("\n".join(hosts) + "\n")
    limits = ("-n", "-r", RATE, "-w", WAIT, "-m", HOPS)
    trace = (support.BINARY, "trace", *limits, *options, "--targets", file, "--overwrite", "--output", results)
    command = (support.BINARY, "sim", "run", *world, "--", sys.executable, __file__, "inside", *trace)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run([str(word) for word in command], check=True, stdout=subprocess.PIPE, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds, probes = said.split()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return float(seconds), cpu, int(probes), len(support.read_csv(results))


def sent():
    (link,) = json.loads(network.call("ip", "-stats", "-json", "link", "show", "uplink0"))
    return link["stats64"]["tx"]["packets"]


def inside(command):
    """In the simulated Internet: runs the command and prints its time, without that of making the world, and how many packets it
    sent."""
    before, start = sent(), time.monotonic()
    status = subprocess.run(command, stdout=subprocess.DEVNULL).returncode
    seconds = time.monotonic() - start
    print(seconds, sent() - before)
    sys.exit(status if status > 1 else 0)


def main():
    if sys.argv[1:2] == ["inside"]:
        inside(sys.argv[2:])
    quick = sys.argv[1:] == ["quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    hosts = targets(100 if quick else 1000)
    print(f"{len(hosts)} targets, {RATE} probes per second, {WAIT} s of patience")
    columns = ("world", "options", "probes", "records", "paced, s", "took, s", "ratio", "CPU, s")
    print("{:18} {:14} {:>7} {:>8} {:>9} {:>8} {:>6} {:>7}".format(*columns))
    with tempfile.TemporaryDirectory(prefix="hopwire-bench-") as name:
        for world, world_options in WORLDS.items():
            for options, trace_options in OPTIONS.items():
                seconds, cpu, probes, records = run(world_options, trace_options, hosts, pathlib.Path(name))
                paced = probes / RATE
                row = (world, options, probes, records, paced, seconds, seconds / paced, cpu)
                print("{:18} {:14} {:7} {:8} {:9.2f} {:8.2f} {:6.2f} {:7.2f}".format(*row), flush=True)


main()
