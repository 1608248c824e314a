# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys of the simulated Internet, whose truth is known."""

import collections
import datetime
import ipaddress
import json
import signal
import time

import support

IDEAL = "--sim=realism=ideal"

METADATA_KEYS = [
    "schema", "requires", "state", "stopped", "resumed", "parts", "version", "command_line", "directory", "seed", "key", "protocol", "port", "tags", "host", "nic",
    "driver", "kernel", "xdp_mode", "source", "gateway_mac", "vlan", "ways", "start", "start_us", "end", "end_us", "asked_rate", "achieved_rate", "auto_rate",
    "back_pressure", "clock", "granularity", "granularity6", "per_prefix", "host6", "shard", "min_ttl", "max_ttl", "flows", "flows_by", "cooldown", "late_after_us", "strategy",
    "tx", "tx_auto", "threads", "cpus", "contact", "gentle", "receiving", "targets", "blocklist", "allow_special", "sim", "probes", "graph", "discovery", "limited", "figures", "reached",
    "device_difference", "device_sent", "outages", "control", "ledger", "files", "outputs", "merged",
]  # fmt: skip


def is_in(address, *prefixes):
    return any(ipaddress.ip_address(address) in ipaddress.ip_network(prefix) for prefix in prefixes)


@support.lasting
@support.needs_root
class IdealTest(support.HopwireTestCase):
    """If everything answers, everything is found, and nothing else."""

    def assert_all_found(self, survey, targets):
        self.assertEqual(survey.ledger["sent"], targets * 32)
        score = self.score(survey)
        for kind in ("interfaces", "links"):
            found = score[kind]
            self.assertGreater(found["true"], 1000, kind)
            self.assertEqual((found["recall"], found["precision"]), (1.0, 1.0), f"{score}\n{survey.ledger}")
            self.assertEqual(found["found"], found["true"])
            self.assertEqual(survey.metadata["graph"][kind], found["found"], "counted live")
        self.assertIs(survey.metadata["graph"]["links_complete"], True)
        self.assertEqual((score["reached"], score["reached_true"]), (targets, targets))
        self.assertEqual(survey.metadata["reached"], targets)
        self.assertEqual(score["probes"], survey.ledger["sent"])

    def test_everything_is_found(self):
        self.assert_all_found(self.survey(IDEAL, "--rate", "100k", "16.0.0.0/12"), 4096)

    def test_everything_of_both_families_is_found(self):
        """The ways of flows depend on ports, and the ports on the source address of their family."""
        survey = self.survey(IDEAL, "--rate", "100k", "--flows", 2, "--max-ttl", 16, "16.0.0.0/14", "2600::/38")
        score = self.score(survey)
        for kind in ("interfaces", "links"):
            self.assertEqual((score[kind]["recall"], score[kind]["precision"]), (1.0, 1.0), score)
        sources = [way["source"] for way in survey.metadata["ways"]["out"]]
        self.assertEqual(sources, ["198.18.0.2", "2001:2::2"])

    def test_everything_of_65536_targets_is_found(self):
        self.assert_all_found(self.survey(IDEAL, "--rate", "150k", "16.0.0.0/8"), 65536)

    def test_everything_is_found_through_several_queues(self):
        survey = self.survey("--sim=realism=ideal,queues=2", "--rate", "50k", "16.0.0.0/12", "--max-ttl", 16)
        score = self.score(survey)
        self.assertEqual((score["interfaces"]["recall"], score["links"]["recall"]), (1.0, 1.0), survey.ledger)
        self.assertEqual(survey.ledger["written"], 4096 * 16)

    def test_every_reply_that_is_missing_at_full_speed_is_in_the_ledger(self):
        survey = self.survey(IDEAL, "--rate", "max", "16.0.0.0/11")
        ledger = survey.ledger
        losses = ("tx_dropped", "device_dropped", "ring_full", "fill_empty", "rx_dropped", "writer_dropped")
        missing = 8192 * 32 - ledger["written"]
        self.assertEqual(missing, sum(ledger[name] for name in losses), ledger)
        self.assertEqual(ledger["received"], ledger["sent"])
        self.assertEqual(survey.metadata["device_difference"], {"tx_packets": 0, "rx_packets": 0})
        self.assertIsNone(survey.metadata["asked_rate"])
        score = self.score(survey)
        self.assertEqual((score["interfaces"]["precision"], score["links"]["precision"]), (1.0, 1.0))
        self.assertEqual(score["false"], [])


