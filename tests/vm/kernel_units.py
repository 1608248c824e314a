# SPDX-License-Identifier: GPL-2.0-or-later
"""The unit tests that depend on the kernel: these are run in guests.

The others only compute, and have the same result on every kernel. An emulated machine would need a quarter of an hour for
them, most of it for a few that try millions of numbers.
"""

import pathlib
import re

TESTS = pathlib.Path(__file__).resolve().parent.parent
MODULES = TESTS.parent / "userspace"

# Sockets, devices, programs, processes: headers of the system and of the floors that wrap them.
ASKS_THE_KERNEL = re.compile(
    r"""(?mx) ^\#include \s+ (
        <linux/(?!bpf\.|if_ether|in6?\.|ip|udp|tcp|icmp) | <(net|bpf|xdp)/ | <sys/(socket|un|ioctl|epoll|prctl|syscall|capability)\.h>
        | <(sched|poll|netdb)\.h> | "(host|xdp|send|receive|session)/ | "bpf/\w+_run\.h" )"""
)
SUITE = re.compile(r"(?m)^Test\((\w+),")


def text_of(path):
    """The text of a file of tests and of the module that it tests."""
    module = MODULES / path.parent.name / path.name.removeprefix("test_")
    return path.read_text() + (module.read_text() if module.exists() else "")


def suites():
    """The names of the suites, for each directory of tests that has any."""
    chosen = {}
    for path in sorted(TESTS.glob("*/test_*.c")):
        if ASKS_THE_KERNEL.search(text_of(path)):
            chosen.setdefault(path.parent.name, set()).update(SUITE.findall(path.read_text()))
    return chosen


def patterns():
    """The patterns with which Criterion runs them, one directory after the other."""
    return [f"@({'|'.join(sorted(names))})/*" for names in suites().values() if names]
