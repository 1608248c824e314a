# SPDX-License-Identifier: GPL-2.0-or-later
"""The tests of a kernel in shares, each for a guest of its own.

During most of a scenario a machine waits for ARP, a carrier or late replies; several guests side by side use that time.
Several processors in one guest do not: if the real machine has fewer, one waits for a lock that another one holds, and
everything takes twice the work. So a guest has one processor, unless a driver's queues need two.
"""

import fnmatch
import os
import typing

import kernel_units
import nics
import scenarios

GUESTS = 2 + len(os.sched_getaffinity(0))


class Chosen:
    """The tests whose name contains a pattern."""

    def __init__(self, pattern):
        chosen = lambda name: fnmatch.fnmatch(name, f"*{pattern}*")
        self.units = kernel_units.patterns() if chosen("unit") else []
        self.end_to_end = [list(filter(chosen, names)) for names in scenarios.END_TO_END]
        self.scenarios = list(filter(lambda row: chosen(row.name), scenarios.SCENARIOS))


class Share(typing.NamedTuple):
    name: str
    processors: int = 1
    units: typing.Sequence[str] = ()  # patterns
    end_to_end: typing.Sequence[str] = ()
    rows: typing.Sequence[scenarios.Scenario] = ()

    def nics(self):
        return {row.nic for row in self.rows}

    def words(self, binary):
        """The same as the words that the guest expects."""
        names = [row.name for row in self.rows]
        return {"binary": str(binary), "unit": self.units, "end_to_end": self.end_to_end, "scenarios": names}

    def is_empty(self):
        return not (self.units or self.end_to_end or self.rows)


def of(chosen, models):
    """Those of the chosen tests whose NICs are among the models; the tests that take longest come first."""
    processors_of = {nic.name: nic.processors for nic in nics.NICS}
    scenarios_by = lambda processors: [
        row for row in chosen.scenarios if row.nic in models and processors_of[row.nic] == processors
    ]
    shares = (
        Share("scenarios-with-queues", processors=2, rows=scenarios_by(2)),
        Share("units", units=chosen.units),
        Share("scenarios", rows=scenarios_by(1)),
        *(Share(f"end-to-end-{i}", end_to_end=names) for i, names in enumerate(chosen.end_to_end, 1)),
    )
    return [share for share in shares if not share.is_empty()]