@support.needs_root
class InternetTest(support.HopwireTestCase):
    def test_all_that_can_be_seen_is_found(self):
        survey = self.survey("--sim=rate-limits=off", "--rate", "50k", "16.0.0.0/13", "--max-ttl", 24)
        score = self.score(survey)
        self.assertEqual((score["interfaces"]["recall"], score["interfaces"]["precision"]), (1.0, 1.0), score)
        self.assertEqual((score["links"]["recall"], score["links"]["precision"]), (1.0, 1.0), score)
        self.assertEqual(score["reached"], score["reached_true"])
        self.assertEqual(survey.metadata["graph"]["interfaces"], score["interfaces"]["found"])
        # Silent routers and targets are what makes it an Internet.
        self.assertLess(survey.ledger["received"], survey.ledger["sent"])
        self.assertTrue(0 < score["reached"] < 2048 / 2, score["reached"])


@support.needs_root
class SeedTest(support.HopwireTestCase):
    TARGETS = ("16.0.0.0/16", "--max-ttl", 12)

    def test_the_same_seed_sends_the_same_probes(self):
        first = self.dry_run(*self.TARGETS, "--flows", 2, seed=7)
        self.assertEqual(first, self.dry_run(*self.TARGETS, "--flows", 2, seed=7))
        self.assertEqual(len(set(first)), 256 * 12 * 2)
        self.assertEqual(len(first), 256 * 12 * 2)

    def test_another_seed_sends_others_in_another_order(self):
        first, second = (self.dry_run(*self.TARGETS, seed=seed) for seed in (7, 8))
        self.assertNotEqual({target for target, _, _ in first}, {target for target, _, _ in second})
        # Other hosts of the same blocks, so that the orders can be compared.
        blocks = [[(target.rsplit(".", 1)[0], ttl) for target, _, ttl in probes] for probes in (first, second)]
        self.assertEqual(sorted(blocks[0]), sorted(blocks[1]))
        self.assertNotEqual(blocks[0], blocks[1])

    def test_the_order_spreads_probes_over_targets(self):
        probes = self.dry_run(*self.TARGETS)
        neighbours = sum(one[0] == next_one[0] for one, next_one in zip(probes, probes[1:]))
        self.assertLess(neighbours, len(probes) / 32, "1 in 256 has the same target by chance")

    def test_the_same_seed_finds_the_same(self):
        surveys = [self.survey(IDEAL, "--rate", "50k", *self.TARGETS, name=f"{i}.csv", seed=7) for i in (1, 2)]
        keys = [sorted(map(support.probe_of, survey.records)) for survey in surveys]
        self.assertEqual(keys[0], keys[1])
        self.assertEqual(keys[0], sorted(self.dry_run(*self.TARGETS, seed=7)))

    def test_the_key_does_not_follow_from_the_seed(self):
        surveys = []
        for name in ("1.csv", "2.csv"):
            results = self.directory / name
            self.hopwire("survey", IDEAL, "--seed", 7, "--cooldown", "100ms", "--output", results, "16.0.0.0/24")
            surveys.append(support.Survey(results, support.metadata_path(results), ""))
        probes = [sorted(map(support.probe_of, survey.records)) for survey in surveys]
        self.assertEqual(probes[0], probes[1])
        self.assertEqual(probes[0], sorted(self.dry_run("16.0.0.0/24", seed=7)))
        keys = [survey.metadata["key"] for survey in surveys]
        for key in keys:
            self.assertRegex(key, r"\A[0-9a-f]{32}\Z")
        self.assertNotEqual(*keys)

    def test_a_key_that_is_given_is_kept(self):
        self.assertEqual(self.survey(IDEAL, "16.0.0.0/24").metadata["key"], support.KEY)

    def test_without_a_seed_one_is_drawn_and_kept(self):
        surveys = []
        for name in ("1.csv", "2.csv"):
            results = self.directory / name
            arguments = ("survey", IDEAL, "--cooldown", "100ms", "--output", results, "16.0.0.0/24")
            done = self.hopwire(*arguments)
            surveys.append(support.Survey(results, support.metadata_path(results), done.stderr))
        self.assertNotEqual(surveys[0].metadata["seed"], surveys[1].metadata["seed"])
        for survey in surveys:
            probes = self.dry_run("16.0.0.0/24", seed=survey.metadata["seed"])
            self.assertEqual(sorted(map(support.probe_of, survey.records)), sorted(probes))

    def test_another_world_has_other_routers(self):
        worlds = []
        for seed in (1, 2):
            survey = self.survey(f"{IDEAL},seed={seed}", "--rate", "50k", "16.0.0.0/20", name=f"{seed}.csv")
            worlds.append({record.responder for record in survey.records if record.icmp_type == 11})
        self.assertEqual(worlds[0] & worlds[1], set())


