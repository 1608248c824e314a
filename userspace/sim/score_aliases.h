// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads what `hopwire aliases` prints: the addresses of a router in a line. */
#pragma once

#include "base/error_text.h"
#include "sim/score.h"

/* score_read_aliases() adds every two addresses of each line of `path` ("-": stdin) as found, after the truth was read. 0, or
 * a negative errno with a line in `error`. */
int score_read_aliases(struct score *score, const char *path, struct error_text *error);
