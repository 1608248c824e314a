// SPDX-License-Identifier: GPL-2.0-or-later
/* How a resolver compares IP IDs after each round. Functions that work "in parts" do some of the work per
 * call, and return 1 while there is more, then 0; or -ENOMEM. */
#pragma once

#include "alias/resolver.h"

/* rounds_begin_to_end() starts to compare the results of a round. Returns 0 or -ENOMEM. rounds_end()
 * continues, in parts; at the end, proven pairs have become links. */
int rounds_begin_to_end(struct resolver *resolver);
int rounds_end(struct resolver *resolver);

/* rounds_choose() writes the addresses that are still in pairs into the order, each once, in the order of the
 * pairs. */
void rounds_choose(struct resolver *resolver);

/* rounds_corroborate() tests the sets that links by IP ID make, in parts, and keeps the links of sets that
 * pass. */
int rounds_corroborate(struct resolver *resolver);
