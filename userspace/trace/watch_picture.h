// SPDX-License-Identifier: GPL-2.0-or-later
/* A watched path on a screen of any size: heading, table, and those of its hops that fit. */
#pragma once

#include <stdio.h>

#include "trace/scroll.h"
#include "trace/watch_table.h"

/* watch_picture_print() writes at most `rows` lines, as wide as the table says. It adapts `scroll` to the
 * table and leaves out the hops that `scroll` puts out of sight. */
void watch_picture_print(const struct watch_heading *heading, const struct watch_table *table,
                         struct scroll *scroll, unsigned rows, FILE *out);
