# SPDX-License-Identifier: GPL-2.0-or-later
"""Where results go, and what happens if they cannot be written."""

import json
import resource
import subprocess

import support

IDEAL = "--sim=realism=ideal"
SMALL = (IDEAL, "16.0.0.0/20")
SMALL_PROBES = 16 * 32

# A hundred megabytes of results: its reader has gone long before the end.
LARGE = (IDEAL, "16.0.0.0/8")
LARGE_PROBES = 65536 * 32

# More than is sent until something is wrong: a megabyte a second.
LONG = (IDEAL, "--rate", "20k", "16.0.0.0/8")


@support.needs_root
class PlaceTest(support.HopwireTestCase):
    def test_stdout_holds_results_and_nothing_else(self):
        for arguments in ((), ("--output", "-")):
            with self.subTest(arguments=arguments):
                done = self.hopwire("survey", *SMALL, "--cooldown", "200ms", *arguments)
                self.assertEqual(len(support.parse_csv(done.stdout)), SMALL_PROBES)
                self.assertIn("probes sent", done.stderr)
        self.assertEqual(list(self.directory.iterdir()), [], "no file at all")

    def test_the_name_says_the_format_and_format_overrides(self):
        done = self.hopwire("survey", *SMALL, "--cooldown", "200ms", "--format", "jsonl", "--quiet")
        self.assertEqual(done.stderr, "")
        records = [support.record_of_json(json.loads(line)) for line in done.stdout.splitlines()]
        self.assertEqual(len(records), SMALL_PROBES)
        survey = self.survey(*SMALL, "--format", "csv", name="results.jsonl")
        self.assertEqual(len(support.read_csv(survey.results)), SMALL_PROBES)

    def test_results_and_metadata_are_made_anew(self):
        results = self.directory / "results.csv"
        results.write_text("something else, and longer than what comes\n" * 10000)
        support.metadata_path(results).write_text("no JSON")
        survey = self.survey(*SMALL)
        self.assertEqual(len(survey.records), SMALL_PROBES)
        self.assertEqual(survey.metadata["state"], "finished")
        names = sorted(path.name for path in self.directory.iterdir())
        self.assertEqual(names, ["results.csv", "results.csv.meta.json"])

    def test_metadata_go_where_they_are_wanted(self):
        metadata = self.directory / "elsewhere.json"
        results = self.directory / "results.csv"
        self.hopwire(*self.survey_arguments(results), *SMALL, "--metadata", metadata)
        self.assertEqual(json.loads(metadata.read_text())["state"], "finished")
        self.assertFalse(support.metadata_path(results).exists())
        again = ("survey", *SMALL, "--cooldown", 0, "--overwrite", "--metadata", metadata, "--output", "/dev/null")
        self.hopwire(*again)
        self.assertEqual(json.loads(metadata.read_text())["ledger"]["sent"], SMALL_PROBES)

    def test_the_summary_tells_where_the_results_are(self):
        survey = self.survey(*SMALL)
        self.assertRegex(survey.said, rf"(?m)^results +{survey.results}$")
        self.assertRegex(survey.said, rf"(?m)^metadata +{survey.metadata_path}$")


@support.needs_root
class SlowReaderTest(support.HopwireTestCase):
    def test_a_slow_reader_costs_records_that_are_counted(self):
        pipe = support.NamedPipe(self.directory / "results.csv")
        self.addCleanup(pipe.close)
        metadata = self.directory / "metadata.json"
        arguments = (*self.survey_arguments(pipe.path, cooldown=2), "--metadata", metadata)
        process = self.start_hopwire(*arguments, IDEAL, "--rate", "max", "16.0.0.0/11")
        # Nothing is read until all is sent: what pipe, buffer and ring do not hold by then is lost.
        self.wait_for_line(process, "waiting for late replies")
        text = b""
        while data := pipe.read():
            text += data
        self.finish(process)

        ledger = json.loads(metadata.read_text())["ledger"]
        self.assertLedgerBalanced(ledger)
        self.assertGreater(ledger["writer_dropped"], 0)
        self.assertEqual(ledger["received"], ledger["sent"])
        self.assertEqual(ledger["fill_empty"] + ledger["ring_full"], 0, "the receiver did not wait")
        self.assertEqual(len(support.parse_csv(text.decode())), ledger["written"])
        self.assertTrue(text.endswith(b"\n"))


