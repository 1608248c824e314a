# SPDX-License-Identifier: GPL-2.0-or-later
"""In a guest: runs the requested tests and reports each outcome to the machine outside."""

import importlib.machinery
import importlib.util
import os
import pathlib
import sys

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "e2e"), str(TESTS / "vm")]

import outside


def load_runner():
    """Loads tests/run as a module."""
    loader = importlib.machinery.SourceFileLoader("runner", str(TESTS / "run"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("runner", loader))
    loader.exec_module(module)
    return module


runner = load_runner()


class Report(runner.Report):
    """A report that is sent to the machine outside."""

    def add(self, name, outcome, seconds=0.0, detail=""):
        outside.tell(name=name, outcome=outcome, seconds=seconds, detail=detail)

    def note(self, title, text):
        outside.tell(note=f"{title}\n{text}")


def main():
    outside.tell()
    task = outside.heard()
    outside.tell_of_life()
    binary = pathlib.Path(task["binary"])
    runner.prepare_environment(binary)
    report = Report()
    for pattern in task["unit"]:  # one after the other, since outcomes are told at the end of each
        runner.run_unit(binary.parent / "tests" / "unit", pattern, report)
    for pattern in task["end_to_end"]:
        runner.run_end_to_end(pattern, report)
    if task["scenarios"]:
        import wires  # which takes the binary from the environment

        wires.run(task["scenarios"], runner.EndToEndResult(report))
    outside.tell(end=True)


if __name__ == "__main__":
    os.chdir(TESTS.parent)
    main()
