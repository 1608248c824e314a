#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys that are killed repeatedly, and whose machine loses power: their results are compared with undisturbed surveys.

A power cut is a SIGKILL after which the files are put back to what was synced. The results have their length at the last
fdatasync(), followed by blocks that reached the disk, or zeros, or nothing; each block of the state is as synced, or as
written afterwards. tests/inject records both. Surveys with several outputs, one of them Parquet, are only killed, because
tests/inject records one file. Fails if a target, TTL and flow is skipped or counted twice in any output, or if an adaptive
survey finds over a percent less than an undisturbed one. When a survey is complete, the next one begins, until all kills
were done.

usage: bench/bench_kill.py [quick | KILLS [CUTS]]     50 and 10, unless told, divided among the strategies, and half as many kills of
                                                      several outputs; `make endurance-kill`
"""

import collections
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import support

BINARY = os.environ.get("INJECT", "build/tests/inject/hopwire")
TARGETS = 8192
WORLD = ("--quiet", "--sim=realism=ideal", "16.0.0.0/11")
BLOCK = 4096
# Long enough for a checkpoint now and then; the first is asked for after a second.
SHORTEST, LONGEST = 0.3, 5.0
STRATEGIES = {
    "exhaustive": ("--rate", "20k", "--threads", "2"),
    "adaptive": ("--rate", "2k", "--strategy", "adaptive,start=1024,patience=200ms"),
    "outputs": ("--rate", "20k", "--threads", "2"),
}
# The first is what metadata and state lie beside.
EXTENSIONS = {"outputs": ("parquet", "csv.gz", "jsonl")}


class Disturbed:
    def __init__(self, directory, name, seed, moments):
        self.outputs = [directory / f"{name}-{seed}.{extension}" for extension in EXTENSIONS.get(name, ("csv",))]
        self.results = self.outputs[0]
        self.state = self.results.with_name(self.results.name + ".state")
        self.synced = directory / f"{name}.synced"
        self.metadata = support.metadata_path(self.results)
        self.arguments = ("--seed", str(seed), *STRATEGIES[name])
        self.moments = moments
        self.cut_bytes = 0

    def start(self):
        outputs = [word for output in self.outputs for word in ("--output", output)]
        line = [BINARY, "survey", "--cooldown", "200ms", "--resume", self.metadata, *outputs, *self.arguments, *WORLD]
        return subprocess.Popen(line, env={**os.environ, "HOPWIRE_SYNCED": str(self.synced)})

    def kill(self):
        """Kills the survey; returns False if it had ended before."""
        process = self.start()
        time.sleep(self.moments.uniform(SHORTEST, LONGEST))
        process.kill()
        status = process.wait()
        if status not in (0, -9):
            sys.exit(f"exit code {status}")
        return status == -9

    def blocks(self, synced, written):
        """What a disk may contain of a file of which some blocks were not synced."""
        out = bytearray()
        for at in range(0, max(len(synced), len(written)), BLOCK):
            out += self.moments.choice((synced, written))[at : at + BLOCK].ljust(BLOCK, b"\0")
        return bytes(out)

    def lose_power(self):
        length = pathlib.Path(f"{self.synced}.length").read_text().strip()
        durable = int(length) if length else 0
        written = self.results.read_bytes()
        tail = self.blocks(b"", written[durable:])[: self.moments.randrange(len(written) - durable + 1)]
        self.cut_bytes += len(written) - durable
        self.results.write_bytes(written[:durable] + tail)
        content = pathlib.Path(f"{self.synced}.content").read_bytes()
        if content:
            self.state.write_bytes(self.blocks(content, self.state.read_bytes()))

    def records(self, output):
        done = subprocess.run([BINARY, "convert", output, "-"], check=True, stdout=subprocess.PIPE, text=True)
        return support.parse_csv(done.stdout)

    def finish(self):
        process = self.start()
        if process.wait():
            sys.exit(f"exit code {process.returncode}")
        return support.read_metadata(self.results)


def disturb(survey, events):
    """Takes events from the end of the list until the survey is complete; returns how many kills and cuts these were."""
    had = collections.Counter()
    while events and survey.kill():
        had["kill"] += 1
        # Before the first sync the file system's own order decides, which is that of the set-up: the cut is for another time.
        if events[-1] == "cut" and not pathlib.Path(f"{survey.synced}.content").stat().st_size:
            events.insert(0, events.pop())
            continue
        if events.pop() == "cut":
            had["cut"] += 1
            survey.lose_power()
    return had


def undisturbed(directory, name, seed):
    results = directory / f"{name}-{seed}-undisturbed.csv"
    line = [BINARY, "survey", "--seed", str(seed), "--cooldown", "200ms", "--output", results, *STRATEGIES[name], *WORLD]
    subprocess.run(line, check=True)
    return support.read_metadata(results)


def check_exhaustive(records):
    first = collections.Counter(support.probe_of(record) for record in records if "duplicate" not in record.flags)
    if len(first) != TARGETS * 32 or set(first.values()) != {1}:
        sys.exit(f"{len(first)} of {TARGETS * 32} probes have a record that is no duplicate, or more than one")


def check_adaptive(metadata, other):
    for kind in ("interfaces", "links"):
        if metadata["graph"][kind] < 0.99 * other["graph"][kind]:
            sys.exit(f"{kind}: {metadata['graph'][kind]}, undisturbed {other['graph'][kind]}")


def run_one(directory, name, seed, moments, events):
    survey = Disturbed(directory, name, seed, moments)
    had = disturb(survey, events)
    metadata, other = survey.finish(), undisturbed(directory, name, seed)
    for output in survey.outputs:
        records = survey.records(output)
        if name != "adaptive":
            check_exhaustive(records)
        if metadata["ledger"]["written"] < len(records):
            sys.exit(f"{output}: {len(records)} records, of which {metadata['ledger']['written']} are told")
    if name == "adaptive":
        check_adaptive(metadata, other)
    print(
        f"{name}: {had['kill']} kills, {had['cut']} of them power cuts that took {survey.cut_bytes / 1e6:.1f} MB: "
        f"sent {metadata['ledger']['sent']:,}, undisturbed {other['ledger']['sent']:,}; "
        f"interfaces {metadata['graph']['interfaces']:,} of {other['graph']['interfaces']:,}, "
        f"links {metadata['graph']['links']:,} of {other['graph']['links']:,}",
        flush=True,
    )


def run(directory, name, kills, cuts):
    """That many kills, of which so many are power cuts, in any order and in as many surveys as they need."""
    moments = random.Random(15)
    events = ["cut"] * cuts + ["kill"] * (kills - cuts)
    moments.shuffle(events)
    seed = 0
    while events:
        seed += 1
        run_one(directory, name, seed, moments, events)


def main():
    quick = sys.argv[1:] == ["quick"]
    kills, cuts = (4, 2) if quick else (*map(int, sys.argv[1:]), *(50, 10)[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory(prefix="hopwire-kill-") as directory:
        for name in STRATEGIES:
            run(pathlib.Path(directory), name, kills // 2, 0 if name in EXTENSIONS else cuts // 2)


if __name__ == "__main__":
    main()
