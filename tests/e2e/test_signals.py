# SPDX-License-Identifier: GPL-2.0-or-later
"""How surveys end before their time, and what readers make of what is left."""

import json
import signal
import time

import support

# Six seconds of sending unless it is interrupted.
LONG = ("--sim=realism=ideal", "--rate", "20k", "16.0.0.0/12")
LONG_PROBES = 4096 * 32


class InterruptedTestCase(support.HopwireTestCase):
    def assert_interrupted(self, results, said):
        """The ledger is closed, results are whole, and the summary was printed."""
        metadata = support.read_metadata(results)
        ledger = metadata["ledger"]
        self.assertEqual(metadata["state"], "interrupted")
        self.assertLedgerBalanced(ledger)
        self.assertTrue(0 < ledger["sent"] < LONG_PROBES, ledger)
        self.assertEqual(len(support.read_csv(results)), ledger["written"])
        self.assertIn("probes sent", said)
        self.assertIn(str(results), said)
        return metadata


@support.needs_root
class InterruptTest(InterruptedTestCase):
    def test_the_first_signal_stops_sending_and_cools_down(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number.name):
                process, results = self.start_survey(*LONG, name=f"{number.name}.csv", cooldown=1)
                asked = time.monotonic()
                with self.leaves_nothing_behind(process):
                    process.send_signal(number)
                    said = self.finish(process, status=128 + number)
                self.assertGreaterEqual(time.monotonic() - asked, 1, "replies are waited for")
                metadata = self.assert_interrupted(results, said)
                self.assertEqual(metadata["ledger"]["written"], metadata["ledger"]["sent"], "all came back")

    def test_the_second_signal_closes_at_once(self):
        process, results = self.start_survey(*LONG, cooldown=600)
        process.send_signal(signal.SIGINT)
        self.wait_for_line(process, "stopping")
        process.send_signal(signal.SIGINT)
        self.assert_interrupted(results, self.finish(process, status=130))

    def test_a_signal_during_the_cooldown_is_the_first(self):
        process, results = self.start_survey("--sim=realism=ideal", "16.0.0.0/20", cooldown=1)
        process.send_signal(signal.SIGTERM)
        self.finish(process, status=143)
        metadata = support.read_metadata(results)
        self.assertEqual(metadata["ledger"]["sent"], 16 * 32)
        self.assertEqual(len(support.read_csv(results)), 16 * 32)

    def test_a_reader_that_stopped_reading_cannot_hold_up_the_second_signal(self):
        process, pipe, metadata = self.start_into_pipe()
        pipe.wait_until_full()
        process.send_signal(signal.SIGINT)
        self.wait_for_line(process, "stopping")
        process.send_signal(signal.SIGINT)
        said = self.finish(process, status=130, timeout=support.WAIT_SECONDS)
        self.assertIn("probes sent", said)
        ledger = json.loads(metadata.read_text())["ledger"]
        self.assertLedgerBalanced(ledger)
        self.assertGreater(ledger["writer_dropped"], 0)

    def start_into_pipe(self):
        pipe = support.NamedPipe(self.directory / "results.csv")
        self.addCleanup(pipe.close)
        metadata = self.directory / "metadata.json"
        process = self.start_hopwire(*self.survey_arguments(pipe.path), "--metadata", metadata, *LONG)
        return process, pipe, metadata


@support.needs_root
class KilledTest(InterruptedTestCase):
    def killed_survey(self, *arguments, namespaces=2, programs=2, **options):
        """Kills a survey that holds at least so many namespaces and XDP programs; all has to go with it."""
        process, results = self.start_survey(*arguments, **options)
        with self.leaves_nothing_behind(process) as holdings:
            self.assertGreaterEqual(len(holdings.namespaces), namespaces)
            for wanted in ("prog", "link"):
                found = [kind for kind, _ in holdings.bpf_objects if kind == wanted]
                self.assertGreaterEqual(len(found), programs, holdings.bpf_objects)
            process.kill()
            self.finish(process, status=-signal.SIGKILL)
        return results

    def test_nothing_stays_behind(self):
        self.killed_survey(*LONG)

    def test_nothing_stays_behind_on_a_real_interface(self):
        chain = self.router_chain(1)
        arguments = ("--rate", "20k", "--flows", 64, "44.1.0.0/16")
        self.killed_survey(*arguments, namespaces=0, programs=1, namespace=chain.host)
        # Not even something that the next survey would stumble over.
        self.survey("--max-ttl", 1, chain.target, namespace=chain.host, name="next.csv")

    def test_what_is_left_is_valid(self):
        results = self.killed_survey(*LONG)
        records = support.read_csv(results, killed=True)
        self.assertGreater(len(records), 0)
        self.assertEqual({record.probe_ttl in range(1, 33) for record in records}, {True})
        metadata = support.read_metadata(results)
        self.assertEqual(metadata["state"], "running")
        self.assertRegex(metadata["key"], "^[0-9a-f]{32}$")
        for key in ("end", "end_us", "achieved_rate", "graph", "reached", "ledger"):
            self.assertIsNone(metadata[key], key)

    def test_readers_tell_of_an_unfinished_tail(self):
        for name in ("killed.csv", "killed.jsonl"):
            with self.subTest(name):
                results = self.killed_survey(*LONG, name=name)
                data = results.read_bytes()
                results.write_bytes(data[: data.rindex(b"\n", 0, -1) + 10])
                truth = self.directory / "truth.jsonl"
                self.hopwire(
                    "sim", "truth", "--metadata", support.metadata_path(results), "--output", truth
                )
                done = self.hopwire("score", "--json", results, truth)
                self.assertRegex(done.stderr, r"\Ahopwire: warning: .*" + name + r".* unfinished .*\n\Z")
                score = json.loads(done.stdout)
                self.assertEqual(score["interfaces"]["precision"], 1.0)
                self.assertIsNone(score["probes"])
                whole = self.directory / f"whole-{name}"
                whole.write_bytes(data[: data.rindex(b"\n", 0, -1) + 1])
                again = json.loads(self.hopwire("score", "--json", whole, truth).stdout)
                self.assertEqual(again["interfaces"], score["interfaces"])
