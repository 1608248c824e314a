# SPDX-License-Identifier: GPL-2.0-or-later
"""A kernel booted in QEMU with this machine's files, and the line between it and us.

    this machine                          guest
    run  <-- virtio port: results, wishes --  inside.py      (start, init)
     |                                        near NICs, far NICs
     +-- monitor: links down and up --------> QEMU

The guest reads the files of this machine and writes to its memory; it has no network but its own NICs, wired to each
other.
"""

import json
import lzma
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile

import nics
import patience
import stamp_counter

HERE = pathlib.Path(__file__).resolve().parent

BOOT_SECONDS = {"kvm": 30, "tcg": 150}  # where KVM is there and does not work, a guest stands still
SILENT_SECONDS = 120  # a guest whose kernel works says every few seconds that it is alive, whatever its tests are at
MEMORY = "3G"  # the simulator's and a survey's tables, and what tests write

# For the root by 9p, what is written above it, and the port.
BOOT_MODULES = ("virtio_pci", "9pnet_virtio", "9p", "overlay", "virtio_console")


class GuestEnded(Exception):
    """The guest has ended, or is silent, before it had reported everything."""


def accelerators():
    """The accelerators that are worth trying, best first."""
    return ("kvm", "tcg") if os.access("/dev/kvm", os.R_OK | os.W_OK) else ("tcg",)


def make_initrd(packages, release, path):
    """Writes the initial RAM disk: busybox, `init`, and the modules that are needed until there is a root."""
    with tempfile.TemporaryDirectory() as name:
        root = pathlib.Path(name)
        for directory in ("bin", "dev", "proc", "sys", "lower", "memory", "new", "modules"):
            (root / directory).mkdir()
        shutil.copy(packages.tool("busybox"), root / "bin")
        shutil.copy(HERE / "init", root / "init")
        copy_modules(packages, release, root / "modules")
        files = "\n".join(str(file.relative_to(root)) for file in sorted(root.rglob("*")))
        with open(path, "wb") as archive:
            command = [root / "bin/busybox", "cpio", "-o", "-H", "newc"]
            subprocess.run(
                command, cwd=root, input=files.encode(), stdout=archive, stderr=subprocess.DEVNULL, check=True
            )


def copy_modules(packages, release, directory):
    order = []
    for module in BOOT_MODULES:
        said = packages.run("modprobe", "-d", packages.root, "-S", release, "--show-depends", module)
        for path in map(pathlib.Path, re.findall(r"(?m)^insmod (\S+)", said)):
            name = path.name.removesuffix(".xz")
            if name not in order:
                content = path.read_bytes()
                (directory / name).write_bytes(lzma.decompress(content) if path.suffix == ".xz" else content)
                order.append(name)
    (directory / "order").write_text("".join(f"{name}\n" for name in order))


def emulated_clock():
    """Passes the rate of our time stamp counter to a guest without KVM, which reads that counter: if it measured the rate
    by an emulated timer on a busy machine, the rate would be very wrong, and all its timers, too."""
    return ["tsc=reliable", f"tsc_early_khz={round(stamp_counter.kilohertz())}"]


def processor_arguments(accelerator):
    """QEMU's arguments for the processor. An emulated one lacks features that are expensive to emulate and do not matter here.

    Page tables with five levels need one more step for each page; and kernel and libc copy byte by byte on a processor that
    claims to do that fast.
    """
    model = "max,la57=off,erms=off,fsrm=off" if accelerator == "tcg" else "max"
    return ["-accel", "tcg,thread=multi,tb-size=512" if accelerator == "tcg" else "kvm", "-cpu", model]


