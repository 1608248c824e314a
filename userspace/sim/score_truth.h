// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads what `hopwire sim truth` writes: JSON lines of routes, interfaces and links. */
#pragma once

#include "base/error_text.h"
#include "sim/score.h"

/* score_read_truth() adds all of `path` ("-": stdin) to the score. 0, or a negative errno with a line in
 * `error` that names the file, the line and what is wrong. A file without a newline at its end is refused:
 * what it lacks would look like things that are not true. */
int score_read_truth(struct score *score, const char *path, struct error_text *error);
