# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands that README gives to newcomers, run in a fresh clone."""

import filecmp
import os
import re
import shutil
import subprocess

import network
import support

README = support.ROOT / "README.md"

# What stands in README for something of the reader's. Brackets are what may be left out.
PLACEHOLDERS = {
    "RESULTS": "build/demo/survey.csv",
    "PREFIX": "--sim --max-ttl 4 16.0.0.0/20",  # at one probe a second toward a prefix, four seconds
    "CAPTURE.pcap": "capture.pcap",
}

# Commands that this test does not type, and who does.
ELSEWHERE = {
    "make test": "this is a part of it",
    "setcap cap_net_raw+ep /usr/local/bin/hopwire": "it changes this host; test_trace.py gives the capability to a copy",
    "hopwire caracal < PROBES.csv > REPLIES.csv": "it probes the Internet; test_caracal.py has simulated ones",
    "hopwire ctl PATH status": "it needs a survey that runs; test_control.py has some",
    "hopwire bench all": "it takes minutes; test_bench.py runs every stage",
    "hopwire decode CAPTURE.pcap --metadata RESULTS.meta.json": "it needs a capture; test_replies.py has some",
}


def commands(text):
    """Yields the commands in README: indented lines that begin with a program of ours, or with a prompt."""
    for line in text.splitlines():
        match = re.match(r" {4}(?:\$ )?((?:build/)?hopwire|make|setcap)( .*)?$", line)
        if match:
            command = re.sub(r"\s+# .*|\s*\[[^\]]*\]", "", match.group(1) + (match.group(2) or ""))
            yield command.strip()


def filled_in(command):
    for placeholder, value in PLACEHOLDERS.items():
        command = re.sub(rf"\b{re.escape(placeholder)}\b", value, command)
    return command


def is_synopsis(command):
    """A line such as `hopwire survey [OPTIONS] PREFIX|ADDRESS…` describes commands and is not run."""
    return "…" in command


@support.lasting
@support.needs_root
class FreshCloneTest(support.HopwireTestCase):
    """Clones HEAD, so changes that are not committed are not tested.

    Objects that were built here from files that are the same in the clone are copied to it: they are not compiled again, but
    everything is linked. Files that are changed or new here are compiled as they are in HEAD.
    """

    time_limit = 600  # it may have to build everything, on a busy machine perhaps

    def setUp(self):
        super().setUp()
        if not (support.ROOT / ".git").exists():
            self.skipTest("not a git checkout: there is nothing to clone")
        self.clone = self.directory / "hopwire"
        subprocess.run(["git", "clone", "--quiet", support.ROOT, self.clone], check=True)
        self.lend_objects()

    def lend_objects(self):
        """By the times make recognizes which objects were built from the clone's files: all other files there are newer."""
        for name in network.call("git", "-C", self.clone, "ls-files").splitlines():
            copy, original = self.clone / name, support.ROOT / name
            if original.is_file() and filecmp.cmp(copy, original, shallow=False):
                shutil.copystat(original, copy)
        for part in ("bpf", "userspace"):
            if (support.ROOT / "build" / part).is_dir():
                shutil.copytree(support.ROOT / "build" / part, self.clone / "build" / part)

    def type(self, command):
        """Runs a line as a shell does, with hopwire in the path; returns stdout and stderr together."""
        # Neither the flags of the make that runs the tests, nor the version of some other tree.
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        environment["PATH"] = f"{self.clone / 'build'}:{environment['PATH']}"
        environment["MAKEFLAGS"] = f"-j{os.cpu_count()}"
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", command], cwd=self.clone, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=500,
        )  # fmt: skip
        # A reader such as `head` may leave early.
        self.assertIn(done.returncode, (0, 141) if "| head" in command else (0,), f"{command}\n{done.stdout[-3000:]}")
        return done.stdout

    def test_what_readme_says_works_word_for_word(self):
        text = README.read_text()
        self.assertIn("`make` alone builds `build/hopwire`", text)
        self.type("make")
        self.assertTrue(os.access(self.clone / "build" / "hopwire", os.X_OK), "make alone builds build/hopwire")
        self.install()
        demo = self.type("make demo")
        self.assertIn("make demo", list(commands(text)))
        self.prepare()
        for command in commands(text):
            with self.subTest(command):
                if command.startswith("build/hopwire"):
                    self.assertIn(f"$ {command}".split(" > ")[0], demo, "what README shows is what the demo runs")
                elif command not in ELSEWHERE and command != "make demo" and not is_synopsis(command):
                    self.type(filled_in(command))

    def install(self):
        staged = self.directory / "staged"
        self.type(f"make install DESTDIR={staged} PREFIX=/usr")
        self.assertIn("hopwire", self.type(f"{staged}/usr/bin/hopwire --version"))

    def prepare(self):
        """Makes the files that README's examples name."""
        (self.clone / "pfx2as.txt").write_text("240.0.0.0\t4\t64500\n")
        (self.clone / "block.txt").write_text("192.0.2.64/26\n")


class MentionTest(support.HopwireTestCase):
    def test_nothing_is_left_out(self):
        self.assertLessEqual(set(ELSEWHERE), set(commands(README.read_text())), "README no longer says so")
        self.assertGreater(len([c for c in commands(README.read_text()) if c not in ELSEWHERE]), 8)
