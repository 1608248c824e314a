// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/expected_answers.h"

static struct hop_node look(const struct walk_commons *commons, uint32_t node)
{
    return hop_nodes_look(&commons->nodes, node);
}

void expected_answer_came(struct walk_commons *commons, uint32_t near, uint32_t node,
                          struct address responder)
{
    hop_nodes_change(&commons->nodes, node, hop_node_hear, true);
    if (look(commons, node).noticed)
        limited_hops_hear(&commons->limited, node, responder);
    hop_nodes_set_before(&commons->nodes, near, node);
}

static void miss(struct walk_commons *commons, struct spending *spending, uint32_t node)
{
    hop_nodes_change(&commons->nodes, node, hop_node_hear, false);
    if (!hop_node_is_limited(look(commons, node)))
        return;
    spending->excused++;
    if (!look(commons, node).noticed) {
        hop_nodes_change(&commons->nodes, node, hop_node_notice, 0);
        limited_hops_notice(&commons->limited, node);
    }
    limited_hops_miss(&commons->limited, node);
}

bool expected_answer_failed(struct walk_commons *commons, struct spending *spending, uint32_t near,
                            uint32_t before)
{
    miss(commons, spending, before);
    if (hop_node_is_silent_for_sure(look(commons, near)) && !hop_node_is_limited(look(commons, before)))
        return true;
    hop_nodes_change(&commons->nodes, near, hop_node_miss, 0);
    return false;
}
