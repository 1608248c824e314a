# SPDX-License-Identifier: GPL-2.0-or-later
"""Results in numbered files."""

import contextlib
import json
import os
import pathlib
import resource
import unittest

import support

PROBES = ("--quiet", "--sim=realism=ideal,rtt=off", "--rate", "40k", "16.0.0.0/16")  # 8,192, each of them answered
SIZE = 150 << 10


def open_files(process):
    names = []
    for link in pathlib.Path(f"/proc/{process.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            names.append(os.readlink(link))
    return names


@support.needs_root
class RotateTest(support.HopwireTestCase):
    def rotated(self, name, *arguments, status=0, **options):
        """Runs a survey with numbered files; returns its metadata and the files."""
        results = self.directory / name
        done = self.hopwire(*self.survey_arguments(results), "--rotate", SIZE, *arguments, *PROBES, status=status, **options)
        if status:
            return done.stderr
        metadata = support.read_metadata(results)
        self.assertLedgerBalanced(metadata["ledger"])
        return metadata, [self.directory / file for file in metadata["files"]]

    def test_files_are_whole_each_and_together(self):
        for name in ("r.csv", "r.jsonl"):
            with self.subTest(name):
                metadata, files = self.rotated(name)
                self.assertEqual([path.name for path in files[:2]], [name.replace(".", ".000."), name.replace(".", ".001.")])
                for path in files[:-1]:
                    self.assertTrue(SIZE <= path.stat().st_size < SIZE + 500, "it ends with the record that fills it")
                records = [record for path in files for record in support.read_records(path)]
                self.assertEqual(len(records), metadata["ledger"]["written"])
                self.assertEqual(len({support.probe_of(record) for record in records}), 256 * 32)
        results = self.directory / "r.csv"
        self.assertFalse(results.exists())
        whole = self.directory / "whole.csv"
        self.hopwire("merge", "--output", whole, results)
        self.assertEqual(len(support.read_csv(whole)), 256 * 32)
        truth = self.directory / "truth.jsonl"
        self.hopwire("sim", "truth", "--metadata", support.metadata_path(results), "--output", truth)
        score = json.loads(self.hopwire("score", "--json", results, truth).stdout)
        self.assertEqual((score["links"]["recall"], score["links"]["precision"]), (1.0, 1.0))

    def test_nothing_is_written_over_unasked(self):
        stale, other = self.directory / "r.007.csv", self.directory / "r.08.csv"
        for path in (stale, other):
            path.write_text("theirs\n")
        results = self.directory / "r.csv"
        arguments = [word for word in self.survey_arguments(results) if word != "--overwrite"]
        said = self.hopwire(*arguments, "--rotate", SIZE, *PROBES, status=2).stderr
        self.assertIn(f"there is a file '{stale}' already", said)
        self.assertEqual(stale.read_text(), "theirs\n")
        _, files = self.rotated("r.csv")
        self.assertEqual(sorted(self.directory.glob("r.*.csv")), sorted([*files, other]), "it is gone, and nothing else")
        self.assertIn("--rotate needs --output FILE", self.rotated("/dev/null", "--format", "csv", status=2))

    def test_the_first_file_is_let_go_as_the_others_are(self):
        """If it is deleted, its space on the disk becomes free at once, not at the end of days."""
        arguments = ("--rotate", "20k", "--quiet", "--sim=realism=ideal,rtt=off", "--rate", "5k", "16.0.0.0/8")
        process = self.start_hopwire(*self.survey_arguments(self.directory / "r.csv"), *arguments)
        first, second = self.directory / "r.000.csv", self.directory / "r.001.csv"

        def is_let_go():
            self.assertIsNone(process.poll(), process.said.read_text())
            return second.exists() and str(first) not in open_files(process)

        support.wait_until(is_let_go, "a checkpoint")
        first.unlink()
        self.interrupt(process)

    def test_many_files_of_many_outputs(self):
        """Between two checkpoints more files end than a process may have descriptors by default."""
        limit = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))
        outputs = [word for name in ("a.csv", "b.csv", "c.csv") for word in ("--output", self.directory / name)]
        metadata, _ = self.rotated("r.csv", *outputs, "--rotate", "1500", preexec_fn=limit)
        self.assertEqual((metadata["ledger"]["written"], metadata["ledger"]["writer_dropped"]), (256 * 32, 0))
        self.assertGreater(len(metadata["files"]), 256)


if __name__ == "__main__":
    unittest.main()
