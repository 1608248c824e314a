# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a guest has been silent although it could have spoken.

Does not count the time in which its processors waited for one of ours, or in which it or we were stopped.
"""

import pathlib
import time

TICK = 1.0  # seconds between two looks


class Patience:
    """With one program; begin() is called whenever it has sent a message."""

    def __init__(self, process, seconds):
        self._directory = pathlib.Path("/proc", str(process))
        self.seconds = seconds
        self.begin()

    def begin(self):
        self._passed, self._seen, self._waited_before = 0, time.monotonic(), self._waited()

    def ends(self):
        """Called after each TICK without a message: returns whether the silence has been long enough."""
        now, then = time.monotonic(), self._seen
        self._seen = now
        if not self._stopped():
            # It is more than a tick where we could not look.
            self._passed += min(now - then, 2 * TICK)
        waited = (seconds - self._waited_before.get(thread, 0) for thread, seconds in self._waited().items())
        return self._passed - max(waited, default=0) >= self.seconds

    def _waited(self):
        """For how many seconds each thread has waited for a processor."""
        seconds = {}
        for path in self._directory.glob("task/*/schedstat"):
            try:
                seconds[path.parent.name] = int(path.read_text().split()[1]) / 1e9
            except (OSError, IndexError):  # it has ended
                continue
        return seconds

    def _stopped(self):
        try:
            return self._directory.joinpath("stat").read_text().rpartition(")")[2].split()[0] in "Tt"
        except OSError:
            return False