@support.needs_root
class RecordsTest(support.HopwireTestCase):
    def test_records_say_what_happened(self):
        survey = self.survey(IDEAL, "--rate", "50k", "--flows", 4, "16.0.0.0/18")
        self.assertEqual(len(survey.records), 64 * 4 * 32)
        self.assertEqual(len(survey.records), survey.ledger["written"])
        probes = [support.probe_of(record) for record in survey.records if "duplicate" not in record.flags]
        self.assertEqual(len(probes), len(set(probes)))
        self.assertEqual({record.flow for record in survey.records}, {0, 1, 2, 3})
        self.assertEqual(len({record.target for record in survey.records}), 64)
        start, end = survey.metadata["start_us"], survey.metadata["end_us"]
        for record in survey.records:
            # Each of the times is cut to microseconds.
            self.assertTrue(start + record.rtt_us - 2 <= record.time_us <= end, record)
            self.assertEqual("late" in record.flags, record.rtt_us > survey.metadata["late_after_us"], record)
            self.assertTrue(is_in(record.target, "16.0.0.0/18"), record)
            self.assert_from_router_or_target(record)

    def assert_from_router_or_target(self, record):
        if record.responder == record.target:
            self.assertEqual((record.icmp_type, record.icmp_code), (3, 3), record)
            self.assertTrue(1 <= record.quoted_ttl <= record.probe_ttl, record)
        else:
            self.assertEqual((record.icmp_type, record.icmp_code, record.quoted_ttl), (11, 0, 1), record)

    def test_csv_and_json_lines_hold_the_same(self):
        records = []
        for name in ("results.csv", "results.jsonl"):
            survey = self.survey(IDEAL, "--rate", "50k", "--flows", 2, "16.0.0.0/20", name=name)
            self.assertEqual(len(survey.records), 16 * 2 * 32)
            records.append(sorted(map(support.without_times, survey.records)))
        self.assertEqual(records[0], records[1])

    def test_the_metadata_describe_the_survey(self):
        before = datetime.datetime.now(datetime.timezone.utc)
        survey = self.survey(
            IDEAL, "--rate", "20k", "--max-ttl", 8, "--min-ttl", 2, "--flows", 3, "16.0.0.0/24", "16.0.2.0/23", cooldown="500ms"
        )
        after = datetime.datetime.now(datetime.timezone.utc)
        metadata = survey.metadata
        self.assertEqual(list(metadata), METADATA_KEYS)
        wanted = {
            "state": "finished", "seed": 1, "xdp_mode": "native", "driver": "veth", "asked_rate": 20000,
            "protocol": "udp", "port": 33434, "granularity": 24, "min_ttl": 2, "max_ttl": 8, "flows": 3, "flows_by": "port", "requires": [], "cooldown": 0.5, "strategy": "exhaustive",
            "targets": ["16.0.0.0/24", "16.0.2.0/23"], "blocklist": [], "allow_special": False, "vlan": None,
            "probes": 3 * 7 * 3,
        }  # fmt: skip
        self.assertEqual({key: metadata[key] for key in wanted}, wanted)
        self.assertEqual(f"hopwire {metadata['version']}\n", self.hopwire("--version").stdout)
        self.assertEqual(metadata["command_line"][0], "survey")
        self.assertIn("16.0.2.0/23", metadata["command_line"])
        self.assertRegex(metadata["key"], "^[0-9a-f]{32}$")
        self.assertEqual(metadata["sim"]["realism"], "ideal")
        start, end = (datetime.datetime.fromisoformat(metadata[key]) for key in ("start", "end"))
        self.assertTrue(before <= start <= end <= after, (before, start, end, after))
        self.assertEqual(round(start.timestamp() * 1e6), metadata["start_us"])
        self.assertEqual(round(end.timestamp() * 1e6), metadata["end_us"])


