// SPDX-License-Identifier: GPL-2.0-or-later
/* Puts the truth of a simulated Internet directly into a score: as a file, the truth about all /24s would
 * take many gigabytes. */
#pragma once

#include "sim/score.h"
#include "sim/truth.h"

/* score_add_world() adds everything that score_read_truth() would read from the output of sim_truth_write().
 * Returns 0 or -ENOMEM. */
int score_add_world(struct score *score, const struct sim_truth *truth);
