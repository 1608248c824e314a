// SPDX-License-Identifier: GPL-2.0-or-later
/* How replies come in: the XDP filter on the interface and an AF_XDP socket for each of its RX queues.
 * Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* way_in_open() needs the way out. EXIT_DONE, or the exit code after one line on stderr. way_in_close() is
 * right after every outcome, once no thread uses the sockets. */
int way_in_open(struct survey *survey);
void way_in_close(struct survey *survey);
