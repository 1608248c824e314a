// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mda_graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int mda_graph_init(struct mda_graph *graph, unsigned first_ttl, unsigned max_ttl, uint32_t flows)
{
    memset(graph, 0, sizeof(*graph));
    graph->first_ttl = first_ttl;
    graph->max_ttl = max_ttl;
    graph->flows = flows;
    graph->source = mda_vertex_create(first_ttl - 1, ADDRESS_NONE, NULL);
    if (!graph->source)
        return -ENOMEM;
    graph->source->supplied = true;
    graph->at_source = (struct mda_sight){.vertex = graph->source, .state = MDA_SEEN};
    return 0;
}

void mda_graph_free(struct mda_graph *graph)
{
    for (unsigned ttl = 0; ttl <= PROBE_MAX_TTL; ttl++) {
        struct mda_hop *hop = &graph->hops[ttl];

        for (uint32_t i = 0; i < hop->count; i++)
            mda_vertex_destroy(hop->vertices[i]);
        free(hop->vertices);
        free(hop->sights);
    }
    mda_vertex_destroy(graph->source);
}

struct mda_sight mda_graph_sight(const struct mda_graph *graph, unsigned ttl, uint32_t flow)
{
    const struct mda_hop *hop = &graph->hops[ttl];

    if (ttl < graph->first_ttl)
        return graph->at_source;
    return flow < hop->sight_capacity ? hop->sights[flow] : (struct mda_sight){.state = MDA_UNSENT};
}

static struct mda_sight *writable_sight(struct mda_graph *graph, unsigned ttl, uint32_t flow)
{
    struct mda_hop *hop = &graph->hops[ttl];
    uint32_t wanted = hop->sight_capacity ? hop->sight_capacity : 16;
    struct mda_sight *grown;

    while (wanted <= flow)
        wanted *= 2;
    if (wanted == hop->sight_capacity)
        return &hop->sights[flow];
    grown = reallocarray(hop->sights, wanted, sizeof(*grown));
    if (!grown) {
        graph->failed = true;
        return NULL;
    }
    memset(grown + hop->sight_capacity, 0, (wanted - hop->sight_capacity) * sizeof(*grown));
    hop->sights = grown;
    hop->sight_capacity = wanted;
    return &grown[flow];
}

/* Inserts `vertex` in the order of addresses. The order matters: see strategy/mda_plan.c. */
static bool insert_vertex(struct mda_hop *hop, struct mda_vertex *vertex, uint32_t at)
{
    if (hop->count == hop->capacity) {
        uint32_t wanted = hop->capacity ? hop->capacity * 2 : 4;
        struct mda_vertex **grown = reallocarray(hop->vertices, wanted, sizeof(struct mda_vertex *));

        if (!grown)
            return false;
        hop->vertices = grown;
        hop->capacity = wanted;
    }
    memmove(hop->vertices + at + 1, hop->vertices + at, (hop->count - at) * sizeof(struct mda_vertex *));
    hop->vertices[at] = vertex;
    hop->count++;
    if (!hop->first)
        hop->first = vertex;
    return true;
}

static struct mda_vertex *find_vertex(struct mda_graph *graph, unsigned ttl, struct address address,
                                      struct mda_vertex *parent)
{
    struct mda_hop *hop = &graph->hops[ttl];
    struct mda_vertex *vertex;
    uint32_t at = 0;

    while (at < hop->count && mda_vertex_compare(hop->vertices[at], address, parent) < 0)
        at++;
    if (at < hop->count && mda_vertex_compare(hop->vertices[at], address, parent) == 0)
        return hop->vertices[at];

    vertex = mda_vertex_create(ttl, address, parent);
    if (vertex && insert_vertex(hop, vertex, at))
        return vertex;
    mda_vertex_destroy(vertex);
    graph->failed = true;
    return NULL;
}

struct mda_vertex *mda_graph_vertex(struct mda_graph *graph, unsigned ttl, struct address address)
{
    return find_vertex(graph, ttl, address, NULL);
}

struct mda_vertex *mda_graph_silent(struct mda_graph *graph, struct mda_vertex *parent)
{
    return find_vertex(graph, parent->ttl + 1U, ADDRESS_NONE, parent);
}

void mda_graph_add_edge(struct mda_graph *graph, struct mda_vertex *from, struct mda_vertex *to)
{
    if (mda_vertex_add_edge(from, to))
        graph->failed = true;
}

