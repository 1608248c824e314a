# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernels, QEMU and what else a guest takes, unpacked below a directory: nothing is installed.

Packages are downloaded by `apt-get download`, with those they depend on where the system has them not, and unpacked
by `dpkg -x`. What is there already is used as it is.
"""

import os
import pathlib
import re
import shutil
import subprocess

TOOLS = ("qemu-system-x86", "busybox-static", "kmod", "xdp-tools")


def output_of(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


class Packages:
    """Packages and what was unpacked of them; `root` is laid out like the file system's root."""

    def __init__(self, directory):
        self._archives = directory / "packages"
        self.root = directory / "root"
        self._archives.mkdir(parents=True, exist_ok=True)
        self.root.mkdir(exist_ok=True)
        library_directories = (self.root / "usr/lib/x86_64-linux-gnu", self.root / "lib/x86_64-linux-gnu")
        self.library_path = ":".join(map(str, library_directories))
        self.path = ":".join(str(self.root / name) for name in ("usr/bin", "bin", "sbin")) + ":" + os.environ["PATH"]

    def unpack_tools(self):
        plan = output_of("apt-get", "install", "--simulate", "--no-install-recommends", *TOOLS)
        self._unpack(re.findall(r"(?m)^Inst (\S+)", plan))
        for link in (self.root / "sbin").glob("*"):
            # kmod's names, which lead to the system's /bin.
            if link.is_symlink() and os.readlink(link) == "/bin/kmod":
                link.unlink()
                link.symlink_to("../bin/kmod")

    def unpack_kernel(self, metapackage):
        """Unpacks the kernel that an empty package leads to; returns its release, None where there is none."""
        said = subprocess.run(["apt-cache", "depends", metapackage], stdout=subprocess.PIPE, text=True, check=False)
        image = re.search(r"Depends: linux-image-(\S+)", said.stdout)
        if not image:
            return None
        release = image.group(1)
        self._unpack([f"linux-image-{release}"])
        if not (self.root / "lib/modules" / release / "modules.dep").exists():
            self.run("depmod", "-b", str(self.root), release)
        return release

    def tool(self, name):
        """The path of a program: the unpacked one, or the system's."""
        path = shutil.which(name, path=self.path + ":/usr/sbin:/sbin")
        if not path:
            raise RuntimeError(f"there is no {name}")
        return path

    def run(self, name, *arguments):
        """Runs a tool to its end, with the libraries that were unpacked, and returns what it printed."""
        return output_of(self.tool(name), *arguments, env=self.environment())

    def environment(self):
        return {**os.environ, "LD_LIBRARY_PATH": self.library_path}

    def _unpack(self, names):
        missing = [name for name in names if not self._stamp(name).exists()]
        if missing:
            print(f"downloading {len(missing)} packages", flush=True)
            # Not as apt's own user, who may not write here.
            output_of("apt-get", "download", "-o", "APT::Sandbox::User=root", *missing, cwd=self._archives)
        for name in missing:
            archive = max(self._archives.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
            output_of("dpkg", "-x", str(archive), str(self.root))
            archive.unlink()
            self._stamp(name).touch()

    def _stamp(self, name):
        return pathlib.Path(self._archives, f"{name}.unpacked")
