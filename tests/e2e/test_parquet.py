# SPDX-License-Identifier: GPL-2.0-or-later
"""Parquet files in readers that are independent of hopwire, and conversion of formats into each other."""

import csv
import json
import pathlib
import subprocess
import unittest

import support

READERS = pathlib.Path(support.BINARY).parent / "readers"
WORLD = ("--sim=realism=internet", "--fields", "*", "16.0.0.0/18", "2400:cb00::/42")
FEW = "responder,rtt_us,probe_ttl,flags"  # columns of every kind
TWO_PAGES = 20000  # records, and more than a page of a column has


def read_by(reader, *paths):
    """Returns the rows that a reader of Parquet finds in the files, one after the other, column names first, all as text."""
    done = subprocess.run(
        ("node", READERS / "read.mjs", reader, *paths), stdout=subprocess.PIPE, text=True, check=True, timeout=60
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@support.needs_root
class ParquetTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.results = self.directory / "results.parquet"
        self.run_survey = self.survey(*WORLD, "--rate", "20k", name=self.results.name)

    def convert(self, *arguments):
        return self.hopwire("convert", *arguments)

    def rows_of_csv(self, path):
        with open(path, newline="") as file:
            return list(csv.reader(file))

    @unittest.skipUnless(READERS.exists(), "no npm, or no registry: readers of Parquet are not installed")
    def test_duckdb_and_hyparquet_read_the_rows_of_the_csv(self):
        self.convert(self.results, self.directory / "same.csv")
        expected = self.rows_of_csv(self.directory / "same.csv")
        self.assertGreater(len(expected), 500)
        times, many = TWO_PAGES // len(expected) + 1, self.directory / "many"
        self.convert("--fields", FEW, *[self.results] * times, many.with_suffix(".parquet"))
        self.convert("--fields", FEW, many.with_suffix(".parquet"), many.with_suffix(".csv"))
        expected += self.rows_of_csv(many.with_suffix(".csv"))
        for reader in ("duckdb", "hyparquet"):
            self.assertEqual(read_by(reader, self.results, many.with_suffix(".parquet")), expected, reader)

    def test_every_format_becomes_every_other(self):
        before = self.directory / "first.csv"
        self.convert(self.results, before)
        for step, name in enumerate(("b.jsonl", "c.parquet", "d.csv")):
            after = self.directory / name
            self.convert(before, after)
            before = after
        self.assertEqual((self.directory / "d.csv").read_bytes(), (self.directory / "first.csv").read_bytes())
        ledger = self.run_survey.metadata["ledger"]
        self.assertEqual(len(self.rows_of_csv(before)) - 1, ledger["written"])

    def test_yarrps_format_keeps_what_it_can(self):
        yrp, back = self.directory / "r.yrp", self.directory / "back.csv"
        self.convert(self.results, yrp)
        self.convert(yrp, back)
        head = [line for line in yrp.read_text().splitlines() if line.startswith("# ")]
        self.assertIn("# SourceIP: 198.18.0.2", head)
        self.assertIn("# Trace_Type: UDP", head)
        kept = self.directory / "kept.csv"
        self.convert("--fields", ",".join(self.rows_of_csv(back)[0]) + ",flags", self.results, kept)
        expected = [row[:-1] for row in self.rows_of_csv(kept) if "rewritten" not in row[-1]]
        labels = expected[0].index("mpls")
        for row in expected[1:]:
            words = [label.split(":") for label in row[labels].split(";") if label]
            row[labels] = ";".join(f"{label}:0:0:{ttl}" for label, _, _, ttl in words)
        self.assertEqual(self.rows_of_csv(back), expected)

    def test_the_footer_has_the_metadata_without_the_key(self):
        data = self.results.read_bytes()
        self.assertEqual(data.count(b'"seed": %d' % self.run_survey.metadata["seed"]), 2)
        self.assertEqual(data.count(b'"key": null'), 2)

    def test_what_was_cut_off_is_recovered_and_told(self):
        whole = self.results.read_bytes()
        cut = self.directory / "cut.parquet"
        cut.write_bytes(whole[: whole.rindex(b"HWGROUP\n") + 20])
        done = self.convert(cut, self.directory / "whole.csv")
        self.assertRegex(done.stderr, "was the survey killed")
        cut.write_bytes(whole[:-4])
        self.convert(cut, self.directory / "all.csv")
        self.assertEqual(
            len(self.rows_of_csv(self.directory / "all.csv")) - 1, self.run_survey.metadata["ledger"]["written"]
        )

    def test_bad_input(self):
        foreign = self.directory / "foreign.parquet"
        foreign.write_bytes(b"PAR1" + bytes(100) + b"PAR1")
        for arguments, names in (
            ((foreign, "-"), ("foreign.parquet", "another program")),
            ((self.results, self.results), ("results.parquet",)),
            ((self.results, self.directory / "x.xml"), ("x.xml", "--to")),
            (("--fields", "nothing", self.results, "-"), ("nothing",)),
            ((self.results,), ("two files",)),
        ):
            done = self.hopwire("convert", *arguments, status=2)
            for name in names:
                self.assertIn(name, done.stderr)


if __name__ == "__main__":
    unittest.main()