/* Counts the state of one of `vertex`'s flows at the next hop. */
static void count_after(struct mda_graph *graph, struct mda_vertex *vertex, const struct mda_sight *next)
{
    vertex->after[next->state]++;
    if (next->state == MDA_SEEN)
        mda_graph_add_edge(graph, vertex, next->vertex);
}

static void discount_after(struct mda_vertex *vertex, const struct mda_sight *next)
{
    vertex->after[next->state]--;
    if (next->state == MDA_SEEN)
        mda_vertex_remove_edge(vertex, next->vertex);
}

/* Removes a sight from the counts of its hop, and of the vertices before and here. */
static void take_out(struct mda_graph *graph, unsigned ttl, uint32_t flow, const struct mda_sight *sight)
{
    struct mda_sight before = mda_graph_sight(graph, ttl - 1, flow);
    struct mda_sight after = mda_graph_sight(graph, ttl + 1, flow);

    graph->hops[ttl].state[sight->state]--;
    if (before.state == MDA_SEEN)
        discount_after(before.vertex, sight);
    if (sight->state == MDA_SEEN) {
        discount_after(sight->vertex, &after);
        mda_vertex_remove_flow(sight->vertex, flow, sight->ended);
    }
}

static void put_in(struct mda_graph *graph, unsigned ttl, uint32_t flow, const struct mda_sight *sight)
{
    struct mda_sight before = mda_graph_sight(graph, ttl - 1, flow);
    struct mda_sight after = mda_graph_sight(graph, ttl + 1, flow);

    graph->hops[ttl].state[sight->state]++;
    if (before.state == MDA_SEEN)
        count_after(graph, before.vertex, sight);
    if (sight->state == MDA_SEEN) {
        count_after(graph, sight->vertex, &after);
        if (mda_vertex_add_flow(sight->vertex, flow, sight->ended))
            graph->failed = true;
        sight->vertex->found_at = graph->hops[ttl].sent;
    }
}

void mda_graph_set(struct mda_graph *graph, unsigned ttl, uint32_t flow, struct mda_sight sight)
{
    struct mda_sight *place = writable_sight(graph, ttl, flow);

    if (!place)
        return;
    take_out(graph, ttl, flow, place);
    *place = sight;
    put_in(graph, ttl, flow, place);

    /* A flow's end at the next hop counts there only if the flow is known to come that far. */
    struct mda_sight after = mda_graph_sight(graph, ttl + 1, flow);
    enum mda_sight_state state = sight.state == MDA_SEEN && !sight.ended ? MDA_SEEN : MDA_BEYOND;
    if (after.ended && after.state != state) {
        after.state = (uint8_t)state;
        mda_graph_set(graph, ttl + 1, flow, after);
    }
}

unsigned mda_hop_width(const struct mda_hop *hop)
{
    unsigned width = 0;

    for (uint32_t i = 0; i < hop->count; i++)
        width += mda_vertex_is_there(hop->vertices[i]);
    return width;
}

unsigned mda_graph_length(const struct mda_graph *graph)
{
    unsigned ttl = graph->max_ttl;

    while (ttl >= graph->first_ttl && !mda_hop_width(&graph->hops[ttl]))
        ttl--;
    return ttl;
}

bool mda_graph_certain(const struct mda_graph *graph, unsigned ttl)
{
    return !graph->hops[ttl].mixed || mda_hop_width(&graph->hops[ttl + 1]) <= 1;
}

bool mda_is_per_packet(const struct mda_graph *graph, const struct mda_vertex *vertex)
{
    return vertex->per_packet && !graph->hops[vertex->ttl].mixed;
}

/* Returns the only vertex of a hop, or NULL where there are none or several. */
static struct mda_vertex *only_vertex(const struct mda_hop *hop)
{
    struct mda_vertex *only = NULL;

    for (uint32_t i = 0; i < hop->count; i++)
        if (mda_vertex_is_there(hop->vertices[i])) {
            if (only)
                return NULL;
            only = hop->vertices[i];
        }
    return only;
}

void mda_graph_complete_edges(struct mda_graph *graph)
{
    for (unsigned ttl = graph->first_ttl; ttl < graph->max_ttl; ttl++) {
        struct mda_hop *hop = &graph->hops[ttl];
        struct mda_vertex *only = hop->mixed ? only_vertex(&graph->hops[ttl + 1]) : NULL;

        for (uint32_t i = 0; only && i < hop->count; i++) {
            struct mda_vertex *vertex = hop->vertices[i];

            if (mda_vertex_is_there(vertex) && !vertex->from_target && !vertex->ended && !vertex->edge_count)
                mda_graph_add_edge(graph, vertex, only);
        }
    }
}
