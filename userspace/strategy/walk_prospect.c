// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/walk_prospect.h"

struct prospect prospect_forward(const struct walk_commons *commons, uint32_t node, unsigned gap)
{
    return walk_value_forward(&commons->value, hop_nodes_look(&commons->nodes, node), gap);
}

enum value_start prospect_start(const struct walk_commons *commons, uint32_t node)
{
    uint32_t before = hop_nodes_before(&commons->nodes, node);

    if (hop_nodes_is_silent(&commons->nodes, node))
        return VALUE_FROM_SILENT;
    if (!before)
        return VALUE_FROM_LONE;
    return hop_node_is_limited(hop_nodes_look(&commons->nodes, before)) ? VALUE_FROM_LIMITED
                                                                        : VALUE_FROM_LINKED;
}

/* Where the hop before a node is known, a probe finds something only if that hop answers. A limited hop is spared then:
 * probes for its known links are mostly in vain, and use up answers that would show unknown ones. */
struct prospect prospect_backward(const struct walk_commons *commons, uint32_t node)
{
    struct hop_node at = hop_nodes_look(&commons->nodes, node);
    struct prospect prospect =
        walk_value_backward(&commons->value, prospect_start(commons, node), at, at.asked);
    uint32_t before = hop_nodes_before(&commons->nodes, node);

    if (before)
        prospect.gain *= hop_node_share(hop_nodes_look(&commons->nodes, before));
    return prospect;
}