@support.needs_root
class MemoryTest(support.HopwireTestCase):
    """What is left out because memory is full is reported; nothing else is affected."""

    SMALL = (IDEAL, "--rate", "50k", "16.0.0.0/18")

    def test_too_little_interface_memory_is_told(self):
        survey = self.survey(*self.SMALL, "--interface-memory", "1K")
        graph = survey.metadata["graph"]
        self.assertIs(graph["interfaces_complete"], False)
        self.assertLess(graph["interfaces"], 1024 / 32)
        self.assertRegex(survey.said, r"interfaces .*raise --interface-memory")
        self.assertEqual(len(survey.records), 64 * 32)

    def test_links_are_counted_as_far_as_the_memory_goes(self):
        survey = self.survey(*self.SMALL, "--link-memory", "1K")
        graph = survey.metadata["graph"]
        self.assertIs(graph["links_complete"], False)
        self.assertRegex(survey.said, r"links .*raise --link-memory")
        score = self.score(survey)
        self.assertLess(graph["links"], score["links"]["true"])
        self.assertEqual(graph["interfaces"], score["interfaces"]["true"])
        self.assertEqual(score["links"]["recall"], 1.0, "they are in the results")

    def test_duplicates_are_told_as_far_as_the_memory_goes(self):
        survey = self.survey(*self.SMALL, "--duplicate-memory", 0)
        self.assertRegex(survey.said, r"duplicates unknown .*--duplicate-memory")
        self.assertEqual(len(survey.records), 64 * 32)
        self.assertEqual(survey.metadata["reached"], 64)


@support.needs_root
class TruthTest(support.HopwireTestCase):
    def test_truth_needs_no_survey(self):
        survey = self.survey(IDEAL, "--rate", "50k", "--flows", 2, "--max-ttl", 20, "16.0.0.0/18", seed=5)
        by_survey = self.hopwire("sim", "truth", "--metadata", survey.metadata_path).stdout
        by_hand = ("--realism", "ideal", "--survey-seed", 5, "--survey-key", support.KEY, "--flows", 2, "--max-ttl", 20, "16.0.0.0/18")
        self.assertEqual(self.hopwire("sim", "truth", *by_hand).stdout, by_survey)

    def test_a_person_is_told_the_score(self):
        survey = self.survey(IDEAL, "--rate", "50k", "16.0.0.0/18")
        truth = self.directory / "truth.jsonl"
        self.hopwire("sim", "truth", "--metadata", survey.metadata_path, "--output", truth)
        said = self.hopwire("score", survey.results, truth).stdout.replace(",", "")
        graph = survey.metadata["graph"]
        for name, count in (("interfaces", graph["interfaces"]), ("links", graph["links"]), ("targets", 64)):
            self.assertRegex(said, rf"(?m)^{name} +{count} +{count} +100\.00 % +100\.00 %$")
        self.assertRegex(said, rf"(?m)^probes +{64 * 32}\b")

    def test_the_score_works_out_the_truth(self):
        survey = self.survey("--sim=aliases=30", "--rate", "50k", "--strategy", "adaptive", "16.0.0.0/16", "2001:3::/44")
        truth = self.directory / "truth.jsonl"
        self.hopwire("sim", "truth", "--metadata", survey.metadata_path, "--output", truth)
        by_file = self.hopwire("score", survey.results, truth).stdout
        self.assertIn("missed", by_file)
        self.assertEqual(self.hopwire("score", survey.results).stdout, by_file)
        self.assertEqual(self.hopwire("score", "--json", "--metadata", survey.metadata_path, survey.results).stdout,
                         self.hopwire("score", "--json", survey.results, truth).stdout)

    def test_what_was_missed_and_what_is_false_is_told(self):
        survey = self.survey(IDEAL, "--rate", "50k", "16.0.0.0/20")
        truth = self.directory / "truth.jsonl"
        self.hopwire("sim", "truth", "--metadata", survey.metadata_path, "--output", truth)
        missed = max((record for record in survey.records if record.icmp_type == 11), key=lambda r: r.responder)
        lines = survey.results.read_text().splitlines(keepends=True)
        # Whoever answered last is taken away, and somebody else is put in his place.
        survey.results.write_text("".join(line.replace(f",{missed.responder},", ",9.9.9.9,") for line in lines))
        score = json.loads(self.hopwire("score", "--json", survey.results, truth).stdout)
        self.assertIn({"kind": "interface", "address": missed.responder}, score["missed"])
        self.assertIn({"kind": "interface", "address": "9.9.9.9"}, score["false"])
        interfaces = score["interfaces"]
        self.assertEqual(interfaces["found"], interfaces["true"])
        self.assertAlmostEqual(interfaces["recall"], 1 - 1 / interfaces["true"])
        self.assertAlmostEqual(interfaces["precision"], 1 - 1 / interfaces["found"])


