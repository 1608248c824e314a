// SPDX-License-Identifier: GPL-2.0-or-later
/* The truth as JSON lines: first the routes, or only the targets that answer; then each interface, each link,
 * and each router with several addresses once. docs/simulator.md has the format. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "sim/truth.h"

/* sim_truth_write() writes everything to `out`; with `brief` no routes, which take gigabytes for millions of
 * targets. Returns 0, -ENOMEM, or the negative errno of a failed write. */
int sim_truth_write(const struct sim_truth *truth, bool brief, FILE *out);
