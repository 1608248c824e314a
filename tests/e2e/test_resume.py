# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys that are killed, stopped, or lost in a crash, and resumed: no probe is missing, none is recorded twice unmarked."""

import collections
import os
import random
import signal
import time

import support

TARGETS = 2048
PROBES = TARGETS * 32
# Three seconds of sending; every probe is answered.
WORLD = ("--quiet", "--sim=realism=ideal", "--rate", "20k", "16.0.0.0/13")


class ResumeTestCase(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.results = self.directory / "results.csv"
        self.metadata = support.metadata_path(self.results)

    def line(self, *arguments, cooldown="100ms"):
        """The same command line begins and resumes the survey."""
        return "survey", "--seed", 1, "--cooldown", cooldown, "--resume", self.metadata, *arguments, *WORLD

    def kill_after(self, seconds, *arguments):
        process = self.start_hopwire(*self.line(*arguments))
        support.wait_until(lambda: process.poll() is not None or self.results.exists(), "a start")
        time.sleep(seconds)
        process.kill()
        process.wait()
        self.assertIn(process.returncode, (0, -signal.SIGKILL), process.said.read_text())

    def go_on(self, *arguments, status=0):
        done = self.hopwire(*self.line(*arguments), status=status)
        return support.read_metadata(self.results), done.stderr

    def records(self):
        return support.read_csv(self.results)

    def assert_every_probe_once(self, allow_duplicates=True):
        """Each probe has one record that is not a duplicate; all other records are marked as duplicates."""
        first = collections.Counter(support.probe_of(r) for r in self.records() if "duplicate" not in r.flags)
        self.assertEqual(len(first), PROBES, "nothing is skipped")
        self.assertEqual(set(first.values()), {1}, "what is sent twice is a duplicate")
        if not allow_duplicates:
            self.assertEqual(len(self.records()), PROBES)

    def assert_ledger_is_the_sum(self, metadata):
        for counter in ("sent", "received", "accepted", "written"):
            self.assertEqual(metadata["ledger"][counter], sum(part["ledger"][counter] for part in metadata["parts"]))


@support.needs_root
class KillTest(ResumeTestCase):
    def test_an_exhaustive_survey_killed_at_any_moment_leaves_out_nothing(self):
        moments = random.Random(15)
        for _ in range(3):
            self.kill_after(moments.uniform(0, 2.5))
        metadata, _ = self.go_on()
        self.assertEqual(metadata["state"], "finished")
        self.assert_every_probe_once()
        self.assertEqual(len(metadata["parts"]), metadata["resumed"] + 1)
        self.assertEqual(metadata["graph"]["interfaces"], len({r.responder for r in self.records() if r.icmp_type == 11}))
        self.assert_ledger_is_the_sum(metadata)
        self.assertEqual(metadata["ledger"]["written"], len(self.records()))
        self.assertFalse(self.results.with_name("results.csv.state").exists(), "nothing is left to go on with")

    @support.needs_two_cpus
    def test_an_adaptive_survey_killed_at_any_moment_finds_as_much(self):
        moments = random.Random(15)
        strategy = ("--strategy", "adaptive,start=1024,patience=200ms", "--rate", "5k", "--threads", "2")
        for _ in range(2):
            self.kill_after(moments.uniform(0.5, 2), *strategy)
        metadata, said = self.go_on(*strategy)
        score = self.score(support.Survey(self.results, self.metadata, said))
        for kind in ("interfaces", "links"):
            self.assertGreaterEqual(score[kind]["recall"], 0.97, score)
            self.assertEqual(score[kind]["precision"], 1.0, score)
        self.assertEqual(metadata["graph"]["links"], score["links"]["found"])


@support.needs_root
class CompressedTest(ResumeTestCase):
    def setUp(self):
        super().setUp()
        self.results = self.directory / "results.csv.gz"
        self.metadata = support.metadata_path(self.results)

    def records(self):
        return support.parse_csv(self.hopwire("convert", self.results, "-").stdout)

    def test_a_killed_survey_goes_on_behind_its_last_frame(self):
        for seconds in (0.5, 2.2):  # before and after the first checkpoint
            self.kill_after(seconds)
        with self.results.open("ab") as file:
            file.write(b"\x1f\x8b\x08\0 what nobody ended")
        metadata, _ = self.go_on()
        self.assert_every_probe_once()
        self.assertEqual(metadata["ledger"]["written"], len(self.records()))


@support.needs_root
class SeveralOutputsTest(ResumeTestCase):
    """Frames and groups end at different records, so at a kill each output has a different part of the records."""

    NAMES = ("results.parquet", "results.csv.gz")
    # Eight seconds: it must not be over before it is killed.
    SLOWLY = ("--rate", "8k")

    def setUp(self):
        super().setUp()
        self.results = self.directory / "results.parquet"
        self.metadata = support.metadata_path(self.results)
        self.outputs = [word for name in self.NAMES for word in ("--output", self.directory / name)]

    def records_of(self, name):
        return support.parse_csv(self.hopwire("convert", self.directory / name, "-").stdout)

    def test_each_goes_on_and_gets_what_others_have(self):
        process = self.start_hopwire(*self.line("--resumable", *self.outputs), *self.SLOWLY)
        state = self.directory / "results.parquet.state"
        support.wait_until(lambda: state.exists() and state.stat().st_size > 8192, "a checkpoint")
        time.sleep(1)  # it is whole once answers have been waited for
        process.kill()
        process.wait()
        self.assertFalse(self.results.exists(), "what has no end has not its name")
        process = self.start_hopwire(*self.line("--resumable"), *self.SLOWLY)
        support.wait_until(lambda: support.read_metadata(self.results)["resumed"] == 1, "the second part")
        process.send_signal(signal.SIGTERM)
        self.finish(process, 75)
        metadata, _ = self.go_on("--rate", "50k")
        for name in self.NAMES:
            with self.subTest(name):
                records = self.records_of(name)
                self.records = lambda records=records: records
                self.assert_every_probe_once()
                self.assertEqual(metadata["ledger"]["written"], len(self.records()))
        self.assertEqual(sorted(path.name for path in self.directory.glob("results*")), sorted((*self.NAMES, "results.parquet.meta.json")))


@support.needs_root
class NumberedFilesTest(ResumeTestCase):
    ROTATE = ("--rotate", "200k")
    # Eight seconds: it must not be over before it is killed.
    SLOWLY = ("--rate", "8k")

    def records(self):
        names = support.read_metadata(self.results)["files"]
        return [record for name in names for record in support.read_csv(self.directory / name)]

    def test_a_killed_survey_goes_on_in_the_file_where_it_was(self):
        process = self.start_hopwire(*self.line(*self.ROTATE), *self.SLOWLY)
        # Behind the first checkpoint, which is due 1.6 s after the start.
        support.wait_until(lambda: (self.directory / "results.006.csv").exists(), "the seventh file")
        process.kill()
        process.wait()
        last = sorted(self.directory.glob("results.*.csv"))[-1]
        with last.open("ab") as file:
            file.write(b"1795958138414636,240.0.0.1,16.0.0." + bytes(4096))
        later = self.directory / "results.100.csv"
        later.write_text("what a file system may have left\n")
        metadata, said = self.go_on(*self.ROTATE)
        self.assert_every_probe_once()
        self.assertEqual(metadata["ledger"]["written"], len(self.records()))
        self.assertFalse(later.exists())
        self.assertEqual(len(metadata["files"]), len(list(self.directory.glob("results.*.csv"))))
        for name in metadata["files"][:-1]:
            self.assertTrue(200 << 10 <= (self.directory / name).stat().st_size < 201 << 10, name)

    def test_files_that_were_taken_away_are_asked_for(self):
        process = self.start_hopwire(*self.line("--resumable", *self.ROTATE), *self.SLOWLY)
        support.wait_until(lambda: (self.directory / "results.002.csv").exists(), "the third file")
        process.send_signal(signal.SIGTERM)
        self.finish(process, 75)
        self.assertIn("--rotate differs from that", self.go_on("--rotate", "1M", status=2)[1])
        taken = self.directory / "results.001.csv"
        taken.rename(self.directory / "elsewhere")
        self.assertRegex(self.go_on(*self.ROTATE, status=2)[1], "results.001.csv: cannot be read: No such file")


@support.needs_root
class StopTest(ResumeTestCase):
    def stop(self, *arguments):
        process = self.start_hopwire(*self.line("--resumable", *arguments))
        self.wait_for_results(process, self.results)
        process.send_signal(signal.SIGTERM)
        self.finish(process, 75)
        metadata = support.read_metadata(self.results)
        self.assertEqual((metadata["state"], metadata["stopped"]), ("stopped", "SIGTERM"))
        self.assertLedgerBalanced(metadata["ledger"])
        return metadata

    @support.needs_two_cpus
    def test_a_stopped_survey_goes_on_where_it_was_to_the_probe(self):
        self.stop("--threads", "2", "--max-per-prefix", "20k")
        metadata, _ = self.go_on("--threads", "2", "--rate", "40k")
        self.assert_every_probe_once(allow_duplicates=False)
        self.assertEqual([part["state"] for part in metadata["parts"]], ["stopped", "finished"])
        self.assertEqual(metadata["ledger"]["sent"], PROBES)
        self.assertLedgerBalanced(metadata["ledger"])
        self.assertEqual(metadata["parts"][0]["gentle"]["max_per_prefix"], 20000)
        points = metadata["discovery"]["points"]
        self.assertLessEqual(points[1][1], metadata["parts"][0]["ledger"]["generated"], "the curve is that of both runs")
        self.assertEqual(points[-1][1], PROBES)
        self.assertEqual([sorted(column) for column in zip(*points)], [list(column) for column in zip(*points)])
        self.assertIn("is complete", self.go_on("--threads", "2")[1])

    def test_what_belongs_to_another_survey_is_refused(self):
        self.stop()
        before = self.results.read_bytes()
        for arguments, reason in (
            (("--flows", "2"), "--flows differs from that"),
            (("--flows-by", "host"), "--flows-by differs from that"),
            (("--threads", "2"), "--threads differs from that"),
            (("--format", "jsonl"), "--format differs from that"),
            (("--strategy", "adaptive"), "--strategy differs from that"),
            (("--max-per-prefix", "5"), "--max-per-prefix can be changed, also to max, but it cannot be added"),
            (("--max-per-hop", "5"), "--max-per-hop can be changed, also to max, but it cannot be added"),
            (("--state", self.directory / "other.state"), "--state differs from that"),
            (("--output", self.directory / "other.csv"), "--output differs from that"),
            (("17.0.0.0/24",), "the targets are not those"),
        ):
            with self.subTest(reason):
                self.assertIn(reason, self.go_on(*arguments, status=2)[1])
        state = self.results.with_name("results.csv.state")
        whole = state.read_bytes()
        for damage, reason in (
            (whole.replace(b"identity ", b"identity 0", 1), "of another survey"),
            (whole[:8192] + b"\xff" * (len(whole) - 8192), "is damaged"),
            (b"something else", "not the state of a survey"),
        ):
            with self.subTest(reason):
                state.write_bytes(damage)
                self.assertIn(reason, self.go_on(status=2)[1])
        state.write_bytes(whole)
        self.results.write_bytes(before[: len(before) // 2])
        self.assertIn("ends after", self.go_on(status=2)[1])
        self.results.write_bytes(before.replace(b",16.", b",17."))
        self.assertIn("of another survey", self.go_on(status=2)[1])

    @support.needs_two_cpus
    def test_what_may_change_may_change_at_once(self):
        self.stop("--max-per-prefix", "20k", "--max-per-hop", "20k", "--threads", "2")
        blocked = self.directory / "blocked.txt"
        blocked.write_text("16.1.0.0/24\n")
        state = self.results.with_name("results.csv.state")
        same = ("--output", self.results.parent / "." / self.results.name, "--metadata", self.metadata, "--state", state)
        files = [word for name in ("status-file", "prometheus", "control", "capture") for word in (f"--{name}", self.directory / name)]
        memory = [word for name in ("umem", "link", "interface", "duplicate") for word in (f"--{name}-memory", "64M")]
        others = ("--tx", "ring", "--cpus", "0-1", "--contact", "noc@example.org", "--blocklist", blocked, "--max-probes", "2000000", "--max-per-hop", "max")
        line = self.line("--threads", "2", "--max-per-prefix", "max", "--cooldown", "200ms", *same, *files, *memory, *others)
        words = [word for word in line if word not in ("--rate", "20k")]
        self.hopwire(*words, "--bandwidth", "40M")
        metadata = support.read_metadata(self.results)
        self.assertEqual((metadata["state"], metadata["contact"], metadata["tx"]), ("finished", "noc@example.org", "ring"))
        self.assertEqual(metadata["ledger"]["written"] + metadata["ledger"]["blocked"], PROBES)
        self.assertIsNone(metadata["gentle"]["max_per_prefix"])

    def test_names_are_those_of_the_directory_where_it_began(self):
        (self.directory / "sub").mkdir()
        here, elsewhere = self.directory, self.directory / "elsewhere"
        elsewhere.mkdir()
        names = ("sub/r.csv", "r.jsonl", "status", "r.state")
        files = ("--output", names[0], "--output", names[1], "--status-file", names[2], "--state", names[3])
        self.hopwire("survey", "--seed", 1, "--cooldown", "0", "--max-runtime", "500ms", *files, *WORLD, status=75, cwd=here)
        said = self.hopwire("survey", "--resume", "../sub/r.csv.meta.json", "--output", "r.csv", status=2, cwd=elsewhere).stderr
        self.assertIn("--output differs from that", said)
        again = ("--output", "../sub/r.csv", "--state", "../r.state")
        self.hopwire("survey", "--resume", "../sub/r.csv.meta.json", "--max-runtime", "0", "--rate", "50k", *again, cwd=elsewhere)
        self.assertEqual(os.listdir(elsewhere), [])
        self.assertEqual(len(support.read_csv(here / "sub" / "r.csv")), len(support.read_json_lines(here / "r.jsonl")))
        self.assertTrue((here / "status").read_text().splitlines()[-1].split(",")[3].startswith("100"))

    def test_a_topology_is_that_of_the_directory_where_it_began(self):
        here, elsewhere = self.directory / "here", self.directory / "elsewhere"
        here.mkdir(), elsewhere.mkdir()
        (here / "my.routes").write_text("16.0.0.7 44.1.0.1 44.1.0.2 16.0.0.7\n")
        world = ("--sim=topology=routes:my.routes,realism=ideal", "--rate", "20", "--quiet", "16.0.0.7")
        files = ("--output", "r.csv", "--cooldown", "0", "--max-runtime", "500ms")
        self.hopwire("survey", "--seed", 1, *files, *world, status=75, cwd=here)
        again = ("--resume", "../here/r.csv.meta.json", "--max-runtime", "0", "--rate", "1k")
        self.hopwire("survey", *again, cwd=elsewhere)
        for directory, results in ((here, "r.csv"), (elsewhere, "../here/r.csv")):
            self.assertRegex(self.hopwire("score", results, cwd=directory).stdout, r"(?m)^interfaces +2 +2 +100\.00 %")

    def test_nobodys_file_is_overwritten_unasked(self):
        mine = self.directory / "mine"
        self.stop("--overwrite", "--status-file", mine)
        mine.write_text("what the operator keeps\n")  # as elsewhere, where the name means another file
        notes = self.directory / "notes"
        notes.write_bytes((0x0A0D0D0A).to_bytes(4, "little") + b"somebody's capture")
        for arguments, reason in (
            ((), "--status-file: there is a file"),
            (("--status-file", notes), "--status-file: there is a file"),
            (("--status-file", "/dev/null", "--capture", notes), "--capture: there is a file"),
        ):
            with self.subTest(arguments):
                self.assertIn(reason, self.go_on(*arguments, status=2)[1])
        self.metadata.rename(self.directory / "lost")
        self.assertIn("--output: there is a file", self.hopwire(*self.line(), status=2).stderr)
        self.assertEqual(mine.read_text(), "what the operator keeps\n")
        self.assertTrue(notes.read_bytes().endswith(b"somebody's capture"))
        (self.directory / "lost").rename(self.metadata)
        self.go_on("--overwrite")
        self.assertTrue(mine.read_text().startswith("real-time,"))
        self.assert_every_probe_once(allow_duplicates=False)

    def test_a_damaged_tail_is_cut_and_a_running_survey_left_alone(self):
        self.stop()
        with self.results.open("ab") as results:
            results.write(b"1795958138414636,240.0.0.1,16.0.0." + bytes(4096))
        process = self.start_hopwire(*self.line("--cooldown", "2"))
        support.wait_until(lambda: support.read_metadata(self.results)["state"] == "running", "the second part")
        self.assertIn("still running", self.go_on(status=2)[1])
        self.finish(process)
        self.assert_every_probe_once(allow_duplicates=False)

    def test_results_that_are_no_file_cannot_be_resumed(self):
        for arguments, reason in (
            (("--output", "/dev/null"), "results that are not a file"),
            (("--output", self.directory / "results.parquet.zst"), "results in compressed Parquet"),
            (("--output", self.results, "--output", "/dev/null"), "results that are not a file"),
            (("--output", self.results, "--fields", "responder"), "results without the columns"),
        ):
            with self.subTest(reason):
                done = self.hopwire("survey", "--resumable", *arguments, *WORLD, status=2)
                self.assertIn(reason, done.stderr)
        self.assertEqual(os.listdir(self.directory), [])

    def test_who_did_not_ask_is_told_that_it_cannot_be_resumed(self):
        for name, fields in (("results.parquet.gz", "*"), ("results.csv", "responder")):
            done = self.hopwire("survey", "--output", self.directory / name, "--fields", fields, "--cooldown", "0", *WORLD[1:-1], "16.0.0.0/24")
            self.assertRegex(done.stderr, "hopwire: a survey with results .* cannot be resumed")
