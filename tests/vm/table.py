# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of docs/kernels.md, written from the outcomes."""

import re

import nics
import scenarios

BEGIN, END = "<!-- begin: written by tests/vm/run --table -->\n", "<!-- end -->\n"


def word(outcomes, row):
    """The outcome of a scenario on one kernel."""
    outcome, _ = outcomes.rows.get(row.name, ("not run", ""))
    if outcome != "ok":
        return f"**{row.way}: {outcome}**"
    return f"{row.way} refused" if scenarios.find(scenarios.REFUSED, outcomes.series, row.name) else row.way


def cell(outcomes, rows):
    """A NIC and setting on one kernel."""
    seen = outcomes.seen.get(rows[0].nic) if rows[0].setting == "plain" else None
    return ", ".join(word(outcomes, row) for row in rows) + (f"; {seen['xdp']} XDP" if seen else "")


def lines(results):
    """Yields the lines: one column per kernel, one row per NIC and setting, in the order of nics.py."""
    tried = [row for row in scenarios.SCENARIOS if any(outcomes.tried(row) for outcomes in results.values())]
    yield f"| NIC, driver | setting | {' | '.join(results)} |"
    yield "|---|---|" + "---|" * len(results)
    for nic in nics.NICS:
        for setting in dict.fromkeys(row.setting for row in tried if row.nic == nic.name):
            rows = [row for row in tried if (row.nic, row.setting) == (nic.name, setting)]
            cells = [cell(outcomes, rows) for outcomes in results.values()]
            yield f"| {nic.name}, {nic.driver} | {setting} | {' | '.join(cells)} |"


def write(path, results):
    content = "".join(f"{line}\n" for line in lines(results))
    text = re.sub(f"{BEGIN}.*{END}", lambda _: BEGIN + content + END, path.read_text(), flags=re.DOTALL)
    path.write_text(text)
