#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whole surveys of the simulated Internet at the highest rate: a /8, each strategy, and a full routing table.

Its replies take no time and no router limits them: the figures show the survey and the path of its packets.

usage: bench/bench_survey.py [quick]      quick: only the /8

The routing table is $HOPWIRE_CORPUS/prefixes/bgp-table.txt.gz; without it, that part is left out.
"""

import gzip
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import support

RUNS = 3
STRATEGIES = ("exhaustive", "adaptive", "multipath", "multipath,coverage=prefix")
WAYS_OUT = ("ring", "live")
STOPPED = 75  # by --max-runtime
TABLE = "prefixes/bgp-table.txt.gz"
SIM = "--sim=rtt=off,rate-limits=off"
SURVEY = ("survey", "--quiet", "--overwrite", "--rate", "max", "--output", os.devnull)


class Run:
    """One survey, from the start of the process to its end."""

    def __init__(self, directory, *arguments, sim=SIM):
        metadata = pathlib.Path(directory, "survey.json")
        command = [str(support.BINARY), *SURVEY, sim, "--metadata", str(metadata), *arguments]
        started_us = time.time() * 1e6
        process = subprocess.Popen(command)
        _, status, self.usage = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) not in (0, STOPPED):
            sys.exit(f"benchmark: {command} ended with wait status {status}")
        self.metadata = json.loads(metadata.read_text())
        self.ready = (self.metadata["start_us"] - started_us) / 1e6
        self.cpu_seconds = self.usage.ru_utime + self.usage.ru_stime

    def loss(self):
        """Replies lost on this host, by place."""
        ledger = self.metadata["ledger"]
        places = ("tx_dropped", "ring_full", "fill_empty", "rx_dropped", "writer_dropped")
        lost = ", ".join(f"{place} {ledger[place]:,}" for place in places if ledger[place])
        return lost or "nothing"


def seconds_until_planned(path):
    """Seconds from the start of the process until its targets are read, merged and ordered."""
    command = [str(support.BINARY), "survey", "--sim", "--quiet", "--dry-run", "--targets", path]
    started = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        planned = time.monotonic() - started
        process.kill()
    return planned


def print_run(name, run):
    ledger = run.metadata["ledger"]
    print(f"{name}: {run.metadata['probes']:,} probes")
    print(f"  rate             {run.metadata['achieved_rate'] / 1e3:,.0f}k probes/s")
    print(f"  first probe      {run.ready:.2f} s after the start of the process")
    print(f"  peak RSS         {run.usage.ru_maxrss / 1024:,.0f} MB")
    print(f"  processor        {run.cpu_seconds * 1e9 / ledger['sent']:,.0f} ns per probe, in this process")
    print(f"  ledger           {'balanced' if ledger['balanced'] else 'NOT BALANCED'}")
    print(f"  replies          {ledger['received']:,}, lost here: {run.loss()}")


def survey_slash8(directory):
    runs = [Run(directory, "--tx", "ring", "--cooldown", "1", "20.0.0.0/8") for _ in range(RUNS)]
    rates = [run.metadata["achieved_rate"] for run in runs]
    median = next(run for run in runs if run.metadata["achieved_rate"] == statistics.median(rates))
    print_run(f"20.0.0.0/8, TTL 1-32 (the median of {RUNS} runs)", median)


def survey_strategies(directory):
    """Runs them in turn, because machines change their speed; everybody answers, and most paths cross a balancer."""
    where = ("--max-runtime", "6s", "--cooldown", "1", "16.0.0.0/6")
    sim = "--sim=realism=ideal,rtt=off,balancers=39"
    runs = {(strategy, tx): [] for strategy in STRATEGIES for tx in WAYS_OUT}
    for _ in range(RUNS):
        for (strategy, tx), done in runs.items():
            done.append(Run(directory, "--strategy", strategy, "--tx", tx, *where, sim=sim))
    print(f"262,144 /24s, each strategy and way out for 6 s at most, {RUNS} runs in turn")
    for (strategy, tx), done in runs.items():
        rates = " ".join(f"{run.metadata['achieved_rate'] / 1e3:,.0f}k" for run in done)
        sent = sum(run.metadata["ledger"]["sent"] for run in done)
        cpu = sum(run.cpu_seconds for run in done) * 1e9 / sent
        lost = "; ".join(run.loss() for run in done)
        print(f"  {strategy:26} {tx:4} {rates} probes/s; {cpu:,.0f} ns per probe in this process; lost here: {lost}")


def survey_table(directory, table):
    path = pathlib.Path(directory, "table")
    lines = gzip.decompress(table.read_bytes()).splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in lines if b":" not in line))
    planned = statistics.median(seconds_until_planned(path) for _ in range(RUNS))
    print_run("full routing table, TTL 1-4", Run(directory, "--tx", "ring", "--targets", str(path), "--max-ttl", "4"))
    print(f"  read and merged  {planned:.2f} s after the start of the process")


def main():
    quick = sys.argv[1:] == ["quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    table = pathlib.Path(os.environ.get("HOPWIRE_CORPUS", os.devnull), TABLE)
    with tempfile.TemporaryDirectory(prefix="hopwire-bench-") as directory:
        survey_slash8(directory)
        if quick:
            return
        survey_strategies(directory)
        if table.exists():
            survey_table(directory, table)
        else:
            print(f"full routing table: HOPWIRE_CORPUS has no {TABLE}")


main()
