// SPDX-License-Identifier: GPL-2.0-or-later
/* A path that is watched, on a screen of any size: heading, table, and what of its hops is in sight. */
#pragma once

#include <stdio.h>

#include "trace/scroll.h"
#include "trace/watch_table.h"

/* watch_picture_print() writes `rows` lines at most, as wide as the table is to be. Hops that do not fit are
 * left out as `scroll` says, which is adapted to what there is. */
void watch_picture_print(const struct watch_heading *heading, const struct watch_table *table,
                         struct scroll *scroll, unsigned rows, FILE *out);
