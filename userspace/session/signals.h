// SPDX-License-Identifier: GPL-2.0-or-later
/* Signals that end a run, as a descriptor for a poll loop. */
#pragma once

#include <stdbool.h>

struct signals {
    int fd;       /* readable after a signal; -1: signals end the process as usual */
    int received; /* the first signal that came; 0: none */
};

/* signals_open() blocks the signals that end a run (base/stop_signal.h) before anything else is started. */
void signals_open(struct signals *signals);

/* signals_read() returns whether a signal has come, and empties the descriptor. */
bool signals_read(struct signals *signals);

void signals_close(struct signals *signals);
