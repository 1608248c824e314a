// SPDX-License-Identifier: GPL-2.0-or-later
/* The truth as JSON lines: the routes, or the targets that answer alone, then each interface, each link and each router
 * of several addresses once. docs/simulator.md has the format. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "sim/truth.h"

/* sim_truth_write() writes all of it to `out`; `brief`: no routes, which are gigabytes for millions of targets. 0,
 * -ENOMEM, or the negative errno of a write that failed. */
int sim_truth_write(const struct sim_truth *truth, bool brief, FILE *out);
