// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mda_node.h"

static void add_vertex(struct mda_node *node, const struct mda_vertex *vertex)
{
    node->flows += vertex->flow_count;
    node->ended += vertex->ended;
    if (vertex->found_at > node->found_at)
        node->found_at = vertex->found_at;
    for (int state = 0; state < MDA_SIGHT_STATES; state++)
        node->after[state] += vertex->after[state];
}

/* For one vertex, counts the ends of its edges; for a whole hop, all vertices of the next hop with an edge
 * to them. */
static void count_next_hops(const struct mda *mda, struct mda_node *node)
{
    const struct mda_hop *next = &mda->graph.hops[node->ttl + 1];
    const struct mda_vertex *vertex = node->vertices[0];

    if (node->count == 1) {
        node->next_hops = vertex->edge_count;
        for (uint32_t i = 0; i < vertex->edge_count; i++)
            node->silent_next_hops += vertex->edges[i].to->silent;
        return;
    }
    for (uint32_t i = 0; i < next->count; i++) {
        node->next_hops += next->vertices[i]->before > 0;
        node->silent_next_hops += next->vertices[i]->before > 0 && next->vertices[i]->silent;
    }
}

static struct mda_node look(struct mda *mda, unsigned ttl, struct mda_vertex *const *vertices, uint32_t count)
{
    struct mda_node node = {.ttl = ttl, .vertices = vertices, .count = count};

    for (uint32_t i = 0; i < count; i++)
        add_vertex(&node, vertices[i]);
    node.leader = mda_tester(mda, vertices[0]);
    count_next_hops(mda, &node);
    return node;
}

struct mda_vertex *mda_tester(struct mda *mda, struct mda_vertex *vertex)
{
    struct mda_hop *hop = &mda->graph.hops[vertex->ttl];

    return hop->mixed ? hop->first : vertex;
}

bool mda_node_at(struct mda *mda, unsigned ttl, uint32_t index, struct mda_node *node)
{
    struct mda_hop *hop = &mda->graph.hops[ttl];

    if (ttl < mda->graph.first_ttl)
        *node = look(mda, ttl, &mda->graph.source, 1);
    else if (!hop->mixed)
        *node = look(mda, ttl, &hop->vertices[index], 1);
    else if (index == 0)
        *node = look(mda, ttl, hop->vertices, hop->count);
    else
        return false;
    return true;
}

struct mda_node mda_node_of(struct mda *mda, struct mda_vertex *vertex)
{
    struct mda_hop *hop = &mda->graph.hops[vertex->ttl];
    uint32_t index = 0;

    if (vertex == mda->graph.source)
        return look(mda, vertex->ttl, &mda->graph.source, 1);
    if (hop->mixed)
        return look(mda, vertex->ttl, hop->vertices, hop->count);
    while (hop->vertices[index] != vertex)
        index++;
    return look(mda, vertex->ttl, &hop->vertices[index], 1);
}

uint32_t mda_fresh_flow(struct mda *mda, unsigned ttl)
{
    struct mda_graph *graph = &mda->graph;
    struct mda_hop *hop = &graph->hops[ttl];

    for (; hop->fresh < graph->flows; hop->fresh++) {
        struct mda_sight before = mda_graph_sight(graph, ttl - 1, hop->fresh);
        bool wanted = before.state == MDA_UNSENT || before.state == MDA_MISSED || before.state == MDA_LOST;

        if (mda_graph_sight(graph, ttl, hop->fresh).state != MDA_UNSENT)
            continue;
        if (wanted || ttl == graph->first_ttl)
            return hop->fresh;
    }
    return MDA_NO_FLOW;
}

static uint32_t vertex_candidate(const struct mda_graph *graph, struct mda_vertex *vertex)
{
    for (; vertex->cursor < vertex->flow_count; vertex->cursor++) {
        uint32_t flow = vertex->flows[vertex->cursor];

        if (mda_graph_sight(graph, vertex->ttl + 1U, flow).state == MDA_UNSENT &&
            !mda_graph_sight(graph, vertex->ttl, flow).ended)
            return flow;
    }
    return MDA_NO_FLOW;
}

uint32_t mda_node_candidate(struct mda *mda, const struct mda_node *node)
{
    uint32_t flow = MDA_NO_FLOW;

    if (node->leader == mda->graph.source)
        return mda_fresh_flow(mda, mda->graph.first_ttl);
    for (uint32_t i = 0; i < node->count && flow == MDA_NO_FLOW; i++)
        flow = vertex_candidate(&mda->graph, node->vertices[i]);
    return flow;
}

/* Returns the node's flow at `position`. */
static uint32_t flow_at(const struct mda *mda, const struct mda_node *node, uint32_t position)
{
    if (node->leader == mda->graph.source)
        return position < mda->graph.hops[mda->graph.first_ttl].sight_capacity ? position : MDA_NO_FLOW;
    for (uint32_t i = 0; i < node->count; i++) {
        if (position < node->vertices[i]->flow_count)
            return node->vertices[i]->flows[position];
        position -= node->vertices[i]->flow_count;
    }
    return MDA_NO_FLOW;
}

uint32_t mda_node_find(const struct mda *mda, const struct mda_node *node, enum mda_sight_state state,
                       uint32_t *position)
{
    for (;;) {
        uint32_t flow = flow_at(mda, node, (*position)++);

        if (flow == MDA_NO_FLOW || mda_graph_sight(&mda->graph, node->ttl + 1, flow).state == state)
            return flow;
    }
}
