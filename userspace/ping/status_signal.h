// SPDX-License-Identifier: GPL-2.0-or-later
/* SIGQUIT, by which people ask a running ping for its statistics, as a descriptor among others in a poll
 * loop. */
#pragma once

#include <stdbool.h>

/* status_signal_open() blocks the signal. A descriptor that is readable when one came; -1 where there is
 * none: the signal ends the process as usual. */
int status_signal_open(void);

/* status_signal_read() says whether one has come, and empties the descriptor. */
bool status_signal_read(int fd);

/* status_signal_close() takes -1 too. */
void status_signal_close(int fd);