@support.needs_root
class RateTest(support.HopwireTestCase):
    def test_no_more_than_the_rate_is_sent(self):
        survey = self.survey(IDEAL, "--rate", 1000, "16.0.0.0/20")
        # A batch may leave at the first moment.
        self.assertGreaterEqual(64 + survey.ledger["sent"] * 1000 / survey.metadata["achieved_rate"], 16 * 32)
        if survey.metadata["achieved_rate"] >= 980:  # this machine had a processor for it
            self.assertNotIn("warning", survey.said)

    def test_a_rate_that_is_not_reached_is_told(self):
        # At such a rate half a second of replies are gigabytes, which take seconds to make.
        survey = ("--rate", "500M", "--umem-memory", "64M", "--flows", 16, "16.0.0.0/8")
        process, results = self.start_survey(IDEAL, *survey)
        time.sleep(1)  # the first second is no measure
        process.send_signal(signal.SIGINT)
        said = self.finish(process, status=130)
        self.assertRegex(said, r"(?m)^hopwire: warning: achieved \d+ of the 500000000 probes per second")
        metadata = support.read_metadata(results)
        self.assertLess(metadata["achieved_rate"], 500e6)
        self.assertEqual(metadata["asked_rate"], 500e6)

    def test_a_bandwidth_counts_the_whole_frame(self):
        arguments = ("survey", "--sim", "--dry-run", "--bandwidth", "10M", "--max-ttl", 17, "16.0.0.0/24")
        # 84 bytes on the wire: 14,880 minimum frames per second fill 10 Mb/s.
        self.assertRegex(self.hopwire(*arguments).stderr, r"\b1488[01] probes per second")


