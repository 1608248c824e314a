# SPDX-License-Identifier: GPL-2.0-or-later
"""Where `make install` puts which files, and what packages state about themselves. `make deb-checked` builds these."""

import re

import network
import support

SHARE = "share/bash-completion/completions", "share/fish/vendor_completions.d", "share/man/man1", "share/zsh/site-functions"


def words(text):
    return set(re.findall(r"[a-z0-9][\w.+-]*", text))


class InstallTest(support.HopwireTestCase):
    def make(self, *arguments):
        # The binary is as new as it has to be: other tests run it meanwhile.
        options = ("-s", "-C", support.ROOT, "-o", support.BINARY, f"BUILD={support.BINARY.parent}")
        return network.call("make", *map(str, options), *map(str, arguments))

    def test_what_is_installed_is_uninstalled(self):
        where = self.directory / "root"
        self.make("install", f"DESTDIR={where}", "PREFIX=/opt/hopwire")
        installed = {str(path.relative_to(where / "opt/hopwire")) for path in where.rglob("*") if path.is_file()}
        pages = {path.name.removesuffix(".scd") for path in (support.ROOT / "docs/man").glob("*.scd")}
        units = {path.name for path in (support.ROOT / "scripts/systemd").glob("*.service")}
        bash, fish, man, zsh = SHARE
        self.assertEqual(
            installed,
            {"bin/hopwire", "bin/caracal", f"{zsh}/_hopwire", f"{fish}/hopwire.fish", f"{fish}/caracal.fish", f"{bash}/hopwire", f"{bash}/caracal"}
            | {f"{man}/{page}" for page in pages | {"caracal.1"}}
            | {f"lib/systemd/system/{unit}" for unit in units},
        )
        self.make("uninstall", f"DESTDIR={where}", "PREFIX=/opt/hopwire")
        self.assertEqual([path for path in where.rglob("*") if path.is_file()], [])

    def test_completions_are_of_this_program(self):
        prefix = self.directory / "prefix"
        self.make("install", f"PREFIX={prefix}")
        for shell, path in (("bash", f"{SHARE[0]}/caracal"), ("fish", f"{SHARE[1]}/hopwire.fish"), ("zsh", f"{SHARE[3]}/_hopwire")):
            self.assertEqual((prefix / path).read_text(), self.hopwire("completion", shell).stdout)


class PackageTest(support.HopwireTestCase):
    DEBIAN = support.ROOT / "debian"

    def test_it_needs_what_the_build_needs(self):
        installed = re.search(r"(?s)\nbuild_packages=\((.*?)\)", (support.ROOT / "scripts/install-deps").read_text()).group(1)
        control = re.search(r"(?s)\nBuild-Depends: (.*?)\n\S", (self.DEBIAN / "control").read_text()).group(1)
        needed = {each.strip().split()[0] for each in control.split(",")}
        # The rest every package may take for granted (build-essential).
        self.assertEqual(needed - {"debhelper-compat"}, words(installed) - {"gcc", "make", "libc6-dev"})

    def test_its_version_is_the_release(self):
        release = re.search(r"(?m)^RELEASE +:= (\S+)$", (support.ROOT / "Makefile").read_text()).group(1)
        self.assertRegex((self.DEBIAN / "changelog").read_text(), rf"\Ahopwire \({re.escape(release)}\) ")
