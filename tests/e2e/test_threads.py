# SPDX-License-Identifier: GPL-2.0-or-later
"""Several senders: together they send what one sender would, each a part of its own."""

import os
import pathlib
import platform
import time
import unittest

import support

IDEAL = "--sim=realism=ideal"
TARGETS = "16.0.0.0/14"  # 1,024 targets
LOSSES = ("tx_dropped", "device_dropped", "ring_full", "fill_empty", "rx_dropped", "writer_dropped")
CPUS = sorted(os.sched_getaffinity(0))
# `live` needs two CPUs a sender.
BACKENDS = ("ring", "xsk", "sendmmsg") + (("live",) if len(CPUS) >= 4 else ())


def sees_kernel_threads():
    """Not in a process namespace of its own, as in containers."""
    return pathlib.Path("/proc/2/comm").exists() and pathlib.Path("/proc/2/comm").read_text() == "kthreadd\n"


def kernel_threads():
    """The allowed CPUs of each thread that handles frames of a simulated world, by its number."""
    found = {}
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().startswith("napi/world0"):
                found[int(process.name)] = sorted(os.sched_getaffinity(int(process.name)))
        except OSError:
            pass  # it has ended
    return found


def kernel_release():
    return tuple(int(part) for part in platform.release().split(".")[:2])


def threads_named(process, name):
    """The allowed CPUs of each thread with that name."""
    found = []
    for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
        if (task / "comm").read_text().strip() == name:
            found.append(sorted(os.sched_getaffinity(int(task.name))))
    return sorted(found)


