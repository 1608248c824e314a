# SPDX-License-Identifier: GPL-2.0-or-later
"""Manual pages: compared with --help, checked by mandoc, and their examples run."""

import os
import re
import subprocess

import network
import support

SOURCES = support.ROOT / "docs" / "man"
PAGES = support.BINARY.parent / "man"

# Commands behind a page, where these are others than its name says.
PARTS = {"sim": ["sim truth", "sim run"]}

SECTIONS = ["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "EXAMPLES", "SEE ALSO"]

# What examples have to be there already.
GIVEN = """
hopwire survey --sim=realism=ideal --quiet --cooldown 1 --capture replies.pcapng --output results.csv 20.0.0.0/18
for shard in 0 1; do
    hopwire survey --sim=realism=ideal --quiet --cooldown 1 --seed 7 --shard $shard/2 --output shard-$shard.csv 20.0.0.0/18
done
"""

EXAMPLES_SECONDS = 300


def joined(lines):
    return " ".join(" ".join(lines).split())


def default_of_help(lines):
    """Returns the text after `default` in an option's help: to the end of the bracket, or of the line."""
    text = "\n".join(lines)
    bracket = re.search(r"\(default:? ([^)]*)\)", joined(lines))
    bare = re.search(r"(?<!\()\bdefault:? (.*)", text)
    return bracket.group(1) if bracket else bare.group(1) if bare else None


def default_of_page(lines):
    """Returns the default in a page, which is a paragraph of its own."""
    text = re.sub(r"\s*\n\s*", " ", "\n".join(lines).replace("\n\n", "\0")).split("\0")
    found = [re.fullmatch(r"\s*Default:? (.*)\.\s*", paragraph) for paragraph in text]
    return next((match.group(1) for match in found if match), None)


def plain(text):
    """Removes the marks of scdoc: *bold*, _underlined_ outside words, and backslashes."""
    text = re.sub(r"(?<!\\)\*|(?<![\\\w])_|(?<!\\)_(?!\w)", "", text)
    return re.sub(r"\\(.)", r"\1", text).replace("...", "…")


def entries(lines, heading):
    """Returns the options whose lines match `heading`, with the indented lines that follow each."""
    found, current = {}, None
    for line in lines:
        match = re.match(heading, line)
        if match:
            current = found.setdefault(match.group(1).strip(), [])
            current += [match.group(2)] if match.lastindex > 1 and match.group(2) else []
        elif current is not None and (line.startswith((" ", "\t")) or not line):
            current.append(line.strip())
        else:
            current = None
    return {option: explained for option, explained in found.items() if any(explained)}


def own_options(lines):
    """Returns "adaptive,gap=N: text" of each line below "options of adaptive:", to the next such line."""
    found, strategy = [], None
    for line in lines:
        heading = re.fullmatch(r"options of ([a-z]+):", line)
        if heading:
            strategy = heading.group(1)
        elif strategy:
            found.append(f"{strategy}," + ": ".join(re.split(" {2,}", line, maxsplit=1)))
    return found


def expanded(page):
    """Yields the lines of a page's source, with those of the parts that it shares."""
    for line in (SOURCES / f"{page}.scd").read_text().splitlines():
        if line.startswith("@include "):
            yield from (SOURCES / "shared" / line.split()[1]).read_text().splitlines()
        else:
            yield line


def options_of_page(page):
    lines = (plain(line) if line.startswith(("*-", "\t")) else "" if not line else "text" for line in expanded(page))
    return entries(lines, r"((?:-\w, )?--.*)$")


def examples_of(page):
    """Returns what a reader of the page would type."""
    text = (PAGES / page).read_text().split(".SH EXAMPLES\n")[1]
    blocks = re.findall(r"(?ms)^\.nf\n(.*?)^\.fi\n", text)
    return [re.sub(r"\\(.)", r"\1", re.sub(r"(?m)^\..*\n|\\&", "", block)) for block in blocks]


class ManualsTest(support.HopwireTestCase):
    def help_of(self, command):
        """The first 32 columns of a line belong to the option, or all columns if it needs more."""
        lines = self.hopwire(*command.split(), "--help").stdout.splitlines()
        return entries(lines, r"^(?=  (?:-\w, |    )--)(.{31} (?=\S)|.*)(.*)$")

    def commands(self):
        return re.findall(r"(?m)^  ([a-z]+) ", self.hopwire("--help").stdout)

    def values(self):
        """Returns the names that each option of each command accepts, from the completion for bash."""
        text = self.hopwire("completion", "bash").stdout
        cases = re.findall(r"(?m)^    '([a-z ]+ --[a-z0-9-]+)'.* action=\(-W '([^']*)'\)", text)
        return {name: names.split() for name, names in cases}

    def test_there_is_a_page_of_each_command_and_no_other(self):
        pages = {path.name.removesuffix(".scd") for path in SOURCES.glob("*.scd")}
        self.assertEqual(pages, {"hopwire.1", *(f"hopwire-{command}.1" for command in self.commands())})
        for page in pages:
            sections = re.findall(r"(?m)^# (.*)$", "\n".join(expanded(page)))
            self.assertEqual([name for name in sections if name in SECTIONS], SECTIONS, page)
        listed = re.findall(r"\*hopwire-(\w+)\*\(1\)\n\t", (SOURCES / "hopwire.1.scd").read_text())
        self.assertEqual(listed, self.commands())

    def test_pages_have_the_options_of_help_with_their_defaults(self):
        for command in self.commands():
            page = f"hopwire-{command}.1"
            told = options_of_page(page)
            listed = {}
            for part in PARTS.get(command, [command]):
                listed |= self.help_of(part)
            with self.subTest(page):
                self.assertEqual(sorted(told), sorted(listed), f"docs/man/{page}.scd or what it includes has others than --help")
            for option in told.keys() & listed.keys():
                with self.subTest(f"{page} {option}"):
                    self.assertEqual(default_of_page(told[option]), default_of_help(listed[option]))
                    self.assertGreater(len(joined(told[option])), 10, "no explanation")

    def test_the_page_has_the_options_of_strategies_as_help_does(self):
        listed, told = (
            next(lines for option, lines in options.items() if option.startswith("--strategy"))
            for options in (self.help_of("survey"), options_of_page("hopwire-survey.1"))
        )
        keys = own_options(listed)
        self.assertGreater(len(keys), 10)
        self.assertEqual([line.removeprefix("- ") for line in told if re.match(r"- [a-z]+,[a-z]+[=:]", line)], keys)

    def test_pages_name_what_options_may_be(self):
        values = self.values()
        self.assertIn("survey --tx", values)
        for name, names in values.items():
            command, option = name.split(" --")
            told = options_of_page(f"hopwire-{command.split()[0]}.1")
            texts = [joined([heading, *lines]) for heading, lines in told.items() if re.search(rf"--{option}\b(?!-)", heading)]
            for value in names:
                with self.subTest(f"{name} {value}"):
                    self.assertRegex("".join(texts), rf"(?<![\w-]){re.escape(value.rstrip('=:'))}(?![\w-])")

    def test_a_reader_finds_nothing_to_complain_about(self):
        pages = sorted(PAGES.glob("*.1"))
        self.assertEqual(len(pages), 1 + len(self.commands()))
        done = network.run("mandoc", "-T", "lint", *map(str, pages))
        self.assertEqual((done.returncode, done.stdout), (0, ""))


@support.lasting
@support.time_limit(EXAMPLES_SECONDS)
class ExamplesTest(support.HopwireTestCase):
    """All run in one simulated Internet, in which commands for the real Internet also find something."""

    @support.needs_root
    def test_examples_do_what_they_say(self):
        pages = sorted(path.name for path in PAGES.glob("*.1"))
        (self.directory / "hopwire").symlink_to(support.BINARY)
        script = "".join(f": {page}\n{example}" for page in pages for example in examples_of(page))
        self.assertEqual({page for page in pages if f": {page}\n" in script}, set(pages))
        command = ("sim", "run", "--realism", "ideal", "--", "sh", "-exc", GIVEN + script)
        environment = {**support.environment(command), "PATH": f"{self.directory}:{os.environ['PATH']}"}
        done = subprocess.run(
            [support.BINARY, *command],
            cwd=self.directory, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=EXAMPLES_SECONDS,
        )  # fmt: skip
        self.assertEqual(done.returncode, 0, f"{done.stdout[-2000:]}\n{done.stderr[-3000:]}")
        for name in re.findall(r"(?:--output |--dot |>)([\w-]+\.[\w.]+)", script):
            self.assertGreater((self.directory / name).stat().st_size, 0, name)
