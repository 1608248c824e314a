// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order in which a sender begins its paths: at random, or flow by flow. Flow by flow, each flow visits all
 * targets in the same random order.
 */
#pragma once

#include "strategy/slice_paths.h"

struct path_order {
    struct permutation permutation; /* of paths, or of targets */
    uint64_t targets;               /* number of targets in each flow; 0: at random */
    unsigned flows;
    uint64_t count; /* number of all paths */
};

void path_order_init(struct path_order *order, const struct slice_paths *paths, struct siphash_key key,
                     bool by_flow);

/* path_order_range() writes the paths at `position` and behind it, at most `most`. Returns their number: at
 * least one, and not beyond the end of a flow. `position` must be below the count. */
size_t path_order_range(const struct path_order *order, uint64_t position, uint64_t *out, size_t most);

/* path_order_begins_flow() returns true if another flow begins at `position`. */
static inline bool path_order_begins_flow(const struct path_order *order, uint64_t position)
{
    return order->targets && position && position < order->count && position % order->targets == 0;
}