@support.alone
@support.needs_root
@support.needs_two_cpus
class ThreadsTest(support.HopwireTestCase):
    def test_two_senders_send_what_one_does(self):
        one = self.survey(IDEAL, "--rate", "100k", TARGETS, name="one.csv")
        self.assertEqual((one.metadata["threads"], one.metadata["cpus"]), (1, CPUS[:1]))
        for backend in BACKENDS:
            with self.subTest(backend):
                two = self.survey(
                    IDEAL, "--tx", backend, "--threads", 2, "--rate", "100k", TARGETS, name=f"{backend}.csv"
                )
                self.assertEqual(two.ledger["sent"], 1024 * 32)
                self.assertEqual(two.metadata["device_difference"], {"tx_packets": 0, "rx_packets": 0})
                self.assertEqual(two.metadata["threads"], 2)
                self.assertEqual(two.metadata["sim"]["queues"], 2)
                self.assertEqual(
                    sorted(map(support.without_times, two.records)), sorted(map(support.without_times, one.records))
                )

    def test_each_sender_has_a_cpu(self):
        process, results = self.start_survey(
            IDEAL, "--threads", 2, "--cpus", f"{CPUS[1]},{CPUS[0]}", "--rate", "2k", TARGETS
        )
        self.assertEqual(threads_named(process, "sender"), [[CPUS[0]], [CPUS[1]]])
        self.assertEqual(threads_named(process, "receiver"), [CPUS[:2], CPUS[:2]])
        for everywhere in threads_named(process, "hopwire"):  # control and writer
            self.assertEqual(everywhere, CPUS)
        process.terminate()
        said = self.finish(process, status=143)
        self.assertIn("threads       2 senders on CPUs", said)
        metadata = support.read_metadata(results)
        self.assertEqual(metadata["cpus"], [CPUS[1], CPUS[0]])
        self.assertEqual(metadata["tx"], "ring")

    def test_receivers_get_the_cpus_that_are_left(self):
        process, _ = self.start_survey(IDEAL, "--cpus", f"{CPUS[0]},{CPUS[1]}", "--rate", "2k", TARGETS)
        self.assertEqual(threads_named(process, "sender"), [[CPUS[0]]])
        self.assertEqual(threads_named(process, "receiver"), [[CPUS[1]]])

    def test_the_rate_is_that_of_all_together(self):
        started = time.monotonic()
        survey = self.survey(IDEAL, "--threads", 2, "--rate", "10k", TARGETS)
        self.assertGreater(time.monotonic() - started, 3.2)
        self.assertLess(survey.metadata["achieved_rate"], 10020)

    def test_the_rate_is_found(self):
        survey = self.survey(f"{IDEAL},rtt=off", "--rate", "auto", "--threads", 2, "16.0.0.0/8")
        found = survey.metadata["auto_rate"]
        lost = sum(survey.ledger[place] for place in LOSSES)
        self.assertEqual(survey.metadata["asked_rate"], "auto")
        self.assertEqual(found["lost_before"] + found["lost_since"], lost)
        self.assertIn("auto asked", survey.said)
        if found["rate"] is None:  # a machine so fast that the survey was over before
            self.assertIn("ended before a rate was found", survey.said)
        else:
            self.assertGreaterEqual(found["rate"], 100)
            self.assertLessEqual(found["found_after"], 60)
            self.assertRegex(survey.said, r"held .*/s, found after [0-9.]+ s; lost here until then")

    def test_a_survey_may_end_before_the_rate_is_found(self):
        survey = self.survey(IDEAL, "--rate", "auto", "16.0.0.0/22")
        self.assertEqual(
            survey.metadata["auto_rate"], {"rate": None, "found_after": None, "lost_before": 0, "lost_since": 0}
        )
        self.assertIsNone(self.survey(IDEAL, "16.0.0.0/22").metadata["auto_rate"])

    def test_what_does_not_fit_is_refused(self):
        first, last = CPUS[0], CPUS[-1]
        cases = [
            (("--threads", 0), "--threads: '0' is not a whole number from 1"),
            (("--cpus", "x"), "--cpus: 'x' is not a list of CPUs such as 0-3,6"),
            (("--cpus", last + 1), f"--cpus: CPU {last + 1} does not exist"),
            (("--threads", 2, "--cpus", first), "--threads 2 needs 2 CPUs: there are fewer in --cpus"),
            (("--threads", 1024), "--threads 1024 needs 1024 CPUs: this process may use only"),
            (("--tx", "live", "--cpus", first), "--threads 1 needs 2 CPUs, because this --tx keeps more than one busy"),
        ]
        for arguments, expected in cases:
            with self.subTest(arguments):
                done = self.hopwire("survey", IDEAL, *arguments, TARGETS, status=2)
                self.assertIn(expected, done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_xsk_needs_a_queue_for_each_sender(self):
        done = self.hopwire("survey", f"{IDEAL},queues=1", "--tx", "xsk", "--threads", 2, TARGETS, status=2)
        self.assertIn("--tx xsk needs a queue for each sender, and uplink0 has 1 (--sim=queues=N)", done.stderr)

    def test_senders_that_share_a_queue_are_told(self):
        survey = self.survey(f"{IDEAL},queues=1", "--threads", 2, "--rate", "100k", TARGETS)
        self.assertIn("2 senders share the 1 TX queue of uplink0", survey.said)
        self.assertEqual(survey.ledger["sent"], 1024 * 32)

    @unittest.skipUnless(sees_kernel_threads(), "the kernel's threads are of another process namespace")
    def test_the_simulated_internet_works_beside_the_sender(self):
        cases = [
            (f"{IDEAL}", (), [CPUS[:1]]),
            (f"{IDEAL}", ("--cpus", CPUS[-1]), [CPUS[-1:]]),
            (f"{IDEAL},queues=2", ("--cpus", CPUS[0]), [CPUS[:1]] * 2),
            (f"{IDEAL},threaded-napi=off", (), []),
            (f"{IDEAL}", ("--tx", "sendmmsg"), []),
            (f"{IDEAL},rtt=internet", (), []),
            (f"{IDEAL},rtt=internet,threaded-napi=on", (), [CPUS[:1]]),
        ]
        for number, (sim, arguments, expected) in enumerate(cases):
            with self.subTest(sim=sim, arguments=arguments):
                others = kernel_threads()
                process, _ = self.start_survey(
                    sim, *arguments, "--rate", "2k", TARGETS, name=f"{number}.csv", cooldown="0"
                )
                ours = [cpus for thread, cpus in kernel_threads().items() if thread not in others]
                process.terminate()
                self.finish(process, status=143)
                if not ours and expected and kernel_release() < (6, 17):
                    self.skipTest("threads of single NAPI instances came with Linux 6.17")
                self.assertEqual(ours, expected)

    def test_the_dry_run_prints_the_whole_order(self):
        whole = self.dry_run(IDEAL, TARGETS)
        self.assertEqual(self.dry_run(IDEAL, "--threads", 7, TARGETS), whole)
