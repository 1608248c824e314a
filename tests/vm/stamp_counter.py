# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures the rate of this machine's time stamp counter: the kernel's message about it may be too old to be still there."""

import ctypes
import mmap
import time

# rdtsc; shl rdx, 32; or rax, rdx; ret
READ = b"\x0f\x31\x48\xc1\xe2\x20\x48\x09\xd0\xc3"

SECONDS = 0.5  # an interruption of 1 us between two readings makes the rate wrong by 2 in a million
TRIES = 100  # the one that was interrupted least counts


def pair(read):
    """A reading of the clock, in ns, and one of the counter, as simultaneous as is possible on a busy machine."""
    tries = []
    for _ in range(TRIES):
        before, stamp, after = time.monotonic_ns(), read(), time.monotonic_ns()
        tries.append((after - before, (before + after) / 2, stamp))
    return min(tries)[1:]


def kilohertz():
    with mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC) as page:
        page.write(READ)
        view = ctypes.c_char.from_buffer(page)
        read = ctypes.CFUNCTYPE(ctypes.c_uint64)(ctypes.addressof(view))
        first_ns, first = pair(read)
        time.sleep(SECONDS)
        second_ns, second = pair(read)
        del view
    return (second - first) / (second_ns - first_ns) * 1e6
