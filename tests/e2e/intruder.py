# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes the threads of another process do system calls, as an attacker with code in them could: by ptrace(2), which writes
registers and a text, and makes one step over a `syscall` instruction. For x86-64 only."""

import ctypes
import os
import pathlib
import platform

PTRACE_SINGLESTEP, PTRACE_GETREGS, PTRACE_SETREGS, PTRACE_DETACH = 9, 12, 13, 17
PTRACE_SEIZE, PTRACE_INTERRUPT = 0x4206, 0x4207
WALL = 0x40000000

SUPPORTED = platform.machine() == "x86_64"
ARGUMENTS = ("rdi", "rsi", "rdx", "r10", "r8", "r9")
RED_ZONE = 4096  # below the stack pointer, and more than the 128 bytes that compilers use there

libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
libc.ptrace.restype = ctypes.c_long


class Registers(ctypes.Structure):
    """struct user_regs_struct of <sys/user.h>."""

    _fields_ = [
        (name, ctypes.c_ulong)
        for name in (
            *("r15", "r14", "r13", "r12", "rbp", "rbx", "r11", "r10", "r9", "r8", "rax", "rcx", "rdx", "rsi", "rdi"),
            *("orig_rax", "rip", "cs", "eflags", "rsp", "ss", "fs_base", "gs_base", "ds", "es", "fs", "gs"),
        )
    ]


def ptrace(request, tid, data=None):
    if libc.ptrace(request, tid, None, data) < 0:
        raise OSError(ctypes.get_errno(), f"ptrace request {request:#x} of {tid}")


def syscall_instruction(pid):
    """Returns the address of a `syscall` instruction in the C library."""
    for line in pathlib.Path(f"/proc/{pid}/maps").read_text().splitlines():
        bounds, mode, *_, path = line.split(maxsplit=5)
        if "x" in mode and "libc.so" in path:
            first, end = (int(bound, 16) for bound in bounds.split("-"))
            with open(f"/proc/{pid}/mem", "rb") as memory:
                memory.seek(first)
                return first + memory.read(end - first).index(b"\x0f\x05")
    raise LookupError(f"no C library in {pid}")


class Intruder:
    """A context manager: inside it, system calls can be made in one thread; afterwards the thread continues unchanged."""

    def __init__(self, pid, tid, instruction):
        self.pid, self.tid, self.instruction = pid, tid, instruction

    def __enter__(self):
        ptrace(PTRACE_SEIZE, self.tid)
        ptrace(PTRACE_INTERRUPT, self.tid)
        os.waitpid(self.tid, WALL)
        self.before = Registers()
        ptrace(PTRACE_GETREGS, self.tid, ctypes.byref(self.before))
        return self

    def __exit__(self, *_):
        ptrace(PTRACE_SETREGS, self.tid, ctypes.byref(self.before))
        ptrace(PTRACE_DETACH, self.tid)

    def call(self, number, *arguments):
        """Returns what the system call returns; a text among the arguments is passed by its address."""
        registers = Registers.from_buffer_copy(self.before)
        room = (self.before.rsp - RED_ZONE) & ~0xFFF
        for name, argument in zip(ARGUMENTS, arguments):
            if isinstance(argument, bytes):
                room -= RED_ZONE
                with open(f"/proc/{self.pid}/mem", "r+b", buffering=0) as memory:
                    memory.seek(room)
                    memory.write(argument + b"\0")
                argument = room
            setattr(registers, name, argument)
        registers.rax, registers.orig_rax, registers.rip = number, ctypes.c_ulong(-1).value, self.instruction
        ptrace(PTRACE_SETREGS, self.tid, ctypes.byref(registers))
        ptrace(PTRACE_SINGLESTEP, self.tid)
        os.waitpid(self.tid, WALL)
        ptrace(PTRACE_GETREGS, self.tid, ctypes.byref(registers))
        return ctypes.c_long(registers.rax).value


def threads(pid):
    """An intruder for each existing thread."""
    instruction = syscall_instruction(pid)
    return [Intruder(pid, int(task.name), instruction) for task in pathlib.Path(f"/proc/{pid}/task").iterdir()]
