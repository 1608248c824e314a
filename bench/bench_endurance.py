#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A survey of the simulated Internet that runs for long: memory, descriptors, rate, and numbered results.

Measures it every ten seconds. Numbered files that are full are read, counted and deleted, as an operator would do, so an
hour needs no more space than a minute. Fails if memory grows or shrinks by more than a megabyte after the first minute, if
the number of descriptors grows, the ledger does not balance, records are missing, or a file is not valid on its own.

usage: bench/bench_endurance.py [quick | SECONDS]      90 seconds, unless told; `make endurance SECONDS=3600`
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import support

RATE = 200_000
ROTATE = 64 << 20
EVERY = 10  # seconds between two looks
SETTLED = 60  # seconds after which nothing is new any more
MEMORY_MAY_MOVE = 1024  # KB, up or down from the middle
# As many probes as three hours have. Few targets and many flows: what there is to find is soon found.
WORLD = ("--sim=rtt=off", "--flows", "256", "--max-ttl", "32", "16.0.0.0/6")


class Survey:
    def __init__(self, directory, seconds):
        self.results = directory / "r.csv"
        self.control = directory / "control"
        command = [
            support.BINARY, "survey", "--quiet", "--rate", str(RATE), "--max-runtime", str(seconds), "--cooldown", "1",
            "--rotate", str(ROTATE), "--control", self.control, "--output", self.results, *WORLD,
        ]  # fmt: skip
        self.process = subprocess.Popen(command)
        self.records = self.files = 0

    def running(self):
        return self.process.poll() is None

    def memory(self):
        """The resident memory, in KB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))

    def descriptors(self):
        """The number of descriptors that stay open: while the next numbered file begins there is one more."""
        counts = []
        for _ in range(3):
            counts.append(len(os.listdir(f"/proc/{self.process.pid}/fd")))
            time.sleep(0.1)
        return min(counts)

    def status(self):
        asked = [support.BINARY, "ctl", self.control, "status"]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def take_away(self, until_the_last=False):
        """Deletes numbered files that no longer change."""
        files = sorted(self.results.parent.glob("r.*.csv"), key=lambda path: int(path.name.split(".")[1]))
        for path in files if until_the_last else files[:-1]:
            with path.open() as lines:
                header = next(lines)
                count, last = 0, "\n"
                for last in lines:
                    count += 1
            if not header.startswith("time_us,") or not last.endswith("\n"):
                sys.exit(f"{path} is not whole")
            self.records += count
            self.files += 1
            path.unlink()

    def metadata(self):
        return json.loads(pathlib.Path(f"{self.results}.meta.json").read_text())


def look(survey, before):
    """Prints a line of measurements and returns them."""
    descriptors = survey.descriptors()  # before it is asked, which takes one more
    status = survey.status()
    if not status:
        return before
    seen = {
        "seconds": status["elapsed"],
        "sent": status["ledger"]["sent"],
        "memory": survey.memory(),
        "descriptors": descriptors,
    }
    passed = seen["seconds"] - before["seconds"]
    seen["rate"] = (seen["sent"] - before["sent"]) / passed if passed > 0 else 0
    print(
        f"{seen['seconds']:8.0f} s {seen['sent']:15,} sent {seen['rate'] / 1e3:8.1f}k/s {seen['memory']:10,} KB"
        f" {seen['descriptors']:5} descriptors {survey.files:4} files",
        flush=True,
    )
    return seen


def follow(survey):
    seen, all_seen = {"seconds": 0, "sent": 0}, []
    due = time.monotonic() + EVERY
    while survey.running():
        if time.monotonic() < due:
            time.sleep(0.2)
            continue
        due += EVERY
        survey.take_away()
        before, seen = seen, look(survey, seen)
        if seen is not before:
            all_seen.append(seen)
    survey.take_away(until_the_last=True)
    return all_seen


def judge(survey, looks):
    metadata = survey.metadata()
    ledger = metadata["ledger"]
    settled = [each for each in looks if each["seconds"] >= SETTLED] or looks
    memory = [each["memory"] for each in settled]
    descriptors = {each["descriptors"] for each in settled}
    rates = [each["rate"] for each in settled]
    lost = {name: ledger[name] for name in ("tx_dropped", "device_dropped", "ring_full", "fill_empty", "rx_dropped", "writer_dropped")}
    print(f"{metadata['state']} ({metadata['stopped']}): {ledger['sent']:,} probes, {ledger['accepted']:,} replies, {survey.files} files")
    print(f"memory after {SETTLED} s   {min(memory):,} to {max(memory):,} KB")
    print(f"descriptors          {', '.join(map(str, sorted(descriptors)))}")
    print(f"rate                 {min(rates) / 1e3:.1f}k to {max(rates) / 1e3:.1f}k/s, {metadata['achieved_rate'] / 1e3:.1f}k/s in all")
    print(f"lost here            {', '.join(f'{name} {count:,}' for name, count in lost.items() if count) or 'nothing'}")
    faults = []
    if max(memory) - min(memory) > 2 * MEMORY_MAY_MOVE:
        faults.append("memory is not flat")
    if len(descriptors) > 1:
        faults.append("descriptors come and go")
    if not ledger["balanced"]:
        faults.append("the ledger does not balance")
    if survey.records != ledger["written"]:
        faults.append(f"{survey.records:,} records of {ledger['written']:,} are there")
    return faults


def main():
    argument = sys.argv[1] if len(sys.argv) > 1 else "90"
    seconds = 20 if argument == "quick" else int(argument)
    with tempfile.TemporaryDirectory(prefix="hopwire-bench-") as directory:
        survey = Survey(pathlib.Path(directory), seconds)
        try:
            faults = judge(survey, follow(survey))
        finally:
            survey.process.kill()
            survey.process.wait()
    print("; ".join(faults) or "nothing wrong")
    sys.exit(1 if faults else 0)


main()
