# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys in shards, and hopwire merge, which joins them."""

import json
import shutil
import unittest

import support

TARGETS = ("16.0.0.0/18", "20.0.0.9", "2600::/44")
PROBES = ("--rate", "20k", "--max-ttl", 16, *TARGETS)
IDEAL = "--sim=realism=ideal"
SHARDS = 3


@support.needs_root
class MergeTest(support.HopwireTestCase):
    def shard(self, index, *arguments, **options):
        return self.survey("--quiet", "--shard", f"{index}/{SHARDS}", *arguments, **options)

    def merge(self, *arguments, name="whole.csv", **options):
        results = self.directory / name
        done = self.hopwire("merge", "--overwrite", "--output", results, *arguments, **options)
        if done.returncode:
            self.assertFalse(results.exists(), "nothing is written where something is wrong")
            return done
        survey = support.Survey(results, support.metadata_path(results), done.stderr)
        self.assertLedgerBalanced(survey.ledger)
        return survey

    def assert_sum(self, ledger, parts):
        for name in ("generated", "sent", "received", "accepted", "written"):
            self.assertEqual(ledger[name], sum(part.ledger[name] for part in parts), name)

    def test_shards_are_the_survey(self):
        """In all formats, records, map, curve and ledger are those of one undisturbed run."""
        names = ("a.csv", "b.jsonl", "c.csv")
        parts = [self.shard(index, IDEAL, *PROBES, name=name) for index, name in enumerate(names)]
        undisturbed = self.survey("--quiet", IDEAL, *PROBES)
        merged = self.merge(*(part.results for part in reversed(parts)))
        self.assertEqual(
            sorted(map(repr, map(support.without_times, merged.records))),
            sorted(map(repr, map(support.without_times, undisturbed.records))),
        )
        times = [record.time_us for record in merged.records]
        self.assertLess(sum(later < earlier for earlier, later in zip(times, times[1:])), len(times) / 100)
        for key in ("graph", "reached", "probes", "targets", "seed", "key", "shard", "state", "requires"):
            self.assertEqual(merged.metadata[key], undisturbed.metadata[key], key)
        self.assert_sum(merged.ledger, parts)
        graph, points = merged.metadata["graph"], merged.metadata["discovery"]["points"]
        self.assertEqual(points[-1][1:], [merged.ledger["generated"], graph["interfaces"], graph["links"], None])
        for column in list(zip(*points))[:-1]:
            self.assertEqual(list(column), sorted(column), "nothing is forgotten")
        self.assert_all_found(merged)
        again = self.merge(*(part.results for part in parts), "--format", "jsonl", name="again.jsonl")
        self.assertEqual(list(map(repr, again.records)), list(map(repr, merged.records)), "it is always the same file")

    def test_shards_have_keys_of_their_own(self):
        """Load balancers choose by the keys, so the truth is computed for each shard with its own key."""
        paths = [self.directory / f"own{index}.csv" for index in range(SHARDS)]
        for index, path in enumerate(paths):
            sim = "--sim=realism=ideal,balancers=80"
            self.hopwire("survey", "-q", "--seed", 1, "--shard", f"{index}/{SHARDS}", "--cooldown", "500ms", "--output", path, sim, *PROBES)
        merged = self.merge(*paths)
        keys = {part["key"] for part in merged.metadata["merged"]["parts"]}
        self.assertEqual((len(keys), merged.metadata["requires"]), (SHARDS, ["merged"]))
        self.assert_all_found(merged)
        capture = self.directory / "none.pcap"
        refused = self.hopwire("decode", "--metadata", merged.metadata_path, capture, status=2).stderr
        self.assertIn("describes several runs: give the metadata of the run that was captured", refused)

    def test_what_does_not_belong_is_refused(self):
        first, second, third = (self.shard(index, IDEAL, *PROBES, name=f"{index}.csv").results for index in range(SHARDS))
        for why, change in (
            ("other.csv does not belong to 0.csv: its seed is 2, and not 1", lambda told: told.update(seed=2)),
            ("its max_ttl is 17, and not 16", lambda told: told.update(max_ttl=17)),
            ("it has other targets", lambda told: told["targets"].pop()),
            ("other.csv and 2.csv have probed the same targets: both are shard 2 of 3", lambda told: told.update(shard={"index": 2, "of": SHARDS}, key="00" * 16)),
            ("is shard 1 of 4", lambda told: told["shard"].update(of=4)),
            ("other.csv is not complete: it is running, or was killed", lambda told: told.update(state="running", end_us=None)),
            ("records, and other.csv.meta.json says 367", lambda told: self.count(told, 367)),
        ):
            with self.subTest(why):
                other = self.changed(second, change)
                done = self.merge(first, other, third, status=2)
                self.assertIn(why, done.stderr.replace(f"{self.directory}/", ""))
        self.assertIn("shard 1 of 3 is missing", self.merge(first, third, status=2).stderr)
        part = self.merge(first, third, "--partial", name="part.csv")
        self.assertEqual((part.metadata["state"], part.metadata["merged"]["missing"]), ("stopped", [1]))
        self.assert_columns_are_chosen(first, second, third)

    def assert_columns_are_chosen(self, first, second, third):
        """If the parts have different columns, the user must choose which to write."""
        lines = [line.split(",") for line in second.read_text().splitlines()]
        second.write_text("".join(",".join([line[1], line[0], *line[2:]]) + "\n" for line in lines))
        self.assertIn("1.csv has other columns than", self.merge(first, second, third, status=2).stderr)
        whole = self.directory / "chosen.jsonl"
        self.hopwire("merge", "--fields", "target,time_us", "--output", whole, first, second, third)
        self.assertEqual({tuple(line) for line in support.read_json_lines(whole)}, {("target", "time_us")})

    def changed(self, results, change):
        """A copy of results with one change in its metadata."""
        other = self.directory / "other.csv"
        shutil.copy(results, other)
        told = support.read_metadata(results)
        change(told)
        support.metadata_path(other).write_text(json.dumps(told))
        return other

    @staticmethod
    def count(told, written):
        told["ledger"].update(written=written, accepted=written)


if __name__ == "__main__":
    unittest.main()
