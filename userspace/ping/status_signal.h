// SPDX-License-Identifier: GPL-2.0-or-later
/* SIGQUIT, by which users ask a running ping for statistics, as a descriptor for a poll loop. */
#pragma once

#include <stdbool.h>

/* status_signal_open() blocks the signal. Returns a descriptor that is readable after a signal; or -1: then
 * the signal ends the process as usual. */
int status_signal_open(void);

/* status_signal_read() returns whether a signal has come, and empties the descriptor. */
bool status_signal_read(int fd);

/* status_signal_close() also accepts -1. */
void status_signal_close(int fd);
