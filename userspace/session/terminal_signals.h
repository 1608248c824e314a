// SPDX-License-Identifier: GPL-2.0-or-later
/* Signals about the terminal that a screen is on: ^Z, and a window of another size. */
#pragma once

#include <stdbool.h>

#include "session/screen.h"

/* terminal_signals_open() blocks SIGTSTP and SIGWINCH in the calling thread, and so in those that it starts later: to be
 * called before any is. A descriptor that is readable once one has come; -1: none can be had, and nothing is blocked. */
int terminal_signals_open(void);

/* terminal_signals_take() takes what has come: ^Z gives the terminal back while the process is stopped. True where the picture
 * is to be drawn again. */
bool terminal_signals_take(int fd, struct screen *screen);

/* terminal_signals_close() has them mean again what they do to any program; -1 is allowed. */
void terminal_signals_close(int fd);