class Guest:
    """A running guest; close() ends it. Raises GuestEnded if it does not boot."""

    def __init__(self, packages, release, accelerator, processors, nic_names, log):
        self._ports = nics.ports(nic_names)
        self._line, far_line = socket.socketpair()
        self._monitor, far_monitor = socket.socketpair()
        ends = (far_line.fileno(), far_monitor.fileno())
        with tempfile.NamedTemporaryFile(prefix="hopwire-initrd-") as initrd:
            make_initrd(packages, release, initrd.name)
            self._process = subprocess.Popen(
                self._command(packages, release, accelerator, processors, initrd.name, *ends),
                pass_fds=ends,
                env=packages.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            far_line.close()
            far_monitor.close()
            self._line.settimeout(patience.TICK)
            self._unfinished = b""  # a line of which more is to come
            self._monitor_words = self._monitor.makefile("rw")
            self._patience = patience.Patience(self._process.pid, BOOT_SECONDS[accelerator])
            try:
                self.message()
            except GuestEnded:
                self.close()
                raise
        self._patience = patience.Patience(self._process.pid, SILENT_SECONDS)

    def _command(self, packages, release, accelerator, processors, initrd, line, monitor):
        tools = packages.root
        environment = {
            "START": HERE / "start",
            "TOOLS": tools,
            "MODPROBE": packages.tool("modprobe"),
            "LIBRARIES": packages.library_path,
        }
        append = ["console=ttyS0", "quiet", "panic=-1", "nokaslr", "mitigations=off", "net.ifnames=0"]
        append += emulated_clock() if accelerator == "tcg" else []
        append += [f"{name}={value}" for name, value in environment.items()]
        command = ["nice", packages.tool("qemu-system-x86_64")]
        for firmware in ("usr/share/qemu", "usr/share/seabios", "usr/lib/ipxe/qemu"):
            command += ["-L", tools / firmware]
        command += ["-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio", "-machine", "q35"]
        command += [*processor_arguments(accelerator), "-smp", processors, "-m", MEMORY]
        command += ["-kernel", tools / f"boot/vmlinuz-{release}", "-initrd", initrd, "-append", " ".join(append)]
        command += ["-device", "virtio-rng-pci,addr=2"]
        command += ["-fsdev", "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"]
        command += ["-device", "virtio-9p-pci,fsdev=root,mount_tag=root,addr=1"]
        command += ["-chardev", f"socket,id=line,fd={line}", "-device", "virtio-serial-pci,addr=3"]
        command += ["-device", "virtserialport,chardev=line,nr=1"]
        command += ["-chardev", f"socket,id=monitor,fd={monitor}", "-mon", "chardev=monitor,mode=control"]
        for port in self._ports:
            command += nics.arguments(port)
        # It goes when we do, however that comes.
        around = ["setpriv", "--pdeathsig", "KILL", HERE / "with_taps", *nics.taps(self._ports), "--"]
        return [*map(str, around), *map(str, command)]

    def message(self):
        """Returns the next message of the guest, a dictionary, or None at the end. Fulfils wishes meanwhile."""
        while True:
            line = self._next_line()
            try:
                word = json.loads(line)
            except ValueError:
                word = None
            if not isinstance(word, dict):
                print(f"    {line}", flush=True)  # some program's complaint
            elif "set_link" in word:
                self._tell_monitor("set_link", word["set_link"])
                self.say({})
            elif "end" in word:
                return None
            elif "alive" not in word:
                return word

    def say(self, word):
        try:
            self._line.sendall(json.dumps(word).encode() + b"\n")
        except OSError as error:
            raise GuestEnded("the guest ended") from error

    def _next_line(self):
        self._patience.begin()
        while b"\n" not in self._unfinished:
            try:
                said = self._line.recv(65536)
            except TimeoutError:
                if self._patience.ends():
                    raise GuestEnded(f"the guest said nothing for {self._patience.seconds} s") from None
                continue
            except ConnectionError:
                said = b""
            if not said:
                raise GuestEnded("the guest ended")
            self._unfinished += said
        line, _, self._unfinished = self._unfinished.partition(b"\n")
        return line.decode(errors="replace").rstrip()

    def _tell_monitor(self, command, arguments):
        for line in ({"execute": "qmp_capabilities"}, {"execute": command, "arguments": arguments}):
            self._monitor_words.write(json.dumps(line) + "\n")
            self._monitor_words.flush()
            # Greetings and events come in between.
            while not {"return", "error"} & set(json.loads(self._monitor_words.readline())):
                pass

    def close(self):
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for end in (self._line, self._monitor_words, self._monitor):
            try:
                end.close()
            except OSError:  # what was not sent yet has nowhere to go
                pass
