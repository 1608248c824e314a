# SPDX-License-Identifier: GPL-2.0-or-later
"""Surveys on a machine that is busy with other work, or has little memory for waiting replies."""

import contextlib
import os
import subprocess
import sys
import time
import unittest

import support

IDEAL = "--sim=rtt=off,realism=ideal"
PLACES = ("device_dropped", "ring_full", "fill_empty", "rx_dropped", "writer_dropped")
HOG = "import time\nend = time.time() + 30\nwhile time.time() < end: pass"


@contextlib.contextmanager
def hogs(count):
    """Programs that use all processor time they can get, in the session of the test; they end by themselves, too."""
    processes = [subprocess.Popen([sys.executable, "-c", HOG]) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()


def lost(ledger):
    return {place: ledger[place] for place in PLACES if ledger[place]}


@support.alone
@support.needs_root
class BusyTest(support.HopwireTestCase):
    def test_nothing_is_lost_beside_two_hogs_a_cpu(self):
        with hogs(2 * len(os.sched_getaffinity(0))):
            survey = self.survey(IDEAL, "--rate", "100k", "16.0.0.0/13")
        self.assertEqual(lost(survey.ledger), {})
        self.assertEqual(survey.ledger["accepted"], 2048 * 32)
        self.assertIn(survey.metadata["receiving"]["urgency"], ("real-time", "raised", "ordinary"))

    def test_the_rate_gives_way_to_a_slow_output(self):
        """The ring in front of a reader who does not read is full after 0.7 s at 100,000 records per second."""
        pipe = support.NamedPipe(self.directory / "pipe")
        metadata = self.directory / "meta.json"
        process = self.start_hopwire(
            "survey", "--seed", 1, "--cooldown", "500ms", "--output", pipe.path, "--format", "csv", "--metadata",
            metadata, "--rate", "100k", IDEAL, "16.0.0.0/12",
        )  # fmt: skip
        self.wait_for_line(process, "this host is busy")
        time.sleep(1)
        while pipe.read():
            pass
        pipe.close()
        said = self.finish(process)
        survey = support.Survey(pipe.path, metadata, said)
        self.assertLedgerBalanced(survey.ledger)
        self.assertEqual(lost(survey.ledger), {})
        pressure = survey.metadata["back_pressure"]
        self.assertGreaterEqual(pressure["times"], 1)
        self.assertGreaterEqual(pressure["seconds"], 1)
        self.assertLessEqual(pressure["least_share"], 0.5)
        self.assertIn("slowed", said)
        self.assertIn("this host was busy", said)

    def test_all_queues_share_one_budget(self):
        world = f"{IDEAL},queues=4"
        said = self.hopwire("survey", "--umem-memory", "10M", world, "16.0.0.1", status=2).stderr
        self.assertIn("10M of memory for replies that wait is too little for the RX queues", said)
        enough = said.split("--umem-memory ")[1].split(",")[0]
        survey = self.survey("--umem-memory", enough, world, "16.0.0.0/22")
        self.assertIn("would be better: --umem-memory", survey.said)
        receiving = survey.metadata["receiving"]
        self.assertEqual(receiving["queues"], 4)
        self.assertLess(receiving["umem_bytes"], receiving["umem_wanted"])
        self.assertEqual(lost(survey.ledger), {})


if __name__ == "__main__":
    unittest.main()
