// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the output of `hopwire sim truth`: JSON lines of routes, interfaces and links. */
#pragma once

#include "base/error_text.h"
#include "sim/score.h"

/* score_read_truth() adds all of `path` ("-": stdin) to the score. Returns 0, or a negative errno with a line
 * in `error` that names the file, the line and the problem. A file without a newline at its end is refused,
 * because things missing from the truth would look false. */
int score_read_truth(struct score *score, const char *path, struct error_text *error);
