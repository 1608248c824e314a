# SPDX-License-Identifier: GPL-2.0-or-later
"""Conversion of results between all formats, and of several files into one."""

import csv
import io
import itertools

import support

# One of a router with labels, one of a target, one of another flow, one whose probe was rewritten, one of IPv6.
RECORDS = """\
time_us,responder,target,flow,probe_ttl,quoted_ttl,reply_ttl,icmp_type,icmp_code,rtt_us,mpls,flags,source,protocol,src_port,dst_port,probe_size,reply_size,reply_ip_id,reply_tos,quoted_tos,next_hop_mtu,round,shard
1700000000123456,10.0.0.1,16.0.0.7,0,1,1,255,11,0,1001,,,198.18.0.2,17,40000,33434,30,56,7,0,0,,0,0
1700000000223456,10.0.0.2,16.0.0.7,0,2,2,254,11,0,2002,19201:0:0:1;20:0:1:2,,198.18.0.2,17,40000,33434,31,168,8,32,0,,0,0
1700000000323456,16.0.0.7,16.0.0.7,0,3,1,253,3,3,3003,,,198.18.0.2,17,40000,33434,32,60,9,0,0,,0,0
1700000000423456,10.0.0.1,16.0.1.7,1,1,1,255,11,0,1501,,,198.18.0.2,17,40001,33435,30,56,10,0,0,,0,0
1700000000523456,10.0.0.9,16.0.1.7,1,2,1,254,11,0,,,rewritten,198.18.0.2,17,40001,33435,31,56,11,0,0,,0,0
1700000000623456,2001:db8::1,2001:db8:1::7,0,1,1,64,3,0,4004,,,2001:db8:9::2,17,40000,33434,60,108,0,0,0,,0,0
"""

YRP_COLUMNS = (
    "time_us,responder,target,probe_ttl,reply_ttl,icmp_type,icmp_code,rtt_us,probe_size,reply_size,reply_ip_id,reply_tos"
)

# What comes back of a record, by format: columns, NULL for all; and whether a rewritten probe does.
FORMATS = {
    "csv": (None, True),
    "jsonl": (None, True),
    "parquet": (None, True),
    "yrp": (set(YRP_COLUMNS.split(",")), False),
    "warts": (set(csv.DictReader(io.StringIO(RECORDS)).fieldnames) - {"flow", "shard"}, False),
}


def read(text):
    return sorted(csv.DictReader(io.StringIO(text)), key=lambda record: record["time_us"])


class PairsTest(support.HopwireTestCase):
    def setUp(self):
        super().setUp()
        self.original = self.directory / "original.csv"
        self.original.write_text(RECORDS)

    def convert(self, source, name):
        path = self.directory / name
        done = self.hopwire("convert", source, path)
        return path, done.stderr

    def test_each_format_becomes_each_other(self):
        whole = read(RECORDS)
        sources = {name: self.convert(self.original, f"source.{name}")[0] for name in FORMATS}
        for first, second in itertools.product(FORMATS, FORMATS):
            with self.subTest(f"{first} to {second}"):
                path, _ = self.convert(sources[first], f"{first}.{second}")
                back = read(self.hopwire("convert", path, "-").stdout)
                held = [FORMATS[name][0] for name in (first, second) if FORMATS[name][0]]
                columns = set(whole[0]).intersection(*held)
                rewritten = FORMATS[first][1] and FORMATS[second][1]
                expected = [record for record in whole if rewritten or record["flags"] != "rewritten"]
                self.assertEqual(
                    [{column: record[column] for column in columns} for record in back],
                    [{column: record[column] for column in columns} for record in expected],
                )

    def test_what_is_lost_is_told(self):
        for name, (columns, rewritten) in FORMATS.items():
            said = self.convert(self.original, f"told.{name}")[1]
            self.assertEqual("does not contain" in said, columns is not None, said)
            self.assertEqual("cannot represent them: 1" in said, not rewritten, said)


class OutTest(support.HopwireTestCase):
    def test_what_becomes_out_is_not_read(self):
        whole, part = self.directory / "r.parquet", self.directory / "r.parquet.part"
        (self.directory / "r.csv").write_text(RECORDS)
        self.hopwire("convert", self.directory / "r.csv", whole)
        whole.rename(part)
        before = part.read_bytes()
        done = self.hopwire("convert", "--overwrite", part, whole, status=2)
        self.assertIn("are the same file", done.stderr)
        self.assertEqual((part.read_bytes(), whole.exists()), (before, False))


    def test_of_what_is_damaged_nothing_has_the_name_of_a_whole(self):
        damaged, whole, part = (self.directory / name for name in ("r.csv", "r.parquet", "r.parquet.part"))
        damaged.write_text(RECORDS + "no record\n")
        done = self.hopwire("convert", damaged, whole, status=2)
        self.assertRegex(done.stderr, "line 8.*\n.*r.parquet.part")
        self.assertFalse(whole.exists())
        self.assertEqual(self.hopwire("convert", part, "-").stdout, RECORDS)


@support.needs_root
class OtherSurveysTest(support.HopwireTestCase):
    """Results that lie beside the metadata of another survey."""

    def test_they_are_told(self):
        sim = ("--sim=realism=ideal,rtt=off", "--rate", "20k", "--max-ttl", 4)
        first = self.survey(*sim, "16.0.0.0/20", name="first.csv")
        second = self.survey(*sim, "16.0.0.0/20", name="second.csv")
        page, out = self.directory / "page.html", self.directory / "out.jsonl"
        commands = (("report", "--overwrite", "--output", page, second.results), ("convert", "--overwrite", second.results, out),
                    ("score", second.results))
        for command in commands:
            self.assertNotIn("another", self.hopwire(*command).stderr)
        first.metadata_path.replace(second.metadata_path)
        for command in commands:
            said = self.hopwire(*command).stderr
            self.assertIn("64 of 64 records of", said)
            self.assertEqual(said.count("from before or after the survey that its metadata describes: are the results of another survey?"), 1)


@support.needs_root
class NumberedFilesTest(support.HopwireTestCase):
    def test_the_files_of_a_survey_are_read_as_one(self):
        survey = self.survey("--sim", "--rotate", "64K", "--max-ttl", 8, "16.0.0.0/16")
        files = sorted(self.directory.glob("results.*.csv"))
        self.assertGreater(len(files), 1)
        records = [line for path in files for line in path.read_text().splitlines()[1:]]
        for name in ([survey.results], [survey.metadata_path], files):
            whole = self.directory / "whole.csv"
            self.hopwire("convert", "--overwrite", *name, whole)
            self.assertEqual(whole.read_text().splitlines()[1:], records)
            for command in ("interfaces", "links"):
                self.assertEqual(self.hopwire(command, *name).stdout, self.hopwire(command, whole).stdout)
        before = files[1].read_bytes()
        for name in (survey.results, survey.metadata_path):
            self.assertIn("same file", self.hopwire("convert", "--overwrite", name, files[1], status=2).stderr)
        self.assertEqual(files[1].read_bytes(), before)
