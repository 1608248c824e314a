# SPDX-License-Identifier: GPL-2.0-or-later
"""Events during a survey that runs for days: its clock is set, it is stopped and continued."""

import collections
import os
import signal
import struct
import subprocess
import time
import unittest

import support

RATE = 10_000
SECONDS = 6
# Every probe is answered, at once.
ANSWERED = ("--sim=realism=ideal,rtt=off", "--rate", RATE, "--max-probes", RATE * SECONDS, "16.0.0.0/9")
HOUR = 3600


@support.lasting
@support.needs_root
class InterruptionTest(support.HopwireTestCase):
    def assert_whole(self, process, results):
        """Nothing was lost, and nothing took too long."""
        self.finish(process)
        metadata, records = support.read_metadata(results), support.read_csv(results)
        self.assertLedgerBalanced(metadata["ledger"])
        self.assertEqual(metadata["ledger"]["sent"], RATE * SECONDS)
        self.assertEqual(len(records), RATE * SECONDS)
        return metadata, records

    def set_clock(self, seconds):
        (self.directory / "clock").write_bytes(struct.pack("q", seconds))

    def test_the_clock_is_set(self):
        """First forward by an hour, then back by two. Times in results are by the clock as it was at the start."""
        library = self.directory / "wall_clock.so"
        source = support.ROOT / "tests" / "e2e" / "wall_clock.c"
        subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", library, source], check=True)
        self.set_clock(0)
        wall = {"LD_PRELOAD": str(library), "WALL_CLOCK": str(self.directory / "clock")}
        options = {"env": {**os.environ, **wall, "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}}
        process, results = self.start_survey(*ANSWERED, **options)
        began = time.time()
        for seconds in (HOUR, -HOUR):
            self.set_clock(seconds)
            size = results.stat().st_size
            support.wait_until(lambda before=size: results.stat().st_size > before + 100_000, "results by another clock")
        metadata, records = self.assert_whole(process, results)
        times = [record.time_us for record in records]
        self.assertTrue(metadata["start_us"] <= min(times) <= max(times) <= metadata["end_us"])
        self.assertLess(abs(metadata["start_us"] / 1e6 - began), HOUR / 2)
        self.assertLess(metadata["end_us"] - metadata["start_us"], HOUR * 1e6 / 2)
        # An hour either way, as their clock goes round after 4,295 seconds.
        self.assertEqual([record for record in records if record.rtt_us is None or record.rtt_us > HOUR * 1e6 / 10], [])

    def test_it_is_stopped_and_goes_on(self):
        """Probes that were due meanwhile are not sent in a burst afterwards."""
        process, results = self.start_survey(*ANSWERED)
        process.send_signal(signal.SIGSTOP)
        time.sleep(20)  # longer than the times of probes come round
        process.send_signal(signal.SIGCONT)
        _, records = self.assert_whole(process, results)
        sent = collections.Counter((record.time_us - (record.rtt_us or 0)) // 500_000 for record in records)
        times = sorted(sent)
        self.assertGreaterEqual(max(later - earlier for earlier, later in zip(times, times[1:])), 5, "there was a gap")
        self.assertLess(max(sent.values()), RATE / 2 * 2)
        self.assertLess(max(record.rtt_us or 0 for record in records), 8e6, "no time is taken for that of a later round")


if __name__ == "__main__":
    unittest.main()
