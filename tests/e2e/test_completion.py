# SPDX-License-Identifier: GPL-2.0-or-later
"""Completions, tested in the shells for which they are made."""

import re
import subprocess

import support

# What stands in the line, and what it may go on with; `…` says that there is more.
CASES = [
    ("sur", "survey"),
    ("sim ", "run truth"),
    ("survey --granu", "--granularity --granularity6"),
    ("survey --gateway-mac 02:00:00:00:00:01 --granu", "--granularity --granularity6"),
    ("sim run --realis", "--realism"),
    ("survey --tx l", "live"),
    ("bench --tx ring,l", "ring,live"),
    ("survey --fields flow,quoted_t", "flow,quoted_ttl flow,quoted_tos"),
    ("trace --json=sc", "scamper"),
    ("survey --strategy adaptive,ga", "adaptive,gap="),
    ("sim run --rate-limits o", "on off"),
    ("survey --interface l", "lo …"),
    ("survey --targets a.te", "a.text"),
    ("interfaces a.te", "a.text"),
    ("report --data fol", "folder/"),
    ("ctl a.text pau", "pause"),
    ("completion f", "fish …"),
    ("survey --rate ", ""),
    ("survey --sim --quie", "--quiet"),
]

# Each shell writes what it would offer for each of its arguments, and DONE: behind.
BASH = r"""
source ./script
compopt() { [[ $2 != filenames ]] || names=yes; }
for line; do
    names=
    read -ra COMP_WORDS <<<"${line//=/ = }"  # where the line editor cuts words, too
    [[ $line == *' ' ]] && COMP_WORDS+=('')
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _hopwire
    for each in "${COMPREPLY[@]}"; do
        [[ $names && -d $each ]] && each+=/
        echo "$each"
    done
    echo DONE:
done
"""

FISH = """
source ./script
for line in $argv
    complete -C $line
    echo DONE:
end
"""

# A shell within a shell: zsh completes in its line editor alone, which wants a terminal. What it would offer goes through compadd.
ZSH_INNER = r"""
PROMPT=
unsetopt auto_list auto_menu  # which ask whether to show many
compadd() {
    if [[ ${@[1,(i)(-|--)]} != *-(O|A|D)\ * ]]; then
        local -a found
        builtin compadd -A found "$@"
        [[ $#found -gt 0 ]] && print -l -- ${(@)found/#/FOUND:}
    fi
    builtin compadd "$@"
}
autoload -Uz compinit && compinit -u -D
autoload +X -Uz $PWD/script && compdef script hopwire caracal
tell() { _main_complete; print -- DONE:; }
zle -C tell complete-word tell
bindkey '^T' tell
print READY$((1))
"""

ZSH = r"""
zmodload zsh/zpty
zpty terminal zsh -f -i
zpty -w terminal 'source ./inner'
until zpty -r terminal answer && [[ $answer == *READY1* ]]; do :; done
for line; do
    zpty -w -n terminal $'\C-u'"$line"$'\C-t'
    while zpty -r terminal answer; do
        print -rn -- "$answer"
        [[ $answer == *DONE:* ]] && break
    done
done
zpty -d terminal
"""


class CompletionTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        (self.directory / "a.text").touch()
        (self.directory / "folder").mkdir()

    def ask(self, shell, lines, *command):
        """Returns for each line what such a shell offers, as a list of texts."""
        (self.directory / "script").write_text(self.hopwire("completion", shell).stdout)
        done = subprocess.run(
            [shell, *command, *lines], cwd=self.directory, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=support.RUN_SECONDS
        )
        self.assertEqual(done.stderr, "")
        answers = done.stdout.split("DONE:")[:-1]
        self.assertEqual(len(answers), len(lines))
        return answers

    def help_of(self, *command):
        return self.hopwire(*command, "--help").stdout

    def expected(self):
        """Returns the cases by their lines, and what --help lists of commands and options."""
        cases = {f"hopwire {line}": offered.split() for line, offered in CASES}
        cases["hopwire "] = re.findall(r"(?m)^  ([a-z]+) ", self.help_of())
        for command in ("survey", "sim truth", "ctl"):
            options = re.findall(r"(?m)^  (?:-\w, |    )(--[a-z0-9-]+)", self.help_of(*command.split()))
            cases[f"hopwire {command} --"] = options
        cases["caracal --meta"] = ["--meta-round"]
        return cases

    def compare(self, lines, answers):
        for (line, offered), got in zip(lines.items(), answers):
            with self.subTest(line):
                found = set(got) if "…" not in offered else {*got, "…"} & set(offered)
                self.assertEqual(found, set(offered))

    def test_bash_offers_what_the_tables_know(self):
        lines = self.expected()
        answers = self.ask("bash", lines, "-c", BASH, "bash")
        self.compare(lines, map(str.split, answers))

    def test_fish_offers_what_the_tables_know(self):
        lines = self.expected()
        answers = self.ask("fish", lines, "--no-config", "-c", FISH)
        offered = [re.findall(r"(?m)^(?!-\w\b)(?:--json=)?([^\t\n]+)", answer) for answer in answers]
        self.compare(lines, offered)

    def test_zsh_offers_what_the_tables_know(self):
        lines = self.expected()
        (self.directory / "inner").write_text(ZSH_INNER)
        answers = self.ask("zsh", lines, "-f", "-c", ZSH, "zsh")
        offered = [self.whole(line, re.findall(r"FOUND:(\S+)", answer)) for line, answer in zip(lines, answers)]
        self.compare(lines, offered)

    @staticmethod
    def whole(line, found):
        """For lists zsh offers only the next item, for directories the name without a slash, for options also the letters."""
        there = re.search(r"[^ ]*,|$", line).group()
        words = [each if each.startswith(there) else there + each for each in found]
        return [word.replace("folder", "folder/") for word in words if not re.fullmatch(r"-\w", word)]

    @support.needs_root
    def test_bash_runs_nothing_that_interfaces_are_called(self):
        (self.directory / "script").write_text(self.hopwire("completion", "bash").stdout)
        lines = "mount -t sysfs sysfs /sys; ip link add '$(>made)' type veth peer name other; . ./script\n"
        lines += "COMP_WORDS=(hopwire survey --interface ''); COMP_CWORD=3; _hopwire; echo \"${COMPREPLY[@]}\""
        command = ("unshare", "--net", "--mount", "bash", "-c", lines)
        offered = subprocess.run(command, cwd=self.directory, capture_output=True, text=True, timeout=support.RUN_SECONDS, check=True)
        self.assertEqual(set(offered.stdout.split()), {"lo", "other", "$(>made)"})
        self.assertFalse((self.directory / "made").exists())

    def test_other_shells_are_refused(self):
        self.assertIn("there is no 'tcsh', only bash, zsh, fish", self.hopwire("completion", "tcsh", status=2).stderr)
        self.assertIn("give one shell", self.hopwire("completion", status=2).stderr)
