// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order in which a sender begins with its paths: at random; or flow by flow, in each of which all targets come
 * in the same random order.
 */
#pragma once

#include "strategy/slice_paths.h"

struct path_order {
    struct permutation permutation; /* of paths, or of targets */
    uint64_t targets;               /* flow by flow, so many in each; 0: at random */
    unsigned flows;
    uint64_t count; /* of all paths */
};

void path_order_init(struct path_order *order, const struct slice_paths *paths, struct siphash_key key,
                     bool by_flow);

/* path_order_range() writes the paths at `position` and behind it, up to `most`, and returns how many: at least one,
 * not beyond the end of a flow. `position` is below the count. */
size_t path_order_range(const struct path_order *order, uint64_t position, uint64_t *out, size_t most);

/* path_order_begins_flow() says whether another flow than before begins at `position`. */
static inline bool path_order_begins_flow(const struct path_order *order, uint64_t position)
{
    return order->targets && position && position < order->count && position % order->targets == 0;
}
