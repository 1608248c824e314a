// SPDX-License-Identifier: GPL-2.0-or-later
/* The truth of a simulated Internet, straight into a score: of all /24s it would be a file of many gigabytes. */
#pragma once

#include "sim/score.h"
#include "sim/truth.h"

/* score_add_world() adds all that score_read_truth() would read of what sim_truth_write() writes. 0 or -ENOMEM. */
int score_add_world(struct score *score, const struct sim_truth *truth);
