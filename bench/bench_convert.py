#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The cost of hopwire convert from each format to others: records per second, processor time, memory.

usage: bench/bench_convert.py [quick]

20 million records, in $TMPDIR (10 GB): a million as a survey has them, with 20,000 responders and as many targets as
records, twenty times. Rows without "warts" need memory for a part of the records, and as much for ten times as many.
"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import support

MILLION = 1_000_000
PAIRS = (
    ("csv", "csv"),
    ("csv", "jsonl"),
    ("csv", "parquet"),
    ("jsonl", "csv"),
    ("jsonl", "parquet"),
    ("parquet", "csv"),
    ("parquet", "jsonl"),
    ("parquet", "csv.zst"),
    ("csv.zst", "parquet"),
    ("parquet", "warts"),
    ("warts", "csv"),
)


def address(number):
    return f"{number >> 24}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def write_million(path, draw):
    routers = [draw.getrandbits(32) for _ in range(20_000)]
    with open(path, "w", encoding="ascii") as out:
        out.write("time_us,responder,target,flow,probe_ttl,quoted_ttl,reply_ttl,icmp_type,icmp_code,rtt_us,mpls,flags\n")
        for i in range(MILLION):
            bits = draw.getrandbits(64)
            label = f"{bits & 0xfffff}:0:1:1" if bits % 8 == 0 else ""
            out.write(
                f"{1700000000000000 + 5 * i},{address(routers[bits % 20_000])},{address(bits >> 32)},0,{1 + bits % 32},1,"
                f"{bits >> 11 & 255},11,0,{(bits >> 7) % 300_000},{label},{'duplicate' if bits % 50 == 0 else ''}\n"
            )


def convert(sources, out):
    """Returns seconds, seconds of processor time, and the largest amount of memory in KB."""
    began = time.monotonic()
    child = subprocess.Popen((str(support.BINARY), "convert", "--overwrite", *map(str, sources), str(out)))
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"convert to {out} failed")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    quick = sys.argv[1:] == ["quick"]
    if sys.argv[1:] and not quick:
        sys.exit(f"usage: {sys.argv[0]} [quick]")
    millions = 1 if quick else 20
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        write_million(directory / "million.csv", random.Random(1))
        convert([directory / "million.csv"] * millions, directory / "r.csv")
        print(f"{'from':<8} {'to':<8} {'records/s':>10} {'CPU ns/record':>14} {'memory, MB':>11}")
        for source, target in PAIRS:
            same = "same." if source == target else ""
            took, cpu, memory = convert([directory / f"r.{source}"], directory / f"{same}r.{target}")
            rate, cost = millions * MILLION / took, cpu * 1e9 / millions / MILLION
            print(f"{source:<8} {target:<8} {rate:>10,.0f} {cost:>14,.0f} {memory / 1024:>11,.0f}", flush=True)


main()
