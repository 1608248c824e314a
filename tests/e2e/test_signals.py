# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys that end early, and what readers find in their results."""

import contextlib
import json
import os
import pathlib
import signal
import time

import support

# Six seconds of sending unless it is interrupted.
LONG = ("--sim=realism=ideal", "--rate", "20k", "16.0.0.0/12")
LONG_PROBES = 4096 * 32


class InterruptedTestCase(support.HopwireTestCase):
    def assert_interrupted(self, results, said):
        """The ledger balances, results are whole, and the summary was printed."""
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
                process, results = self.start_survey(*LONG, name=f"{number.name}.csv", cooldown=support.patiently(1))
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
        # So long that it is not over before the signal comes.
        process, results = self.start_survey("--sim=realism=ideal", "16.0.0.0/20", cooldown=support.patiently(4))
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
class BlockedTest(support.HopwireTestCase):
    """The kernel gives a signal to any thread that does not block it, so all threads that do not handle signals must block them."""

    def assert_blocked(self, process, threads, but=()):
        """Checks every task, once there are so many, `but` those that wait in sigwaitinfo(2) or soon will."""
        count = lambda: len(list(pathlib.Path(f"/proc/{process.pid}/task").iterdir()))
        support.wait_until(lambda: count() >= threads, f"{threads} threads")
        takers = lambda: support.tasks_that_take_signals(process.pid)
        if but:
            support.wait_until(takers, f"{but} to wait for signals")
        self.assertEqual(takers(), list(but))

    def test_survey(self):
        long = ("--cooldown", 0, "--output", self.directory / "results.csv", "--rate", "1k", "16.0.0.0/12")
        for threads, arguments in ((6, ("--sim=fault=flood@100s", *long)), (4, ("--sim", "--tx", "live", *long))):
            process = self.start_hopwire("survey", "--overwrite", *arguments)
            self.wait_for_line(process, "sent")
            self.assert_blocked(process, threads)
            process.terminate()
            self.finish(process, status=143)

    def test_trace_and_ping(self):
        monitor = ("--every", 1, "--prometheus-listen", "127.0.0.1:0", "--output", self.directory / "trace.csv")
        process = self.start_hopwire("trace", *monitor, "127.0.0.1")
        self.wait_for_line(process, "metrics")
        self.assert_blocked(process, 3)
        process.terminate()
        self.finish(process, status=143)
        process = self.start_hopwire("ping", "--output", self.directory / "ping.csv", "127.0.0.1")
        self.assert_blocked(process, 2)
        process.terminate()
        self.finish(process, status=143)

    def test_sim_run_and_bench(self):
        process = self.start_hopwire("sim", "run", "--", "sh", "-c", "echo ready; exec sleep 60")
        self.assertEqual(process.stdout.readline(), "ready\n")
        self.assert_blocked(process, 2, but=["hopwire"])
        process.terminate()
        self.finish(process, status=143)
        process = self.start_hopwire("bench", "craft", "--duration", 60)
        self.assert_blocked(process, 2)
        process.terminate()
        self.finish(process, status=143)


@support.needs_root
class SetUpTest(support.HopwireTestCase):
    """A signal before the first probe ends the survey immediately, and nothing is left behind."""

    SOON = 2.5  # seconds, of a machine that has nothing else to do: less than the gateway is waited for

    def stop(self, process, number):
        """Returns how many seconds it took."""
        support.wait_until(lambda: not support.tasks_that_take_signals(process.pid), "signals to be blocked")
        time.sleep(0.1)
        asked = time.monotonic()
        process.send_signal(number)
        said = self.finish(process, status=128 + number)
        took = time.monotonic() - asked
        self.assertIn("stopped before the first probe", said)
        self.assertNotIn("probes sent", said)
        return took

    def test_while_the_gateway_is_asked_for(self):
        host = self.namespace("host")
        host.ip(
            "link add near0 type veth peer name far0", "link set near0 up", "link set far0 up",
            "addr add 44.0.0.1/24 dev near0", "route add default via 44.0.0.2",
        )  # fmt: skip
        took = []
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            process = self.start_hopwire("survey", "--output", self.directory / "r.csv", "44.1.0.1", namespace=host)
            took.append(self.stop(process, number))
            self.assertEqual([path.name for path in self.directory.iterdir() if "stderr" not in path.name], [])
        self.assertLess(min(took), self.SOON * support.slowness(), "others may have met this machine at its busiest")

    def test_while_nobody_takes_the_header(self):
        reader, writer = os.pipe()
        self.addCleanup(os.close, reader)
        os.set_blocking(writer, False)
        with contextlib.suppress(BlockingIOError):
            while True:
                os.write(writer, bytes(4096))
        os.set_blocking(writer, True)
        metadata = self.directory / "metadata.json"
        for command in (
            ("survey", "--sim", "--metadata", metadata, "16.0.0.0/24"),
            ("survey", "--sim", "--tx", "live", "--metadata", metadata, "16.0.0.0/24"),
        ):
            process = self.start_hopwire(*command, stdout=writer)
            self.stop(process, signal.SIGINT)
            self.assertFalse(metadata.exists())
        os.close(writer)

    def test_while_a_fifo_has_no_reader(self):
        fifo = self.directory / "results.csv"
        os.mkfifo(fifo)
        process = self.start_hopwire("survey", "--sim", "--output", fifo, "16.0.0.0/24")
        self.stop(process, signal.SIGTERM)
        for command in ("trace", "ping"):
            process = self.start_hopwire(command, "-n", "--output", fifo, "127.0.0.1")
            support.wait_until(lambda: not support.tasks_that_take_signals(process.pid), "signals to be blocked")
            process.terminate()
            self.finish(process, status=143, timeout=support.WAIT_SECONDS)

    def test_while_the_simulator_is_made(self):
        process = self.start_hopwire("sim", "run", "--topology", "linux:30", "--", "echo", "not", "reached")
        support.wait_until(lambda: not support.tasks_that_take_signals(process.pid), "signals to be blocked")
        process.terminate()
        self.finish(process, status=143, timeout=support.WAIT_SECONDS)


@support.needs_root
class KilledTest(InterruptedTestCase):
    def killed_survey(self, *arguments, namespaces=2, programs=2, **options):
        """Kills a survey that holds at least so many namespaces and XDP programs; all of them must disappear with it."""
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
                    "sim", "truth", "--metadata", support.metadata_path(results), "--overwrite", "--output", truth
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
