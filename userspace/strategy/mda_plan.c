// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mda_plan.h"

enum {
    /* The first flow goes ahead by so many hops. It shows early how far the way goes, and how long to wait
     * at hops that do not answer. Higher, and each hop more wastes a probe beyond the target. Lower, and
     * each hop less shows that one hop later. */
    AHEAD = 4,
    /* Where the vertex before a vertex is not known, at most this many of its flows are sent to the hop
     * before. */
    ORIGINS = 3,
    /* A node is given up if it has lost more than LOST_TIMES times the flows that are needed, and
     * LOST_ANYWAY more, because some are lost in any case. */
    LOST_TIMES = 3,
    LOST_ANYWAY = 16,
    /* Probes in flight to a hop that limits its answers. So many are lost whenever the limit is reached,
     * and the wait for them gives the hop time. */
    LIMITED_WINDOW = 4,
};

bool mda_plan_probe(struct mda_plan *plan, unsigned ttl, uint32_t flow)
{
    struct mda *mda = plan->mda;
    struct mda_sight sight = mda_graph_sight(&mda->graph, ttl, flow);
    uint16_t query = sight.sent++;

    if (!plan->room) {
        plan->wanting = true;
        return false;
    }
    if (mda->graph.hops[ttl].state[MDA_WAITING] >= LIMITED_WINDOW &&
        mda_hop_is_limited(&mda->graph.hops[ttl]))
        return false; /* until one of the probes in flight is answered or given up */
    plan->room--;
    mda->graph.hops[ttl].sent += query == 0;
    mda->flights[mda->flight_count++] = (struct mda_flight){
        .sent_ns = plan->now_ns,
        .flow = flow,
        .query = query,
        .ttl = (uint8_t)ttl,
        .repeat = sight.state == MDA_SEEN,
    };
    if (sight.state != MDA_SEEN)
        sight.state = MDA_WAITING;
    mda_graph_set(&mda->graph, ttl, flow, sight);
    plan->out[plan->count++] = (struct probe){
        .target_address = mda->config.target_address,
        .flow = (uint16_t)(mda->config.flow + flow),
        .ttl = (uint8_t)ttl,
        .lane = mda->config.lane,
        .owner = mda->config.owner,
        .query = query,
        .size = mda->config.size,
    };
    return true;
}

/* Sends a flow to a hop if its state there is not known. Returns true where nothing more will become
 * known. */
static bool look_up(struct mda_plan *plan, unsigned ttl, uint32_t flow)
{
    switch (mda_graph_sight(&plan->mda->graph, ttl, flow).state) {
    case MDA_UNSENT:
    case MDA_MISSED:
        mda_plan_probe(plan, ttl, flow);
        return false;
    case MDA_WAITING:
        return false;
    default:
        return true;
    }
}

/* The first flow goes ahead until it ends, or until the gap limit of silent hops is reached. */
static void scout(struct mda_plan *plan)
{
    const struct mda_config *config = &plan->mda->config;
    unsigned known = config->first_ttl - 1, silent = 0;

    for (unsigned ttl = config->first_ttl; ttl <= config->max_ttl && ttl <= known + AHEAD; ttl++) {
        struct mda_sight sight = mda_graph_sight(&plan->mda->graph, ttl, 0);

        if (sight.ended || sight.state == MDA_BEYOND)
            return;
        silent =
            sight.state == MDA_LOST || (sight.state == MDA_SEEN && sight.vertex->silent) ? silent + 1 : 0;
        if (config->gap_limit && silent >= config->gap_limit)
            return;
        if (look_up(plan, ttl, 0))
            known = ttl;
    }
}

/* Flows that were sent straight to this hop found a vertex, and the vertex before it is not known. Returns
 * true where it cannot be found. */
static bool find_origin(struct mda_plan *plan, unsigned ttl, const struct mda_vertex *vertex)
{
    unsigned first = plan->mda->config.first_ttl;

    for (uint32_t i = 0; i < vertex->flow_count && i < ORIGINS; i++) {
        uint32_t flow = vertex->flows[i];

        if (!look_up(plan, ttl - 1, flow))
            return false;
        /* Not answered: the vertex before decides whether there is a silent vertex. */
        if (ttl - 1 > first && mda_graph_sight(&plan->mda->graph, ttl - 1, flow).state == MDA_LOST &&
            !look_up(plan, ttl - 2, flow))
            return false;
    }
    return true;
}

/* A vertex that still searches may bring its next hops more flows. */
static void note_supply(struct mda_vertex *vertex)
{
    for (uint32_t i = 0; !vertex->satisfied && i < vertex->edge_count; i++)
        vertex->edges[i].to->supplied = false;
}

/* Searches for the vertices before those of a hop, and marks the vertices that already have all flows
 * which come from there without a search. */
static void find_origins(struct mda_plan *plan, unsigned ttl)
{
    struct mda_graph *graph = &plan->mda->graph;
    struct mda_hop *hop = &graph->hops[ttl];

    for (uint32_t i = 0; i < hop->count; i++) {
        struct mda_vertex *vertex = hop->vertices[i];

        vertex->supplied = vertex->before || find_origin(plan, ttl, vertex);
    }
    if (ttl == graph->first_ttl)
        note_supply(graph->source);
    for (uint32_t i = 0; ttl > graph->first_ttl && i < graph->hops[ttl - 1].count; i++)
        note_supply(graph->hops[ttl - 1].vertices[i]);
}

