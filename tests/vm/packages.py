# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's kernels, QEMU and whatever else a guest needs, unpacked below a directory: nothing is installed.

Packages are downloaded by `apt-get download`, with dependencies that the system does not have, and unpacked by `dpkg -x`.
Files that are there already are used. QEMU comes from the backports of the system's release if these can be reached: it
emulates NICs that the release's own QEMU does not.
"""

import os
import pathlib
import re
import shutil
import subprocess
import time

TOOLS = ("qemu-system-x86", "busybox-static", "kmod", "xdp-tools")


def output_of(*command, **options):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with status {done.returncode}: {done.stderr.strip()}")
    return done.stdout


class Archive:
    """What apt reports about the system's Debian archives and the backports beside them, in lists of its own."""

    INDEX = "$(REPO_URI) $(RELEASE) $(ORIGIN)"

    def __init__(self, directory):
        self._directory = directory
        (directory / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        sources = directory / "sources.list"
        self._options = [
            *("-o", f"Dir::Etc::SourceList={sources}", "-o", "Dir::Etc::SourceParts=/dev/null"),
            *("-o", f"Dir::State::Lists={directory}/lists"),
            *("-o", "Dir::Cache::PkgCache=", "-o", "Dir::Cache::SrcPkgCache="),
            # Not as apt's own user, who may not write here.
            *("-o", "APT::Sandbox::User=root"),
        ]
        self._release = None  # that is preferred
        self._choose(sources)

    def output_of(self, program, *arguments, **options):
        preferred = ["--target-release", self._release] if self._release and program == "apt-get" else []
        return output_of(program, *self._options, *preferred, *arguments, **options)

    def _choose(self, sources):
        known = output_of("apt-get", "indextargets", "--format", self.INDEX, "Created-By: Packages").splitlines()
        lines = dict.fromkeys(line.rpartition(" ")[0] for line in known if line.endswith(" Debian"))
        main = next((line.split() for line in lines if re.search(r" [a-z]+$", line)), None)
        write = lambda lines: sources.write_text("".join(f"deb {line} main\n" for line in lines))
        if main:
            write([*lines, f"{main[0]} {main[1]}-backports"])
            if self._update():
                self._release = f"{main[1]}-backports"
                return
        print("the backports cannot be reached: QEMU is the release's own", flush=True)
        write(lines)
        if not self._update():
            raise RuntimeError("apt-get update failed: no archive of Debian can be reached")

    def _update(self):
        """Downloads new lists if there are none of today."""
        stamp = self._directory / "updated"
        wanted = (self._directory / "sources.list").read_text()
        if stamp.exists() and stamp.read_text() == wanted and time.time() - stamp.stat().st_mtime < 86400:
            return True
        update = ["apt-get", *self._options, "-o", "APT::Update::Error-Mode=any", "update"]
        if subprocess.run(update, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode:
            return False
        stamp.write_text(wanted)
        return True


class Packages:
    """Packages and the files unpacked from them; `root` has the layout of the root file system."""

    def __init__(self, directory):
        self._archives = directory / "packages"
        self.root = directory / "root"
        self._archives.mkdir(parents=True, exist_ok=True)
        self._archive = Archive(directory / "apt")
        self.root.mkdir(exist_ok=True)
        library_directories = (self.root / "usr/lib/x86_64-linux-gnu", self.root / "lib/x86_64-linux-gnu")
        self.library_path = ":".join(map(str, library_directories))
        self.path = ":".join(str(self.root / name) for name in ("usr/bin", "bin", "sbin")) + ":" + os.environ["PATH"]

    def unpack_tools(self):
        plan = self._archive.output_of("apt-get", "install", "--simulate", "--no-install-recommends", *TOOLS)
        self._unpack(re.findall(r"(?m)^Inst (\S+) (?:\[\S+\] )?\((\S+)", plan))
        # Where QEMU looks first for its modules: the system's own are of another version, and end it.
        bundle = self.root / "usr/bin/qemu-bundle"
        if not bundle.is_symlink():
            bundle.symlink_to("../..")
        for link in (self.root / "sbin").glob("*"):
            # kmod's names, which lead to the system's /bin.
            if link.is_symlink() and os.readlink(link) == "/bin/kmod":
                link.unlink()
                link.symlink_to("../bin/kmod")

    def unpack_kernel(self, metapackage):
        """Unpacks the kernel on which a metapackage depends; returns its release, or None if there is none."""
        try:
            said = self._archive.output_of("apt-cache", "depends", metapackage)
        except RuntimeError:
            return None
        image = re.search(r"Depends: linux-image-(\S+)", said)
        if not image:
            return None
        release = image.group(1)
        self._unpack([(f"linux-image-{release}", self._version_of(f"linux-image-{release}"))])
        if not (self.root / "lib/modules" / release / "modules.dep").exists():
            self.run("depmod", "-b", str(self.root), release)
        return release

    def tool(self, name):
        """The path of a program: the unpacked one, or that of the system."""
        path = shutil.which(name, path=self.path + ":/usr/sbin:/sbin")
        if not path:
            raise RuntimeError(f"there is no {name}")
        return path

    def run(self, name, *arguments):
        """Runs a tool to its end, with the libraries that were unpacked, and returns what it printed."""
        return output_of(self.tool(name), *arguments, env=self.environment())

    def environment(self):
        return {**os.environ, "LD_LIBRARY_PATH": self.library_path}

    def _version_of(self, name):
        return re.search(r"(?m)^Version: (\S+)", self._archive.output_of("apt-cache", "show", name)).group(1)

    def _unpack(self, packages):
        missing = [package for package in packages if not self._stamp(*package).exists()]
        if missing:
            print(f"downloading {len(missing)} packages", flush=True)
            self._archive.output_of("apt-get", "download", *map("=".join, missing), cwd=self._archives)
        for name, version in missing:
            archive = max(self._archives.glob(f"{name}_*.deb"), key=lambda path: path.stat().st_mtime)
            output_of("dpkg", "-x", str(archive), str(self.root))
            archive.unlink()
            self._stamp(name, version).touch()

    def _stamp(self, name, version):
        return pathlib.Path(self._archives, f"{name}_{version.replace(':', '%3a')}.unpacked")
