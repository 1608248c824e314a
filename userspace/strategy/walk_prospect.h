// SPDX-License-Identifier: GPL-2.0-or-later
/* The prospects of a walk at a hop: the means for its situation (walk_value.h), chosen by what is known about the hop. */
#pragma once

#include "strategy/walk_commons.h"

/* prospect_forward() returns the prospect of probing behind `node`, past `gap` silent hops. prospect_backward() returns
 * that of probing the hop before it. */
struct prospect prospect_forward(const struct walk_commons *commons, uint32_t node, unsigned gap);
struct prospect prospect_backward(const struct walk_commons *commons, uint32_t node);

/* prospect_start() returns the kind of hop from which the walk goes backward there. */
enum value_start prospect_start(const struct walk_commons *commons, uint32_t node);
