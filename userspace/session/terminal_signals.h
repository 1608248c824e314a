// SPDX-License-Identifier: GPL-2.0-or-later
/* Signals of the terminal that shows a screen: ^Z, and a changed window size. */
#pragma once

#include <stdbool.h>

#include "session/screen.h"

/* terminal_signals_open() blocks SIGTSTP and SIGWINCH in the calling thread, and so in threads that it starts
 * later: call it before any is started. Returns a descriptor that is readable after a signal; or -1: then
 * nothing is blocked. */
int terminal_signals_open(void);

/* terminal_signals_take() handles the signals that have come: at ^Z it restores the terminal while the
 * process is stopped. Returns whether the picture must be drawn again. */
bool terminal_signals_take(int fd, struct screen *screen);

/* terminal_signals_close() restores the default effect of these signals; -1 is allowed. */
void terminal_signals_close(int fd);