@support.needs_root
class TargetsTest(support.HopwireTestCase):
    """Which targets are probed: dry runs show it, and one survey of each kind confirms it."""

    def targets(self, *arguments, **options):
        return sorted({probe[0] for probe in self.dry_run("--sim", "--max-ttl", 1, *arguments, **options)})

    def assert_blocks(self, targets, blocks):
        """Expects one target in each of the prefixes."""
        self.assertEqual(len(targets), len(blocks), targets)
        for block in blocks:
            self.assertEqual(sum(is_in(target, block) for target in targets), 1, f"{block}: {targets}")

    def test_one_host_a_block(self):
        self.assert_blocks(self.targets("16.0.4.0/22"), [f"16.0.{i}.0/24" for i in range(4, 8)])
        self.assert_blocks(
            self.targets("16.0.4.0/24", "--granularity", 26),
            ["16.0.4.0/26", "16.0.4.64/26", "16.0.4.128/26", "16.0.4.192/26"],
        )
        self.assert_blocks(self.targets("16.0.0.0/14", "--granularity", 16), [f"16.{i}.0.0/16" for i in range(4)])

    def test_addresses_are_probed_themselves(self):
        self.assertEqual(self.targets("16.1.2.3", "16.1.2.77"), ["16.1.2.3", "16.1.2.77"])
        survey = self.survey(IDEAL, "16.1.2.3")
        self.assertEqual({record.target for record in survey.records}, {"16.1.2.3"})
        self.assertEqual(sorted(record.probe_ttl for record in survey.records), list(range(1, 33)))

    def test_prefixes_are_merged(self):
        merged = self.targets("16.0.4.0/23", "16.0.5.0/24", "16.0.4.0/24", "16.0.6.0/24", "16.0.4.0/23")
        self.assert_blocks(merged, ["16.0.4.0/24", "16.0.5.0/24", "16.0.6.0/24"])

    def test_targets_come_from_files_and_stdin(self):
        text = "# a comment\r\n16.0.4.0/24\r\n\r\n  16.0.5.0/24 # another\r\n\t16.9.9.9\n16.0.4.0/24"
        blocks = ["16.0.4.0/24", "16.0.5.0/24", "16.9.9.9/32"]
        path = self.directory / "targets.txt"
        path.write_bytes(text.encode())
        self.assert_blocks(self.targets("--targets", path), blocks)
        self.assert_blocks(self.targets("--targets", "-", input=text), blocks)
        self.assert_blocks(self.targets("--targets", path, "16.7.0.0/24"), [*blocks, "16.7.0.0/24"])

    def test_ttls_are_bounded(self):
        survey = self.survey(IDEAL, "--rate", "20k", "--min-ttl", 5, "--max-ttl", 9, "16.0.0.0/20")
        ttls = collections.Counter(record.probe_ttl for record in survey.records)
        self.assertEqual(ttls, {ttl: 16 for ttl in range(5, 10)})

    def test_the_longest_probes_are_answered(self):
        survey = self.survey(IDEAL, "--rate", "20k", "--min-ttl", 60, "--max-ttl", 64, "16.0.0.0/20")
        ttls = collections.Counter(record.probe_ttl for record in survey.records)
        self.assertEqual(ttls, {ttl: 16 for ttl in range(60, 65)})

    def test_special_ranges_are_withheld(self):
        special = ["10.1.1.0/24", "127.0.0.0/24", "192.168.7.0/24", "169.254.3.0/24", "224.0.1.0/24"]
        self.assert_blocks(self.targets("16.0.0.0/24", *special), ["16.0.0.0/24"])
        self.assert_blocks(
            self.targets("16.0.0.0/24", *special, "--allow-special"), ["16.0.0.0/24", *special]
        )
        survey = self.survey(IDEAL, "--allow-special", "--max-ttl", 4, "10.1.1.0/24", "16.0.0.0/24")
        self.assert_blocks(sorted({record.target for record in survey.records}), ["10.1.1.0/24", "16.0.0.0/24"])

    def test_nothing_that_is_blocked_is_probed(self):
        blocklist = self.directory / "blocklist.txt"
        blocklist.write_bytes(b"# not these\r\n16.0.4.0/22\r\n16.0.9.0/25 # half\n16.0.10.0/24\n")
        survey = self.survey(IDEAL, "--blocklist", blocklist, "--rate", "20k", "--flows", 2, "16.0.0.0/20")
        blocked = ("16.0.4.0/22", "16.0.9.0/25", "16.0.10.0/24")
        targets = sorted({record.target for record in survey.records})
        self.assertEqual([target for target in targets if is_in(target, *blocked)], [])
        self.assertEqual(len(targets), 16 - 5, targets)
        self.assertTrue(any(is_in(target, "16.0.9.128/25") for target in targets), "the other half is free")
        self.assertEqual(survey.ledger["blocked"], 5 * 32 * 2)
        self.assertEqual(survey.ledger["sent"], 11 * 32 * 2)
        self.assertEqual(survey.ledger["generated"], 16 * 32 * 2)
        self.assertEqual(survey.metadata["blocklist"], ["16.0.4.0/22", "16.0.9.0/25", "16.0.10.0/24"])
        probes = self.dry_run("--blocklist", blocklist, "--flows", 2, "16.0.0.0/20")
        self.assertEqual(sorted(map(support.probe_of, survey.records)), sorted(probes))
        score = self.score(survey)
        self.assertEqual((score["interfaces"]["recall"], score["links"]["recall"]), (1.0, 1.0))
