# SPDX-License-Identifier: GPL-2.0-or-later
"""Several outputs of one run, compressed outputs, and what remains of them after a kill."""

import signal
import subprocess
import unittest

import support

PROBES = 128 * 32
ANSWERED = ("--sim=realism=ideal,rtt=off", "--rate", "20k", "16.0.0.0/17")  # PROBES, each of them answered
LONG = ("--sim=realism=ideal,rtt=off", "--rate", "20k", "16.0.0.0/8")


def unpacked(path):
    """The content of a file according to the usual program; the file may be truncated."""
    program = "zcat" if path.suffix == ".gz" else "zstdcat"
    return subprocess.run((program, path), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


@support.needs_root
class OutputsTest(support.HopwireTestCase):
    def outputs(self, *names):
        return [word for name in names for word in ("--output", self.directory / name)]

    def rows(self, name, *arguments):
        """The records of an output, as lines of CSV."""
        return self.hopwire("convert", *arguments, self.directory / name, "-").stdout.splitlines()

    def test_all_outputs_hold_the_same_records(self):
        names = ("r.csv", "r.csv.zst", "r.jsonl.gz", "r.parquet")
        survey = self.survey(*ANSWERED, *self.outputs(*names[1:]))
        self.assertEqual(survey.metadata["outputs"], ["results.csv", *names[1:]])
        self.assertEqual(survey.ledger["written"], PROBES, "a record counts once")
        expected = survey.results.read_text().splitlines()
        self.assertEqual(len(expected), 1 + PROBES)
        for name in names[1:]:
            self.assertEqual(self.rows(name), expected, name)
        self.assertEqual(unpacked(self.directory / "r.csv.zst").splitlines(), expected)
        self.assertEqual(len(unpacked(self.directory / "r.jsonl.gz").splitlines()), PROBES)
        self.assertEqual(len(list(self.directory.iterdir())), 5, "and the metadata of all of them")

    def test_numbered_files_of_each(self):
        survey = self.survey(*ANSWERED, *self.outputs("r.jsonl.gz", "r.parquet"), "--rotate", "20k")
        self.assertEqual(survey.metadata["files"][:2], ["results.000.csv", "results.001.csv"])
        for pattern, least in (("results.*.csv", 10), ("r.*.jsonl.gz", 1), ("r.*.parquet", 1)):
            files = sorted(self.directory.glob(pattern))
            self.assertGreaterEqual(len(files), least)
            self.assertEqual(sum(len(self.rows(path.name)) - 1 for path in files), PROBES)
        expected = self.rows("results.csv")
        for name in ("r.jsonl.gz", "r.parquet"):
            self.assertEqual(self.rows(name), expected, "all of them, by the name that was given")

    def test_a_kill_leaves_whole_records(self):
        results = self.directory / "results.csv"
        packed = [self.directory / name for name in ("r.csv.zst", "r.jsonl.gz")]
        outputs = self.outputs("r.csv.zst", "r.jsonl.gz", "r.parquet")
        process = self.start_hopwire(*self.survey_arguments(results), *outputs, *LONG, "--quiet")

        def frames_have_ended():
            self.assertIsNone(process.poll(), process.said.read_text())
            return all(path.exists() and path.stat().st_size > 10000 for path in packed)

        support.wait_until(frames_have_ended, "frames of records")
        process.send_signal(signal.SIGKILL)
        self.finish(process, status=-signal.SIGKILL)
        lines = results.read_text().splitlines()
        for path in packed:
            rows = self.rows(path.name)
            self.assertGreater(len(rows), 1000)
            shorter = min(len(rows), len(lines) - 1)
            self.assertEqual(rows[:shorter], lines[:shorter], "the same records, and whole")
            self.assertGreater(len(unpacked(path).splitlines()), 1000, "by others, too")
        self.assertFalse((self.directory / "r.parquet").exists(), "it is not whole")
        self.rows("r.parquet.part")


if __name__ == "__main__":
    unittest.main()
