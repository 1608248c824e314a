#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One sender against several, each with a CPU, a TX ring and a queue of the veth pair of its own.

Nobody answers in this simulated Internet, so that receivers are idle: its far end looks at each probe and drops
it, on the core that sent it. Surveys with one and with more senders are run in turn.

usage: bench/bench_threads.py [quick]
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

import support

SENDERS = (1, 2, 4)
SILENT = "--sim=rtt=off,rate-limits=off,silent=100,answering=0"
# One sender is pinned as well: otherwise the scheduler moves it away from the far end's work, which then has a
# core of its own.
CPUS = ",".join(map(str, sorted(os.sched_getaffinity(0))))
# The first two routers answer whatever the rest does.
SURVEY = ("survey", "--quiet", "--rate", "max", "--cooldown", "0", "--min-ttl", "3", "--output", os.devnull)


def survey(directory, backend, senders, targets):
    """Runs a survey; returns its rate, and the processor time a probe took, in ns."""
    metadata = pathlib.Path(directory, "survey.json")
    command = [
        support.BINARY, *SURVEY, f"{SILENT},queues={senders}", "--tx", backend, "--threads", str(senders),
        "--cpus", CPUS, "--metadata", metadata, targets,
    ]  # fmt: skip
    process = subprocess.Popen(command)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"benchmark: {command} ended with wait status {status}")
    result = json.loads(metadata.read_text())
    if not result["ledger"]["balanced"]:
        sys.exit("benchmark: the ledger does not balance")
    return result["achieved_rate"], (usage.ru_utime + usage.ru_stime) * 1e9 / result["ledger"]["sent"]


def main():
    quick = sys.argv[1:] == ["quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    turns, targets = (3, "20.0.0.0/10") if quick else (7, "20.0.0.0/8")
    counts = [senders for senders in SENDERS if senders <= len(os.sched_getaffinity(0))]
    print(f"{'veth':10} {'senders':>7} {'Mpps':>6} {'best':>6} {'ratio':>6} {'CPU ns':>7}")
    with tempfile.TemporaryDirectory(prefix="hopwire-bench-") as directory:
        for backend in ("ring", "xsk", "sendmmsg"):
            rows = {senders: [] for senders in counts}
            for _ in range(turns):
                for senders in counts:
                    rows[senders].append(survey(directory, backend, senders, targets))
            for senders in counts:
                rates, cpu = zip(*rows[senders])
                ratio = statistics.median(rate / one for (rate, _), (one, _) in zip(rows[senders], rows[1]))
                print(
                    f"{backend:10} {senders:7} {statistics.median(rates) / 1e6:6.2f} {max(rates) / 1e6:6.2f}"
                    f" {ratio:6.2f} {statistics.median(cpu):7.0f}"
                )


main()
