# SPDX-License-Identifier: GPL-2.0-or-later
"""Files given by name: none is overwritten unless asked, none is both read and written, and the key is private."""

import json
import os
import stat
import subprocess

import support

SIM = ("--sim=realism=ideal", "--cooldown", "100ms", "--quiet")
TARGET = "16.0.0.0/24"


class FilesTestCase(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.results = self.directory / "results.csv"
        self.metadata = support.metadata_path(self.results)

    def names(self):
        return sorted(path.name for path in self.directory.iterdir())

    def refuse(self, *arguments, **options):
        """Expects one line, exit status 2, and every file unchanged."""
        before = {path: path.read_bytes() for path in self.directory.iterdir() if path.is_file()}
        done = self.hopwire(*arguments, status=2, **options)
        self.assertRegex(done.stderr, r"\Ahopwire: [^\n]+\n\Z")
        after = {path: path.read_bytes() for path in self.directory.iterdir() if path.is_file()}
        self.assertEqual(after, before, arguments)
        return done.stderr


@support.needs_root
class ExistingTest(FilesTestCase):
    def records(self):
        """Commands that write records, or something made of them, up to the option of the file to write."""
        self.hopwire("survey", *SIM, "--output", self.results, TARGET)
        capture = self.directory / "empty.pcap"
        capture.write_bytes(bytes.fromhex("d4c3b2a1020004000000000000000000ffff000001000000"))
        decode = ("decode", capture, "--metadata", self.metadata, "--output")
        truth = ("sim", "truth", "--metadata", self.metadata, "--output")
        return {
            "survey": ("survey", *SIM, TARGET, "--output"),
            "metadata": ("survey", *SIM, TARGET, "--output", "/dev/null", "--metadata"),
            "trace": ("trace", "-n", "127.0.0.1", "--output"),
            "ping": ("ping", "-n", "-c", 1, "127.0.0.1", "--output"),
            "decode": decode,
            "truth": truth,
            "dot": ("trace", "-n", "--mda", "127.0.0.1", "--dot"),
            "plot": ("bench", "craft", "--duration", "10ms", "--plot"),
        }

    def test_all_say_alike_where_records_go(self):
        """A name without an extension means CSV, an unknown extension is refused, and columns can be chosen."""
        refusals = set()
        for name, command in self.records().items():
            if name not in ("survey", "trace", "ping", "decode"):
                continue
            with self.subTest(name):
                path = self.directory / name
                self.hopwire(*command, path, "--fields", "responder,probe_ttl")
                self.assertEqual(path.read_text().splitlines()[0], "responder,probe_ttl")
                self.hopwire(*command, "/dev/null")
                said = self.refuse(*command, "results.txt")
                refusals.add(said.replace(f" {name}: ", " "))
                self.assertIn("'x'", self.refuse(*command, path, "--overwrite", "--fields", "flow,x"))
        self.assertEqual(len(refusals), 1, refusals)

    def test_nothing_is_overwritten_unasked(self):
        for name, command in self.records().items():
            with self.subTest(name):
                path = self.directory / f"{name}.csv"
                path.write_text("somebody's\n")
                said = self.refuse(*command, path)
                self.assertIn("--overwrite", said)
                self.assertIn("another name", said)
                self.hopwire(*command, path, "--overwrite")
                self.assertNotIn("somebody's", path.read_text())

    def test_long_lists_lie_beside_the_metadata(self):
        wanted = self.directory / "wanted"
        wanted.write_text("".join(f"16.{i >> 8}.{i & 255}.7\n" for i in range(0, 4000, 2)))
        beside = self.directory / "results.csv.targets.txt"
        survey = ("survey", "--sim=realism=ideal", "--max-ttl", 2, "--cooldown", "200ms", "--quiet", "--output", self.results)
        self.hopwire(*survey, "--targets", wanted)
        metadata = json.loads(self.metadata.read_text())
        self.assertEqual(metadata["targets"]["file"], beside.name)
        self.assertEqual(metadata["requires"], ["list-files"])
        self.assertEqual(stat.S_IMODE(beside.stat().st_mode), 0o600)
        self.assertEqual(beside.read_text(), wanted.read_text())
        truth = ("sim", "truth", "--metadata", self.metadata, "--overwrite", "--output", self.directory / "truth")
        self.hopwire(*truth)
        self.assertIn("--overwrite", self.refuse(*survey, "--targets", wanted))
        self.assertIn("same file", self.refuse(*survey, "--overwrite", "--targets", beside))
        whole = beside.read_text()
        beside.write_text(whole + "16.0.1.7\n")
        self.assertIn(beside.name, self.refuse(*truth))
        beside.unlink()
        self.assertIn(beside.name, self.refuse(*truth))
        beside.write_text(whole)
        other = beside.with_name("results.csv.blocklist.txt")
        other.write_text("somebody's\n")
        self.hopwire(*survey, "--overwrite", "16.0.0.7")
        self.assertFalse(beside.exists(), "it went with its metadata")
        self.assertTrue(other.exists())

    def test_metadata_of_others_is_kept_too(self):
        self.metadata.write_text("somebody's\n")
        self.assertIn(str(self.metadata), self.refuse("survey", *SIM, "--output", self.results, TARGET))
        self.assertFalse(self.results.exists())

    def test_an_empty_file_is_nobodys_result(self):
        self.results.touch()
        self.hopwire("survey", *SIM, "--output", self.results, TARGET)
        self.assertEqual(len(support.read_csv(self.results)), 32)

    def test_a_survey_that_fails_leaves_all_as_it_was(self):
        """Its set-up reaches the metadata. Afterwards the files that were there still belong together."""
        self.hopwire("survey", *SIM, "--output", self.results, TARGET)
        before = self.results.read_bytes(), self.metadata.read_bytes()
        again = ("survey", *SIM, "--output", self.results, "--overwrite", TARGET)
        limited = ["prlimit", "--fsize=1000", str(support.BINARY), *map(str, again)]
        done = subprocess.run(limited, capture_output=True, text=True, timeout=support.RUN_SECONDS)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual((self.results.read_bytes(), self.metadata.read_bytes()), before)
        self.assertEqual(self.names(), ["results.csv", "results.csv.meta.json"])

        self.results.unlink()
        self.metadata.unlink()
        done = subprocess.run(limited, capture_output=True, text=True, timeout=support.RUN_SECONDS)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(self.names(), [], "nor is anything new")


@support.needs_root
class CollisionTest(FilesTestCase):
    def setUp(self):
        super().setUp()
        self.list = self.directory / "list.txt"
        self.list.write_text("16.0.0.0/24\n")
        self.hard, self.soft = self.directory / "hard.csv", self.directory / "soft.csv"
        os.link(self.list, self.hard)
        self.soft.symlink_to("list.txt")
        self.aliases = (self.list, self.hard, self.soft, f"{self.directory}/./list.txt", "/dev/stdin", "/proc/self/fd/0")

    def refuse_each(self, command, aliases):
        for alias in aliases:
            with self.subTest(f"{command} {alias}"), open(self.list) as stdin:
                said = self.refuse(*command, alias, "--overwrite", stdin=stdin)
                self.assertIn("the same file", said)

    def test_an_output_is_no_input(self):
        survey = ("survey", "--sim", "--format", "csv")
        for option in ("--targets", "--blocklist"):
            self.refuse_each((*survey, option, self.list, TARGET, "--output"), self.aliases)
            self.refuse_each((*survey, option, self.list, TARGET, "--metadata"), self.aliases)
        self.refuse_each((*survey, "--targets", "-", "--output"), self.aliases)
        self.refuse_each(("survey", f"--sim=topology=edges:{self.list}", "--format", "csv", "--output"), self.aliases)
        for command in ("trace", "ping"):
            self.refuse_each((command, "--targets", self.list, "--format", "csv", "--output"), self.aliases)
        self.refuse_each(("trace", "127.0.0.1", "--asn", self.list, "--format", "csv", "--output"), self.aliases)
        self.refuse_each(("trace", "127.0.0.1", "--asn", self.list, "--mda", "--dot"), self.aliases)
        self.refuse_each(("trace", "--targets", self.list, "--every", 1, "--prometheus"), self.aliases)
        self.refuse_each(("decode", self.list, "--metadata", "x", "--format", "csv", "--output"), self.aliases)
        self.refuse_each(("decode", "x", "--metadata", self.list, "--format", "csv", "--output"), self.aliases)
        self.refuse_each(("sim", "truth", "--targets", self.list, "--output"), self.aliases)
        self.refuse_each(("sim", "truth", "--metadata", self.list, "--output"), self.aliases)

    def test_outputs_are_different_files(self):
        for one, other in ((self.list, self.hard), (self.directory / "new.csv", f"{self.directory}/./new.csv")):
            self.refuse("survey", "--sim", "--format", "csv", "--overwrite", "--output", one, "--metadata", other, TARGET)
            self.refuse("trace", "--format", "csv", "--overwrite", "--output", one, "--mda", "--dot", other, "127.0.0.1")

    def test_what_is_added_to_is_no_input(self):
        for command in (("survey", "--sim", "--targets"), ("trace", "--targets"), ("ping", "--targets"), ("score", "x")):
            with self.subTest(command), open(self.list, "a") as stdout:
                done = subprocess.run(
                    [support.BINARY, *command, self.list], stdout=stdout, stderr=subprocess.PIPE, text=True, timeout=60
                )
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("the same file", done.stderr)
        self.assertEqual(self.list.read_text(), "16.0.0.0/24\n")

    def test_devices_and_pipes_can_be_both(self):
        self.hopwire("survey", *SIM, "--blocklist", "/dev/null", "--output", "/dev/null", "--metadata", "/dev/null", TARGET)
        done = self.hopwire("survey", *SIM, "--format", "csv", "--output", "/dev/stdout", TARGET)
        self.assertEqual(len(support.parse_csv(done.stdout)), 32)


@support.needs_root
class PrivateTest(FilesTestCase):
    def mode(self):
        return stat.S_IMODE(self.metadata.stat().st_mode)

    def test_the_key_is_the_owners_alone(self):
        process, _ = self.start_survey("--sim=realism=ideal", "--rate", "10k", "16.0.0.0/12", umask=0)
        self.assertEqual(self.mode(), 0o600)
        process.terminate()
        self.finish(process, status=143)
        self.assertEqual(self.mode(), 0o600, "when it has ended, too")

    def test_in_a_directory_of_everybody_nobodys_links_are_followed(self):
        self.directory.chmod(0o1777)
        victim = self.directory / "victim"
        for name in ("results.csv", "results.csv.meta.json", "results.csv.meta.json.tmp"):
            with self.subTest(name):
                link = self.directory / name
                for text in ("", "precious\n"):
                    victim.write_text(text)
                    link.symlink_to(victim)
                    os.lchown(link, 65534, 65534)
                    done = self.hopwire("survey", *SIM, "--overwrite", "--output", self.results, TARGET, status=None)
                    self.assertEqual(victim.read_text(), text, done.stderr)
                    self.assertEqual(done.returncode, 0 if name.endswith(".tmp") else 2, done.stderr)
                    link.unlink()
                    self.results.unlink(missing_ok=True)
                    self.metadata.unlink(missing_ok=True)

    def test_a_killed_run_is_in_nobodys_way(self):
        process, results = self.start_survey("--sim=realism=ideal", "--rate", "10k", "16.0.0.0/12")
        process.kill()
        self.finish(process, status=-9)
        self.assertIn("--overwrite", self.refuse("survey", *SIM, "--output", results, TARGET))
        self.hopwire("survey", *SIM, "--overwrite", "--output", results, TARGET)
        self.assertEqual(len(support.read_csv(results)), 32)
        self.assertEqual(support.read_metadata(results)["state"], "finished")
        self.assertEqual([name for name in self.names() if name.startswith(".hopwire")], [])
