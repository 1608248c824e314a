# SPDX-License-Identifier: GPL-2.0-or-later
"""Lists of targets, blocklists and tables of origins as people have them."""

import csv
import gzip

import support

PREFIXES = "192.0.2.0/30", "198.51.100.0/30", "203.0.113.0/30"

# Each says PREFIXES.
FORMS = {
    "plain": "192.0.2.0/30\n198.51.100.0/30\n203.0.113.0/30\n",
    "windows": "\ufeff192.0.2.0/30\r\n\r\n198.51.100.0/30\r\n203.0.113.0/30",
    "comments": "# c\n; c\n% c\n// c\n192.0.2.0/30 # c\n198.51.100.0/30\t; c\n 203.0.113.0/30 // c\n",
    "pfx2as": "192.0.2.0\t30\t64500\n198.51.100.0\t30\t64501_64502\n203.0.113.0\t30\t64503,64504\n",
    "ranges": "192.0.2.0-192.0.2.3\n198.51.100.0 - 198.51.100.3\n203.0.113.0\t203.0.113.3\t64500\tZZ\tEXAMPLE\n",
    "csv": "network,asn,name\n192.0.2.0/30,64500,\"A, B\"\n198.51.100.0/30,64501,C\n203.0.113.0/30,64502,D\n",
    "mapped": "::ffff:192.0.2.0/126\n198.51.100.0/30\n::ffff:203.0.113.0/126\n",
}


class ListTest(support.HopwireTestCase):
    def write(self, text, name="list"):
        path = self.directory / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def dry_run(self, *arguments):
        options = ("--dry-run", "--sim=realism=ideal", "--allow-special", "--seed", 1, "--granularity", 32)
        done = self.hopwire("survey", *options, "--max-ttl", 1, *arguments)
        return sorted(line.split(",")[0] for line in done.stdout.splitlines()[1:]), done.stderr

    def test_every_form_says_the_same(self):
        expected, _ = self.dry_run(*PREFIXES)
        self.assertEqual(len(expected), 12)
        for form, text in FORMS.items():
            for pack in (bytes, gzip.compress):
                with self.subTest(form, packed=pack is gzip.compress):
                    path = self.write(pack(text.encode()))
                    probed, said = self.dry_run("--targets", path)
                    self.assertEqual(probed, expected)
                    self.assertNotIn("warning", said)
                    left, _ = self.dry_run("--blocklist", path, "192.0.2.0/29")
                    self.assertEqual(left, [f"192.0.2.{number}" for number in (4, 5, 6, 7)])

    def test_blocklists_are_added_up(self):
        one, two = (self.directory / name for name in ("one", "two"))
        one.write_text("192.0.2.0/30\n")
        two.write_text("192.0.2.3-192.0.2.5\n")
        left, _ = self.dry_run("-b", one, "-b", two, "192.0.2.0/29")
        self.assertEqual(left, ["192.0.2.6", "192.0.2.7"])
        said = self.hopwire("survey", "--dry-run", "-b", "-", "-b", "-", "192.0.2.0/29", status=2).stderr
        self.assertIn("only one of --targets and the files of --blocklist can be stdin", said)

    def test_what_is_skipped_or_changed_is_told_once(self):
        text = "# c\n2001:db8::/32\n192.0.2.1/30\n::1\n198.51.100.2 a note\n198.51.100.9/30\n::ffff:0:0/96\n"
        path = self.write(text)
        probed, said = self.dry_run("-4", "--targets", path)
        self.assertEqual(len(probed), 9)
        for words in (
            "2 lines of IPv6 skipped, first line 2",
            "1 line ::ffff:0:0/96 skipped, first line 7",
            "2 lines with host bits set, first line 3",
            "1 line with more words than the entry, first line 5",
        ):
            self.assertEqual(said.count(f"warning: survey: --targets: {path}: {words}"), 1, said)
        _, said = self.dry_run("192.0.2.1/30")
        self.assertIn("arguments with host bits set are taken as the network", said)

    def test_families_are_chosen(self):
        path = self.write("2a00::/32\n192.0.2.1\n2a00::/44\n2a01::7\n")
        options = ("--per-prefix", 4, "--host6", "low", "--targets", path)
        both, _ = self.dry_run(*options)
        ipv4, _ = self.dry_run("-4", *options)
        ipv6, _ = self.dry_run("-6", *options)
        self.assertEqual(ipv4, ["192.0.2.1"])
        self.assertEqual(sorted(ipv4 + ipv6), both)
        self.assertEqual(len([host for host in ipv6 if host.startswith("2a00:0:") or "::1" in host]), 8)
        self.assertIn("2a01::7", ipv6)
        done = self.hopwire("survey", "--dry-run", "--sim", "-6", "192.0.2.1", status=2)
        self.assertIn("argument: '192.0.2.1' is not IPv6, the only family that is selected (-6)", done.stderr)

    def test_more_targets_than_can_be_are_refused(self):
        done = self.hopwire("survey", "--dry-run", "--sim", "2000::/3", status=2)
        self.assertIn("--per-prefix", done.stderr)
        done = self.hopwire("survey", "--dry-run", "--sim", "2001:db8::/32", status=2)
        self.assertIn("every target (65536 in all) is in special-purpose ranges", done.stderr)


