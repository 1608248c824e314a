# SPDX-License-Identifier: GPL-2.0-or-later
"""What every command does with stdin, stdout and stderr: closed at the start, on a full disk, without a reader, and on a
terminal, whose cursor names from other hosts must not move."""

import json
import os
import re
import signal
import struct
import subprocess
import time

import network
import support

NO_READER = 128 + signal.SIGPIPE

# By command, in the order of --help: each way to print that it has. {directory} holds what setUp() makes.
PRINTERS = {
    "survey": [
        "survey --sim --quiet --cooldown 0.1 16.0.0.0/24",
        "survey --sim --quiet --dry-run 16.0.0.0/24",
    ],
    "ctl": ["ctl --help"],
    "trace": [
        "trace -n 127.0.0.1",
        "trace -n --json 127.0.0.1",
        "trace -n --report 1 127.0.0.1",
        "trace -n --report 1 --json 127.0.0.1",
        "trace -n --mda 127.0.0.1",
        "trace -n --mda --json 127.0.0.1",
        "trace -n --every 0.2 127.0.0.1",
        "trace -n --output - 127.0.0.1",
    ],
    "ping": [
        "ping -n -c 1 127.0.0.1",
        "ping -n -q -c 1 127.0.0.1",
        "ping -n --json -c 1 127.0.0.1",
        "ping -n 127.0.0.1 127.0.0.2",
        "ping -n -D -c 1 127.0.0.1",
        "ping -n -i 0.1 127.0.0.1",
        "ping -n -i 0.1 --output - 127.0.0.1",
    ],
    "aliases": ["aliases --help"],
    "caracal": ["caracal -W 0 --source-address-v4 127.0.0.1"],
    "sim": ["sim --help", "sim run --help", "sim truth --help", "sim truth 16.0.0.0/24"],
    "score": [
        "score {directory}/results.csv {directory}/truth.jsonl",
        "score --json {directory}/results.csv {directory}/truth.jsonl",
    ],
    "interfaces": ["interfaces {directory}/results.csv"],
    "links": ["links {directory}/results.csv", "links --diamonds {directory}/results.csv", "links --dot 44.0.0.0/24 {directory}/results.csv"],
    "names": ["names --help"],
    "report": ["report --output - {directory}/results.csv"],
    "convert": ["convert {directory}/results.csv -"],
    "merge": ["merge --quiet {directory}/results.csv"],
    "decode": ["decode --quiet --metadata {directory}/results.csv.meta.json {directory}/empty.pcap"],
    "check": ["check --interface lo", "check --interface lo --json"],
    "bench": ["bench craft --duration 0.01 --turns 1", "bench craft --duration 0.01 --turns 1 --json"],
    "completion": ["completion bash", "completion zsh", "completion fish"],
}
PROGRAM = ("--help", "--version", "help", "version")

EMPTY_CAPTURE = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)

# A name of every kind: escapes, a bell, C1 as UTF-8 and as a byte, what turns text around, and letters that stay.
HOSTILE = b"\x1b]0;title\x07\x1b[2J\xc2\x9b31m\x9b\x7f\xe2\x80\xaeb\xc3\xbccher"
SHOWN = r"\x1b]0;title\x07\x1b[2J\xc2\x9b31m\x9b\x7f\xe2\x80\xaebücher"


