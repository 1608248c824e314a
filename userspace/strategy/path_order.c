// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/path_order.h"

void path_order_init(struct path_order *order, const struct slice_paths *paths, struct siphash_key key,
                     bool by_flow)
{
    struct slice_paths ordered = *paths;

    *order = (struct path_order){.flows = paths->flows, .count = paths->count};
    if (by_flow)
        order->targets = ordered.count = paths->count / paths->flows;
    slice_paths_order(&ordered, key, &order->permutation);
}

size_t path_order_range(const struct path_order *order, uint64_t position, uint64_t *out, size_t most)
{
    uint64_t end = order->targets ? order->targets : order->count;
    uint64_t flow = position / end, place = position % end;
    size_t count = end - place < most ? (size_t)(end - place) : most;

    permutation_range(&order->permutation, place, 1, out, count);
    for (size_t i = 0; order->targets && i < count; i++)
        out[i] = out[i] * order->flows + flow;
    return count;
}
