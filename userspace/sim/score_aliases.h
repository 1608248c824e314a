// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the output of `hopwire aliases`: the addresses of one router per line. */
#pragma once

#include "base/error_text.h"
#include "sim/score.h"

/* score_read_aliases() adds every pair of addresses of each line of `path` ("-": stdin) as found. Call it
 * after the truth was read. Returns 0, or a negative errno with a line in `error`. */
int score_read_aliases(struct score *score, const char *path, struct error_text *error);
