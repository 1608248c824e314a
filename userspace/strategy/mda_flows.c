// SPDX-License-Identifier: GPL-2.0-or-later
/* Node control: finds flows through a given vertex, where too few of the flows in use go through it. */
#include "strategy/mda_plan.h"

enum {
    /* The search for flows through a vertex ends after this many times the number of flows that should
     * have found one more: the route has probably changed. A vertex that is still there is given up
     * wrongly with probability exp(-20). */
    IN_VAIN = 20,
};

static bool is_in_vain(const struct mda_hop *hop, const struct mda_node *node)
{
    uint64_t since = hop->sent - node->found_at;

    return since * node->flows > (uint64_t)IN_VAIN * hop->sent;
}

/* Returns a flow that met a vertex with an edge to the node, because it goes through the node with a higher
 * probability than others. The second choice is a flow of which nothing is known. */
static uint32_t likely_flow(struct mda *mda, const struct mda_node *node)
{
    const struct mda_hop *before = &mda->graph.hops[node->ttl - 1];

    for (uint32_t i = 0; node->count == 1 && !before->mixed && i < before->count; i++) {
        struct mda_node from;
        uint32_t flow;

        if (!mda_vertex_leads_to(before->vertices[i], node->leader))
            continue;
        from = mda_node_of(mda, before->vertices[i]);
        flow = mda_node_candidate(mda, &from);
        if (flow != MDA_NO_FLOW)
            return flow;
    }
    return mda_fresh_flow(mda, node->ttl);
}

/* Sends as many probes at once as will be needed if flows continue to meet the node as often as they did. */
static void find_flows(struct mda_plan *plan, const struct mda_node *node, unsigned missing)
{
    struct mda_hop *hop = &plan->mda->graph.hops[node->ttl];
    uint64_t known = hop->sent - hop->state[MDA_WAITING];
    uint64_t expected = node->flows ? missing * known / node->flows : missing;

    if (is_in_vain(hop, node)) {
        node->leader->incomplete = true;
        return;
    }
    while (hop->state[MDA_WAITING] < (expected ? expected : 1)) {
        uint32_t flow = likely_flow(plan->mda, node);

        if (flow == MDA_NO_FLOW) {
            /* Probes under way may still find some. */
            node->leader->incomplete = hop->state[MDA_WAITING] == 0;
            return;
        }
        if (!mda_plan_probe(plan, node->ttl, flow))
            return;
    }
}

/* All flows through the vertex before go through the silent one, so no probe is needed. */
static unsigned assume_flows(struct mda_plan *plan, const struct mda_node *before, struct mda_vertex *silent,
                             unsigned missing)
{
    struct mda_sight sight = {.vertex = silent, .state = MDA_SEEN};
    uint32_t flow;

    while (missing && (flow = mda_node_candidate(plan->mda, before)) != MDA_NO_FLOW) {
        mda_graph_set(&plan->mda->graph, silent->ttl, flow, sight);
        plan->changed = true;
        missing--;
    }
    return missing;
}

/* Of several next hops one is silent: only a flow without an answer is known to meet it. */
static unsigned try_flows(struct mda_plan *plan, const struct mda_node *before, struct mda_vertex *silent,
                          unsigned missing)
{
    uint64_t expected = (uint64_t)missing * before->after[MDA_SEEN] / silent->flow_count;
    uint32_t under_way = before->after[MDA_WAITING] + before->after[MDA_MISSED], flow;
    uint64_t since = plan->mda->graph.hops[silent->ttl].sent - silent->found_at;

    if (since * silent->flow_count > (uint64_t)IN_VAIN * before->after[MDA_SEEN]) {
        silent->incomplete = true;
        return 0;
    }
    for (; under_way < expected; under_way++) {
        flow = mda_node_candidate(plan->mda, before);
        if (flow == MDA_NO_FLOW)
            return missing;
        if (!mda_plan_probe(plan, silent->ttl, flow))
            break;
    }
    return 0;
}

void mda_plan_flows(struct mda_plan *plan, const struct mda_node *node, unsigned missing)
{
    struct mda_vertex *silent = node->leader;

    /* Every flow goes through the source, so there are no more. */
    if (silent == plan->mda->graph.source) {
        silent->incomplete = true;
        return;
    }
    if (!silent->silent) {
        find_flows(plan, node, missing);
        return;
    }
    struct mda_node before = mda_node_of(plan->mda, silent->parent);
    if (before.next_hops == 1)
        missing = assume_flows(plan, &before, silent, missing);
    else
        missing = try_flows(plan, &before, silent, missing);
    if (missing) {
        mda_plan_flows(plan, &before, missing);
        silent->incomplete = before.leader->incomplete;
    }
}
