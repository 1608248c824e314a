#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The adaptive strategy against FlashRoute's rule in virtual time, over several seeds.

usage: bench/bench_adaptive.py [quick]

The worlds are synthetic Internets, some with known difficulties (rate limits, loss, forged answers), and, if HOPWIRE_CORPUS
names a folder of data, its topologies/*.routes.gz with nine of ten destinations silent. Each row is the mean of its
seeds; "of flashroute" is the share of its probes.
"""

import os
import pathlib
import statistics
import subprocess
import sys

PROGRAM = pathlib.Path(os.environ.get("HOPWIRE", "build/hopwire")).parent / "bench/bench_strategies"
STRATEGIES = ("flashroute,round=600ms", "flashroute,preprobe,round=600ms", "adaptive")
HARD = {
    "2 % limit": ("limit=0.02",),
    "0.5 % limit": ("limit=0.005",),
    "0.1 % limit": ("limit=0.001",),
    "5 % loss": ("loss=0.05",),
    "forged": ("forged=0.5",),
    "routes part, meet": ("parting=75",),
    "/16s of one path": ("alike=100",),
    "churn": ("churn=0.3",),
}
# Near hops answer few errors a second, whatever the rate.
IPV6 = {
    "IPv6": (),
    "IPv6, 0.1 % limit": ("limit=0.001",),
}
FIELDS = ("targets", "ifaces", "links", "probes", "iface share", "link share", "with last", "per 1000", "seconds")


def measure(topology, strategy, seed, settings):
    command = (PROGRAM, topology, strategy, f"seed={seed}", *settings)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [float(word) for word in done.stdout.splitlines()[-1].split()[2 : 2 + len(FIELDS)]]


def compare(name, topology, seeds, settings=()):
    """Prints a row for each strategy."""
    flashroute = None
    for strategy in STRATEGIES:
        runs = [measure(topology, strategy, seed, settings) for seed in seeds]
        targets, _, _, probes, ifaces, links, last, per_1000, seconds = (statistics.mean(column) for column in zip(*runs))
        flashroute = flashroute or probes
        rule = strategy.replace(",round=600ms", "")
        print(
            f"{name:22} {rule:20} {targets:9.0f} {probes:7.2f} {100 * probes / flashroute:7.1f} % "
            f"{ifaces:7.4f} {links:7.4f} {last:7.4f} {per_1000:9.2f} {seconds:8.0f}",
            flush=True,
        )


def corpus():
    folder = os.environ.get("HOPWIRE_CORPUS")
    return sorted(pathlib.Path(folder, "topologies").glob("*.routes.gz")) if folder else []


def main():
    quick = sys.argv[1:] == ["quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    seeds = (1,) if quick else (1, 2, 3)
    print(f"{'':43} {'targets':>9} {'probes':>7} {'of flashr.':>9} {'ifaces':>7} {'links':>7} {'+last':>7} {'per 1000':>9} {'seconds':>8}")
    for realism in ("ideal", "internet"):
        prefix = "16.0.0.0/9" if quick else "16.0.0.0/4"
        compare(realism, "synthetic", seeds, (f"realism={realism}", f"prefix={prefix}"))
    for name, settings in HARD.items():
        prefix = "16.0.0.0/9" if quick else "16.0.0.0/7"
        compare(f"internet, {name}", "synthetic", seeds, (f"prefix={prefix}", *settings))
    for name, settings in IPV6.items():
        prefix = "2a00::/33" if quick else "2a00::/31"
        compare(name, "synthetic", seeds, (f"prefix={prefix}", *settings))
    for path in corpus():
        compare(path.name.split(".")[0], f"routes:{path}", seeds)
    if not corpus():
        print("HOPWIRE_CORPUS names no folder with topologies/*.routes.gz: these are left out")


main()
