# SPDX-License-Identifier: GPL-2.0-or-later
"""The table of docs/kernels.md, written from what came out."""

import re

BEGIN, END = "<!-- begin: written by tests/vm/run --table -->\n", "<!-- end -->\n"
SIGNS = {"ok": "", "FAILED": "**fails**", "skipped": "not"}


def cell(rows, seen):
    """What of a NIC and setting works: `rows` are pairs of a way and its outcome."""
    works = [way for way, (outcome, _) in rows if outcome == "ok"]
    others = [f"{SIGNS[outcome]} {way}" for way, (outcome, _) in rows if outcome != "ok"]
    return ", ".join([*works, *others]) + (f" ({seen['xdp']} XDP)" if seen else "")


def lines(results):
    """Yields the lines: a column a kernel, a row a NIC and setting."""
    groups = {}
    for release, outcomes in results.items():
        for name, outcome in outcomes.rows.items():
            if name.count("/") == 2:
                nic, setting, way = name.split("/")
                groups.setdefault((nic, setting), {}).setdefault(release, []).append((way, outcome))
    yield f"| NIC, driver | setting | {' | '.join(results)} |"
    yield "|---|---|" + "---|" * len(results)
    for (nic, setting), kernels in groups.items():
        seen = [outcomes.seen.get(nic) for outcomes in results.values()]
        driver = next((word["driver"] for word in seen if word), "")
        cells = [
            cell(kernels.get(release, []), word if setting == "plain" else None)
            for release, word in zip(results, seen)
        ]
        yield f"| {nic}{', ' + driver if driver else ''} | {setting} | {' | '.join(cells)} |"


def write(path, results):
    text = path.read_text()
    content = "".join(f"{line}\n" for line in lines(results))
    path.write_text(re.sub(f"{BEGIN}.*{END}", lambda _: BEGIN + content + END, text, flags=re.DOTALL))