@support.needs_root
class HostTest(support.HopwireTestCase):
    def test_hosts_of_trace_and_ping(self):
        path = self.directory / "hosts"
        path.write_bytes(gzip.compress("\ufeff; c\r\n2600::1\r\n16.0.0.7 // c\r\n20.0.0.9,64500\r\n".encode()))
        for command in (("trace", "-n", "-q", 1, "-f", 30), ("ping", "-c", 1)):
            run = (support.BINARY, *command, "--targets", path)
            done = self.hopwire("sim", "run", "--realism", "ideal", "--", *run)
            for host in ("16.0.0.7", "20.0.0.9", "2600::1"):
                self.assertIn(host, done.stdout)


@support.needs_root
class OriginTest(support.HopwireTestCase):
    FORMS = {
        "pyasn": "; asnnames pyasn\n16.0.0.0/16\t64500\n",
        "iptoasn": "16.0.0.0\t16.0.255.255\t64500\tZZ\tEXAMPLE\n",
        "pfx2as": "16.0.0.0\t16\t64500\n",
        "csv": "network,autonomous_system_number,autonomous_system_organization\n16.0.0.0/16,64500,\"A, B\"\n",
        "ris": "% RIS\n64500\t16.0.0.0/16\t300\n",
    }

    def test_tables_of_origins(self):
        for form, text in self.FORMS.items():
            with self.subTest(form):
                path = self.directory / form
                path.write_text(text)
                trace = ("trace", "-n", "-q", 1, "-f", 30, "--asn", path, "16.0.0.7")
                done = self.hopwire("sim", "run", "--realism", "ideal", "--", support.BINARY, *trace)
                self.assertRegex(done.stdout, r"16\.0\.0\.7 \[AS64500\]")

    def test_sets_of_origins_stay_in_their_columns(self):
        results, origins, names = (self.directory / name for name in ("results.csv", "origins", "names"))
        results.write_text(
            "time_us,responder,target,flow,probe_ttl,quoted_ttl,reply_ttl,icmp_type,icmp_code,rtt_us,mpls,flags\n"
            "1,192.0.2.1,203.0.113.1,0,1,1,64,11,0,1000,,\n"
            "2,198.51.100.1,203.0.113.1,0,2,1,64,11,0,1000,,\n"
        )
        origins.write_text("192.0.2.0\t24\t{64500,64501}\n198.51.100.0\t24\t64502_64503\n")
        names.write_text("192.0.2.1,one\n")
        done = self.hopwire("interfaces", "--asn", origins, "--names", names, results)
        rows = {row["interface"]: row for row in csv.DictReader(done.stdout.splitlines())}
        self.assertEqual((rows["192.0.2.1"]["asn"], rows["192.0.2.1"]["name"]), ("64500,64501", "one"))
        self.assertEqual(rows["198.51.100.1"]["asn"], "64502_64503")
        done = self.hopwire("links", "--asn", origins, "--as-links", results)
        links = [tuple(row.values()) for row in csv.DictReader(done.stdout.splitlines())]
        self.assertEqual(links, [("64500,64501", "64502_64503", "1", "1")])