@support.needs_root
class StandardTestCase(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.lonely = self.namespace()
        self.lonely.ip("link set lo up")

    def make_inputs(self):
        results = self.directory / "results.csv"
        self.hopwire("survey", "--sim", "--quiet", "--cooldown", "0.1", "--output", results, "16.0.0.0/24")
        self.hopwire("sim", "truth", "--output", self.directory / "truth.jsonl", "16.0.0.0/24")
        (self.directory / "empty.pcap").write_bytes(EMPTY_CAPTURE)

    def command(self, words):
        arguments = words.format(directory=self.directory).split()
        return self._command(arguments, self.lonely), support.environment(tuple(arguments))

    def run_with(self, words, **streams):
        command, environment = self.command(words)
        return subprocess.run(
            command, stderr=subprocess.PIPE, text=True, timeout=support.RUN_SECONDS, env=environment, **streams
        )

    def every_printer(self):
        self.make_inputs()
        return (*PROGRAM, *(f"{command} --help" for command in PRINTERS), *sum(PRINTERS.values(), []))

    def listed_commands(self):
        return re.findall(r"(?m)^  ([a-z]+) ", self.hopwire("--help").stdout)


class OutputTest(StandardTestCase):
    """Every command and every way to print."""

    def test_the_table_has_every_command(self):
        self.assertEqual(list(PRINTERS), self.listed_commands())

    def test_a_full_disk_is_told(self):
        for words in self.every_printer():
            with self.subTest(words), open("/dev/full", "w") as full:
                done = self.run_with(words, stdout=full)
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertRegex(done.stderr, r"(?m)^hopwire: .*: No space left on device")

    def test_a_reader_that_has_gone_ends_it_quietly(self):
        for words in self.every_printer():
            reader, writer = os.pipe()
            os.close(reader)
            with self.subTest(words):
                done = self.run_with(words, stdout=writer)
                self.assertEqual(done.returncode, NO_READER, done.stderr)
                self.assertNotIn("pipe", done.stderr)
            os.close(writer)

    def test_stdout_that_is_closed_is_refused(self):
        for words in self.every_printer():
            with self.subTest(words):
                done = self.run_with(words, preexec_fn=lambda: os.close(1))
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertRegex(done.stderr, r"\Ahopwire: [^\n]*stdout[^\n]*\n\Z")


class ClosedTest(StandardTestCase):
    def closed(self, words, *numbers):
        return self.run_with(words, stdout=subprocess.DEVNULL, preexec_fn=lambda: [os.close(number) for number in numbers])

    def test_nothing_is_written_where_stdout_was_meant(self):
        results = self.directory / "records.csv"
        for command in ("trace -n", "ping -n -c 1"):
            for numbers in ((1,), (0, 1), (0, 1, 2), (1, 2)):
                with self.subTest(command, numbers=numbers):
                    done = self.closed(f"{command} --output {results} 127.0.0.1", *numbers)
                    self.assertEqual(done.returncode, 2)
                    self.assertFalse(results.exists())

    def test_a_survey_needs_none_of_them(self):
        results = self.directory / "records.csv"
        words = "survey --sim=realism=ideal --seed 1 --cooldown 0.2 16.0.0.0/24"
        self.assertEqual(self.closed(f"{words} --output {results}", 0, 1, 2).returncode, 0)
        records = support.read_csv(results)
        self.assertTrue(records)
        self.assertNotIn("sent", results.read_text())

    def test_stdin_that_is_closed_is_no_list_of_hosts(self):
        for words in ("trace -n --targets -", "ping -n --targets -", "survey --dry-run --targets -"):
            with self.subTest(words):
                done = self.closed(words, 0)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn("Bad file descriptor", done.stderr)

    def test_messages_for_nobody_are_no_error(self):
        self.assertEqual(self.closed("check --help", 0, 2).returncode, 0)


class ReaderTest(StandardTestCase):
    """Commands that run for long end when nobody reads any more, also while they have nothing to print."""

    ENDLESS = (
        "ping -n -i 0.2 127.0.0.1",
        "ping -n -i 3600 127.0.0.1",
        "ping -n -O --output - 127.0.0.1",
        "trace -n --every 3600 127.0.0.1",
    )

    def test_they_end_when_their_reader_goes(self):
        for words in self.ENDLESS:
            with self.subTest(words):
                command, _ = self.command(words)
                process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                self.addCleanup(self._end, process)
                self.assertTrue(process.stdout.readline())
                began = time.monotonic()
                process.stdout.close()
                process.wait(timeout=support.WAIT_SECONDS)
                self.assertEqual(process.returncode, NO_READER, process.stderr.read())
                self.assertLess(time.monotonic() - began, support.WAIT_SECONDS / 2)
                process.stderr.close()


class FullFileTest(StandardTestCase):
    """Files that cannot be written are reported in the same way as stdout."""

    FILES = {
        "ping -n -i 0.1 --format csv --output /dev/full 127.0.0.1": 1,
        "trace -n --format csv --output /dev/full 127.0.0.1": 1,
        "trace -n --mda --dot /dev/full 127.0.0.1": 1,
        "trace -n --every 1 --prometheus /dev/full 127.0.0.1": 2,  # tried before the first probe
        "survey --sim --quiet --cooldown 0.1 --format csv --output /dev/full 16.0.0.0/24": 1,
        "survey --sim --quiet --cooldown 0.1 --output {directory}/x.csv --metadata /dev/full 16.0.0.0/24": 1,
        "sim truth --output /dev/full 16.0.0.0/24": 1,
        "merge --quiet --format csv --output /dev/full {directory}/results.csv": 1,
        "decode --quiet --metadata {directory}/results.csv.meta.json --format csv --output /dev/full "
        "{directory}/empty.pcap": 1,
        "convert --to parquet {directory}/results.csv /dev/full": 1,
        "bench craft --duration 0.01 --turns 1 --plot /dev/full": 1,
    }

    def test_a_full_disk_is_told(self):
        self.make_inputs()
        for words, status in self.FILES.items():
            with self.subTest(words):
                done = self.run_with(words, stdout=subprocess.DEVNULL)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertRegex(done.stderr, r"(?m)^hopwire: .*: No space left on device")


class TerminalTest(StandardTestCase):
    """Bytes from other hosts or files never reach a terminal unchanged."""

    def run_bytes(self, *arguments, namespace=None):
        command = [os.fsencode(word) for word in self._command((), namespace or self.lonely)]
        environment = support.environment(tuple(map(os.fsdecode, arguments)))
        done = subprocess.run(
            [*command, *arguments], capture_output=True, timeout=support.RUN_SECONDS, env=environment
        )
        for stream in (done.stdout, done.stderr):
            self.assertNotRegex(stream.decode(), r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
        return done

    def test_messages_quote_harmlessly(self):
        hostile = self.directory / "list"
        hostile.write_bytes(HOSTILE + b"\n")
        path = os.fsencode(hostile)
        for arguments in (
            (HOSTILE,),
            (b"--" + HOSTILE,),
            (b"survey", HOSTILE),
            (b"survey", b"--" + HOSTILE),
            (b"survey", b"--rate", HOSTILE, b"16.0.0.0/24"),
            (b"survey", b"--targets", path),
            (b"survey", b"--targets", HOSTILE),
            (b"survey", b"--blocklist", path, b"16.0.0.0/24"),
            (b"survey", b"--sim=topology=" + HOSTILE, b"16.0.0.0/24"),
            (b"survey", b"--interface", HOSTILE, b"16.0.0.0/24"),
            (b"trace", HOSTILE),
            (b"trace", b"--targets", path),
            (b"trace", b"--asn", path, b"127.0.0.1"),
            (b"trace", b"--interface", HOSTILE, b"127.0.0.1"),
            (b"ping", b"--targets", path),
            (b"ping", b"--output", HOSTILE + b".x", b"127.0.0.1"),
            (b"ping", b"--output", b"-", b"--fields", HOSTILE, b"127.0.0.1"),
            (b"sim", HOSTILE),
            (b"sim", b"truth", b"--topology", b"routes:" + path),
            (b"sim", b"truth", b"--metadata", path),
            (b"score", path, path),
            (b"merge", path),
            (b"merge", HOSTILE),
            (b"decode", b"--metadata", path, path),
            (b"decode", b"--metadata", path, HOSTILE),
            (b"check", b"--interface", HOSTILE),
            (b"bench", HOSTILE),
            (b"bench", b"craft", b"--device", HOSTILE),
            (b"completion", HOSTILE),
        ):
            with self.subTest(arguments):
                done = self.run_bytes(*arguments)
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertTrue(done.stderr.startswith((b"hopwire: ", b"usage: ")), done.stderr)

    def test_the_guest_that_cannot_be_run(self):
        done = self.run_bytes(b"sim", b"run", b"--", HOSTILE)
        self.assertEqual(done.returncode, 127)
        self.assertIn(SHOWN, done.stderr.decode())

    def test_the_guest_has_its_signals(self):
        """hopwire ignores SIGPIPE; the program that it runs does not, unless hopwire was started that way."""
        done = self.run_bytes(b"sim", b"run", b"--", b"grep", b"SigIgn", b"/proc/self/status")
        self.assertEqual(int(done.stdout.split()[1], 16) >> (signal.SIGPIPE - 1) & 1, 0)

    def test_names_of_devices(self):
        name = b"\x1b[2J\x07\xc2\x9b1m\xff"
        self.lonely.call("ip", "link", "add", os.fsdecode(name), "type", "veth", "peer", "other")
        self.lonely.call("ip", "link", "set", os.fsdecode(name), "up")
        text = self.run_bytes(b"check", b"--interface", name).stdout.decode()
        self.assertIn(r"\x1b[2J\x07\xc2\x9b1m\xff", text)
        lines = json.loads(self.run_bytes(b"check", b"--json", b"--interface", name).stdout)
        self.assertTrue(any(r"\x1b[2J\x07" in line["detail"] + line["fix"] for line in lines), lines)

    def hostile_name(self):
        """A namespace whose hosts file has a name with terminal control bytes; a mount namespace hides the real file."""
        hosts = self.directory / "hosts"
        hosts.write_bytes(b"127.0.0.1 " + HOSTILE + b"\n")
        return [b"unshare", b"--mount", b"sh", b"-c", b'mount --bind "$0" /etc/hosts && exec "$@"', os.fsencode(hosts)]

    def run_named(self, *arguments):
        command = [os.fsencode(word) for word in self.lonely.command()]
        done = subprocess.run(
            [*command, *self.hostile_name(), os.fsencode(support.BINARY), *arguments],
            capture_output=True,
            timeout=support.RUN_SECONDS,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        for stream in (done.stdout, done.stderr):
            self.assertNotRegex(stream.decode(), r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
        return done.stdout.decode()

    def test_names_of_hosts_in_every_printer(self):
        dot = self.directory / "graph.dot"
        for words in PRINTERS["trace"] + PRINTERS["ping"]:
            if "--every" in words or "--output" in words or "-i 0.1" in words:
                continue  # without end, or without names
            with self.subTest(words):
                arguments = [word.encode() if word != "127.0.0.1" else HOSTILE for word in words.split() if word != "-n"]
                text = self.run_named(*arguments)
                if "--json" in words:
                    self.assertTrue(all(json.loads(line) for line in text.splitlines()))
                if not ("--json" in words and "--mda" in words):  # which tells addresses alone
                    self.assertIn(SHOWN, json.loads(text)["name"] if "--json" in words else text)
        self.run_named(b"trace", b"--mda", b"--dot", os.fsencode(dot), HOSTILE)
        self.assertNotRegex(dot.read_text(), r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

    def test_names_of_hosts_as_labels(self):
        metrics = self.directory / "metrics.prom"
        arguments = (b"trace", b"--every", b"0.2", b"--prometheus", os.fsencode(metrics), HOSTILE)
        command = [os.fsencode(word) for word in self.lonely.command()]
        process = subprocess.Popen(
            [*command, *self.hostile_name(), os.fsencode(support.BINARY), *arguments], stdout=subprocess.DEVNULL
        )
        self.addCleanup(self._end, process)
        support.wait_until(lambda: metrics.exists() and b"name=" in metrics.read_bytes(), "metrics")
        process.terminate()
        process.wait(support.WAIT_SECONDS)
        text = metrics.read_text()
        self.assertNotRegex(text, r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
        self.assertIn('name="' + SHOWN.replace("\\", "\\\\") + '"', text)
