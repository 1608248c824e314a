# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys that stop before their end: at limits that the user gave, and before the disk is full."""

import subprocess
import unittest

import support

RESUMABLE = 75

# Every probe is answered, so that results grow at a known rate; more than any of the tests lets be sent.
ANSWERED = ("--quiet", "--sim=realism=ideal,rtt=off", "--rate", "20k", "16.0.0.0/9")


@support.needs_root
class StopTest(support.HopwireTestCase):
    def assert_stopped(self, survey, why):
        self.assertEqual((survey.metadata["state"], survey.metadata["stopped"]), ("stopped", why))
        self.assertEqual(survey.ledger["written"], survey.ledger["accepted"], "nothing is lost")
        self.assertEqual(len(survey.records), survey.ledger["written"])
        self.assertIn(f"hopwire: stopping ({why}): waiting for late replies", survey.said)
        return survey.ledger

    @support.needs_two_cpus
    def test_as_much_as_was_asked_for(self):
        sent = self.assert_stopped(self.survey("--max-probes", 12345, "--threads", 2, *ANSWERED), "max-probes")["sent"]
        self.assertEqual(sent, 12345, "to the probe")
        accepted = self.assert_stopped(self.survey("--max-replies", 5000, *ANSWERED), "max-replies")["accepted"]
        self.assertTrue(5000 <= accepted < 50000, accepted)
        survey = self.survey("--max-output", "200K", *ANSWERED)
        self.assert_stopped(survey, "max-output")
        self.assertTrue(200 << 10 <= survey.results.stat().st_size < 2 << 20)

    def test_a_slice_of_time(self):
        self.assert_stopped(self.survey("--max-runtime", "500ms", *ANSWERED, status=RESUMABLE), "max-runtime")
        survey = self.survey("--max-runtime", "500ms", *ANSWERED, name="many.parquet.zst")
        self.assertEqual(survey.metadata["stopped"], "max-runtime", "and no run can go on")

    def test_a_survey_that_ends_at_its_limit_is_complete(self):
        survey = self.survey("--max-probes", 64, *ANSWERED[:-1], "16.0.0.0/23")
        self.assertEqual((survey.metadata["state"], survey.metadata["stopped"]), ("finished", None))

    def test_before_the_disk_is_full(self):
        """On a disk of 3 MB of its own, sending stops in time, and then no other survey begins."""
        disk, results = self.directory / "disk", self.directory / "results.csv"
        disk.mkdir()
        arguments = " ".join(map(str, self.survey_arguments("disk/results.csv")))
        begin = f"{support.BINARY} {arguments} {' '.join(ANSWERED)}"
        steps = (
            "mount -t tmpfs -o size=3m none disk",
            begin,
            'echo "first $?"',
            "cp -p disk/results.csv* .",
            "rm disk/results.csv*; head -c 3m /dev/zero > disk/full 2>/dev/null",
            begin,
            'echo "second $?"',
        )
        done = subprocess.run(
            ["unshare", "-m", "sh", "-c", "\n".join(steps)],
            cwd=self.directory, capture_output=True, text=True, timeout=support.RUN_SECONDS * support.slowness(),
        )  # fmt: skip
        survey = support.Survey(results, support.metadata_path(results), done.stderr)
        self.assertIn(f"first {RESUMABLE}\n", done.stdout)
        self.assert_stopped(survey, "disk-full")
        self.assertLedgerBalanced(survey.ledger)
        self.assertGreater(survey.ledger["sent"], 1000)
        self.assertIn("second 2\n", done.stdout)
        self.assertRegex(done.stderr, r"(?m)^hopwire: survey: --output: disk/results.csv could grow by \d+ bytes only: the disk is full")


if __name__ == "__main__":
    unittest.main()
