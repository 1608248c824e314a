// SPDX-License-Identifier: GPL-2.0-or-later
/* A walk that probes a silent hop once more. */
#include "strategy/expected_answers.h"
#include "strategy/walk_steps.h"

static enum value_hole hole_of(const struct walk *walk)
{
    return walk->near ? VALUE_BEFORE_LONE : VALUE_BEFORE_END;
}

/* Before a path's end the link to the end is new, too, once both its ends have answered. */
static unsigned fill_end(struct walk_knowledge *knowledge, struct walk *walk, uint32_t node, double found)
{
    walk->near = walk->far = node;
    walk->gap = 0;
    walk->upper = (uint8_t)(walk->ttl + 1);
    walk->asks_end = true;
    value_learn_again(&knowledge->sums, VALUE_BEFORE_END, walk->ttl, found + VALUE_OF_LINK,
                      walk_prospect_before(knowledge, walk, node));
    return walk_ask_behind(knowledge, walk);
}

/* If the hop is silent again, nothing more is known than before. */
unsigned walk_fill_hole(struct walk_knowledge *knowledge, struct walk *walk, const struct walk_event *event)
{
    double found = 0;

    walk->lower = (uint8_t)(walk->ttl - 1);
    uint32_t node = event->kind == WALK_HOP ? walk_meet(knowledge, event->responder, &found) : 0;
    if (!node) {
        value_learn_again(&knowledge->sums, hole_of(walk), walk->ttl, found, (struct prospect){0, 0});
        return 0;
    }
    if (!walk->near)
        return fill_end(knowledge, walk, node, found);

    bool is_new = walk_link(knowledge, node, walk->near, true, &found);
    expected_answer_came(knowledge->commons, walk->near, node, event->responder);
    value_learn_again(&knowledge->sums, VALUE_BEFORE_LONE, walk->ttl, found,
                      walk_prospect_before(knowledge, walk, node));
    walk_add_way(knowledge, walk->near, is_new);
    walk->near = node;
    return walk_ask_before(knowledge, walk);
}

unsigned walk_look_again(struct walk_knowledge *knowledge, struct walk *walk, uint32_t path, uint32_t node,
                         unsigned at)
{
    *walk = (struct walk){.path = path,
                          .chained = walk->chained,
                          .lower = (uint8_t)(at - 1),
                          .upper = (uint8_t)(at + 1),
                          .near = node,
                          .far = node};
    if (node)
        hop_nodes_change(&knowledge->commons->nodes, node, hop_node_ask, 0);
    return walk_ask(walk, WALK_AGAIN, at - 1);
}
