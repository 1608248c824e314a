// SPDX-License-Identifier: GPL-2.0-or-later
/* What a resolver makes of the rounds in which IP IDs are held against each other. Where it says so, some of it is done at a
 * time: 1 while there is more, then 0; or -ENOMEM. */
#pragma once

#include "alias/resolver.h"

/* rounds_begin_to_end() begins to compare what a round brought: 0 or -ENOMEM. rounds_end() goes on with that, some of it at a
 * time; at the end those pairs that are proven have become links. */
int rounds_begin_to_end(struct resolver *resolver);
int rounds_end(struct resolver *resolver);

/* rounds_choose() puts those that are still in pairs into the order, each once, as pairs name them. */
void rounds_choose(struct resolver *resolver);

/* rounds_corroborate() tests the sets that links by IP ID make, some of it at a time, and takes over the links of those that
 * stand. */
int rounds_corroborate(struct resolver *resolver);