static void set_satisfied(const struct mda_node *node, bool satisfied)
{
    for (uint32_t i = 0; i < node->count; i++)
        node->vertices[i]->satisfied = satisfied;
}

/* Sends flows through the node to the next hop, until `wanted` have been answered there. */
static void explore(struct mda_plan *plan, const struct mda_node *node, unsigned wanted)
{
    uint32_t have = node->after[MDA_SEEN] + node->after[MDA_WAITING] + node->after[MDA_MISSED];
    uint32_t lost = node->after[MDA_LOST];

    if (!node->next_hops)
        have += lost;
    set_satisfied(node, have - node->after[MDA_WAITING] - node->after[MDA_MISSED] >= wanted);
    if (wanted == STOPPING_NEVER || lost > LOST_TIMES * wanted + LOST_ANYWAY) {
        node->leader->incomplete = true;
        set_satisfied(node, true);
        return;
    }
    for (; have < wanted; have++) {
        uint32_t flow = mda_node_candidate(plan->mda, node);

        if (flow == MDA_NO_FLOW) {
            if (node->leader->supplied)
                mda_plan_flows(plan, node, wanted - have);
            if (node->leader->incomplete)
                set_satisfied(node, true);
            return;
        }
        if (!mda_plan_probe(plan, node->ttl + 1, flow))
            return;
    }
}

/* Returns the flow to be repeated: one that was answered at the next hop. */
static uint32_t test_flow(const struct mda *mda, const struct mda_node *node)
{
    uint32_t position = 0, flow;

    do {
        flow = mda_node_find(mda, node, MDA_SEEN, &position);
    } while (flow != MDA_NO_FLOW && mda_graph_sight(&mda->graph, node->ttl + 1, flow).vertex->silent);
    return flow;
}

/*
 * Repeats one flow. If its packets have several next hops, that becomes visible with the probability for
 * which the stopping rule takes `probes` different flows. Returns true when the question is decided.
 */
static bool test_packets(struct mda_plan *plan, const struct mda_node *node, unsigned probes)
{
    struct mda_vertex *leader = node->leader;
    unsigned under_way;
    uint32_t flow;

    if (leader->per_packet || leader->repeats + 1 >= probes || leader->repeats_lost > LOST_TIMES * probes)
        return true;
    if (!leader->test_flow) {
        flow = test_flow(plan->mda, node);
        if (flow == MDA_NO_FLOW)
            return true;
        leader->test_flow = flow + 1;
    }
    flow = leader->test_flow - 1;
    under_way = mda_repeats_flying(plan->mda, node->ttl + 1, flow);
    while (leader->repeats + under_way + 1 < probes && mda_plan_probe(plan, node->ttl + 1, flow))
        under_way++;
    return false;
}

/* There is nothing to find behind the target, behind the last TTL, or after too much silence. */
static bool ends_here(const struct mda *mda, const struct mda_node *node)
{
    if (node->leader == mda->graph.source)
        return false;
    return node->flows == node->ended ||
           (mda->config.gap_limit && node->leader->silent_run >= mda->config.gap_limit);
}

/* Searches for the next hops of a node with `branching` branching nodes before it. Returns true where it
 * is known whether flows distinguish its next hops. */
static bool pursue(struct mda_plan *plan, struct mda_node *node, unsigned *branching)
{
    struct mda *mda = plan->mda;
    struct stopping_points *points = mda_points(mda, *branching);
    unsigned least;

    node->leader->incomplete = false;
    set_satisfied(node, true);
    if (!points || ends_here(mda, node))
        return true;
    least = stopping_point(points, 1);
    mda_plan_silence(plan, node, least);
    if (plan->changed)
        return false;
    *branching += node->next_hops > 1;
    explore(plan, node, stopping_point(points, node->next_hops ? node->next_hops : 1));
    return node->next_hops - node->silent_next_hops < 2 || test_packets(plan, node, least);
}

/*
 * Visits nodes by hop and by address, which is the order on which the bound of the whole graph relies
 * (mda.h). Later hops wait for the tests of earlier ones, because these decide whether flows are evidence
 * there.
 */
static void look_at_all(struct mda_plan *plan)
{
    struct mda *mda = plan->mda;
    unsigned branching = 0, first = mda->config.first_ttl;
    struct mda_node node;
    bool tested = true;

    scout(plan);
    for (unsigned ttl = first - 1; ttl < mda->config.max_ttl && tested; ttl++) {
        uint32_t count = ttl < first ? 1 : mda->graph.hops[ttl].count;

        for (uint32_t i = 0; i < count && !plan->changed; i++)
            if (mda_node_at(mda, ttl, i, &node))
                tested &= pursue(plan, &node, &branching);
        find_origins(plan, ttl + 1);
    }
}

void mda_plan(struct mda_plan *plan)
{
    do {
        plan->changed = false;
        look_at_all(plan);
    } while (plan->changed && !plan->mda->graph.failed);
}