@support.needs_root
class LostOutputTest(support.HopwireTestCase):
    """If results cannot be written, the survey ends; what was written is valid, and everything is counted."""

    def assert_failed(self, said, metadata, reason):
        errors = [line for line in said.splitlines() if line.startswith("hopwire: survey: ")]
        self.assertEqual(len(errors), 1, said)
        self.assertRegex(errors[0], f"cannot write .*{reason}")
        self.assertEqual(metadata["state"], "failed")
        self.assertLedgerBalanced(metadata["ledger"])
        self.assertGreater(metadata["ledger"]["writer_dropped"], 0)
        return metadata["ledger"]

    def test_a_reader_that_leaves(self):
        metadata = self.directory / "metadata.json"
        command = " ".join(map(str, [support.BINARY, "survey", *LARGE, "--rate", "100k", "--metadata", metadata]))
        script = f"set -o pipefail; {command} | head -n 5"
        done = subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, timeout=support.RUN_SECONDS * support.slowness()
        )
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(len(support.parse_csv(done.stdout)), 4)
        ledger = self.assert_failed(done.stderr, json.loads(metadata.read_text()), "Broken pipe")
        self.assertLess(ledger["sent"], LARGE_PROBES, "it did not go on to the end")

    def test_a_file_that_may_not_grow(self):
        """The limit is met by surprise: if it can be foreseen, sending ends before anything is lost (test_limits.py)."""
        # Of nobody's process root may change no limit where it lacks CAP_SYS_RESOURCE.
        process, results = self.start_survey(*LONG, "--user", "root")
        size = results.stat().st_size
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, size))
        said = self.finish(process, status=1)
        ledger = self.assert_failed(said, support.read_metadata(results), "File too large")
        self.assertEqual(len(support.read_csv(results, killed=True)), ledger["written"])

    def run_on_small_disk(self, *arguments):
        """Runs a survey into DISK/results.csv, where DISK has four megabytes, which another program fills meanwhile. Afterwards
        the files of the survey are in the directory."""
        disk = self.directory / "disk"
        disk.mkdir()
        # The mount is the survey's alone and ends with it.
        script = """
            mount -t tmpfs -o size=4m none "$0" && cd "$0" || exit 99
            "$@" &
            until [ "$(stat -c %s results.csv 2>/dev/null || echo 0)" -gt 10000 ]; do sleep 0.02; done
            head -c 4m /dev/zero >other 2>/dev/null
            wait $!; status=$?
            for file in results.csv*; do cp "$file" ..; done
            exit $status
        """
        command = (support.BINARY, *self.survey_arguments("results.csv"), *LONG, *arguments)
        return subprocess.run(
            ["unshare", "--mount", "bash", "-c", script, disk, *map(str, command)],
            capture_output=True,
            text=True,
            timeout=support.RUN_SECONDS * support.slowness(),
        )

    def test_a_full_disk(self):
        done = self.run_on_small_disk("--metadata", self.directory / "metadata.json")
        self.assertEqual(done.returncode, 1, done.stderr)
        metadata = json.loads((self.directory / "metadata.json").read_text())
        ledger = self.assert_failed(done.stderr, metadata, "No space left on device")
        results = self.directory / "results.csv"
        self.assertEqual(len(support.read_csv(results, killed=True)), ledger["written"])

    def test_a_full_disk_that_has_no_room_for_metadata_either(self):
        done = self.run_on_small_disk()
        self.assertEqual(done.returncode, 1, done.stderr)
        errors = [line for line in done.stderr.splitlines() if line.startswith("hopwire: survey: ")]
        self.assertEqual(len(errors), 2, done.stderr)
        self.assertRegex(errors[0], "cannot write results .*No space left on device")
        self.assertRegex(errors[1], "--metadata: cannot write .*No space left on device")
        self.assertIn("probes sent", done.stderr)
        self.assertGreater(len(support.read_csv(self.directory / "results.csv", killed=True)), 0)
        # What was there before is whole: it has the key.
        metadata = support.read_metadata(self.directory / "results.csv")
        self.assertEqual(metadata["state"], "running")

    def test_metadata_that_cannot_be_written(self):
        results = self.directory / "results.csv"
        done = self.hopwire(*self.survey_arguments(results), *SMALL, "--metadata", "/dev/full", status=1)
        self.assertRegex(
            done.stderr, r"(?m)^hopwire: survey: --metadata: cannot write /dev/full: No space left on device$"
        )
