#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey beside programs that use all processor time they can get: two per CPU, in the same session.

The simulated Internet answers every probe. If $HOPWIRE_BEFORE names another hopwire, both are measured in turn.

usage: bench/bench_busy.py [quick]
"""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import support

RATE = 100_000
HOG = "while True: pass"
NICENESS = (None, 10, 0)  # of the hogs; None: there are none
WORLDS = ("rtt=off,realism=ideal", "realism=ideal")
PLACES = ("tx_dropped", "device_dropped", "ring_full", "fill_empty", "rx_dropped", "writer_dropped")


@contextlib.contextmanager
def hogs(niceness):
    """Two per CPU, in the session of the survey: with autogroups they share the session's part of the processor."""
    count = 0 if niceness is None else 2 * len(os.sched_getaffinity(0))
    command = ["nice", "-n", str(niceness), sys.executable, "-c", HOG]
    processes = [subprocess.Popen(command) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def survey(binary, directory, world, targets):
    metadata = pathlib.Path(directory, "survey.json")
    command = [
        binary, "survey", "--quiet", "--rate", str(RATE), "--cooldown", "1", "--output", os.devnull,
        "--metadata", metadata, f"--sim={world}", targets,
    ]  # fmt: skip
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return json.loads(metadata.read_text())


def print_row(name, niceness, world, result):
    ledger = result["ledger"]
    lost = sum(ledger[place] for place in PLACES)
    slow = result["sim"]["counters"].get("delay_full", 0)
    pressure = result.get("back_pressure") or {}
    print(
        f"{name:8} {'none' if niceness is None else f'nice {niceness}':8} {world:22}"
        f" {result['achieved_rate'] / 1e3:7.1f}k {ledger['accepted']:10,} {lost:9,}"
        f" {100 * lost / max(ledger['arrived'], 1):6.2f} % {slow:9,} {pressure.get('seconds', 0):7.1f} s",
        flush=True,
    )


def main():
    quick = sys.argv[1:] == ["quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    targets = "20.0.0.0/12" if quick else "20.0.0.0/10"
    binaries = {"now": str(support.BINARY)}
    if "HOPWIRE_BEFORE" in os.environ:
        binaries["before"] = os.environ["HOPWIRE_BEFORE"]
    print(f"{'':8} {'hogs':8} {'world':22} {'rate':>8} {'replies':>10} {'lost':>9} {'':>8} {'sim slow':>9} {'slowed':>9}")
    with tempfile.TemporaryDirectory(prefix="hopwire-bench-") as directory:
        for world in WORLDS:
            for niceness in NICENESS:
                with hogs(niceness):
                    for name, binary in binaries.items():
                        print_row(name, niceness, world, survey(binary, directory, world, targets))


main()
