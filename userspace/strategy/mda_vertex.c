// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mda_vertex.h"

#include <errno.h>
#include <stdlib.h>

/* Makes room for one more of `count` elements; NULL when memory is short. */
static void *grow(void *elements, uint32_t count, uint32_t *capacity, size_t size)
{
    uint32_t wanted = *capacity ? *capacity * 2 : 4;
    void *grown;

    if (count < *capacity)
        return elements;
    grown = reallocarray(elements, wanted, size);
    if (grown)
        *capacity = wanted;
    return grown;
}

struct mda_vertex *mda_vertex_create(unsigned ttl, uint32_t address, struct mda_vertex *parent)
{
    struct mda_vertex *vertex = calloc(1, sizeof(*vertex));

    if (!vertex)
        return NULL;
    vertex->ttl = (uint8_t)ttl;
    vertex->address = address;
    vertex->parent = parent;
    vertex->silent = parent != NULL;
    if (parent)
        vertex->silent_run = (uint8_t)(parent->silent_run + 1);
    return vertex;
}

void mda_vertex_destroy(struct mda_vertex *vertex)
{
    if (!vertex)
        return;
    free(vertex->flows);
    free(vertex->edges);
    free(vertex);
}

int mda_vertex_compare(const struct mda_vertex *vertex, uint32_t address, const struct mda_vertex *parent)
{
    if (vertex->address != address)
        return vertex->address < address ? -1 : 1;
    if (vertex->parent == parent)
        return 0;
    if (!vertex->parent || !parent)
        return vertex->parent ? 1 : -1;
    return mda_vertex_compare(vertex->parent, parent->address, parent->parent);
}

static struct mda_edge *find_edge(struct mda_vertex *from, const struct mda_vertex *to)
{
    for (uint32_t i = 0; i < from->edge_count; i++)
        if (from->edges[i].to == to)
            return &from->edges[i];
    return NULL;
}

int mda_vertex_add_edge(struct mda_vertex *from, struct mda_vertex *to)
{
    struct mda_edge *edge = find_edge(from, to);

    if (edge) {
        edge->seen++;
        return 0;
    }
    edge = grow(from->edges, from->edge_count, &from->edge_capacity, sizeof(*edge));
    if (!edge)
        return -ENOMEM;
    from->edges = edge;
    from->edges[from->edge_count++] = (struct mda_edge){.to = to, .seen = 1};
    to->before++;
    return 0;
}

void mda_vertex_remove_edge(struct mda_vertex *from, struct mda_vertex *to)
{
    struct mda_edge *edge = find_edge(from, to);

    if (!edge || --edge->seen)
        return;
    *edge = from->edges[--from->edge_count];
    to->before--;
}

int mda_vertex_add_flow(struct mda_vertex *vertex, uint32_t flow, bool ended)
{
    uint32_t *grown = grow(vertex->flows, vertex->flow_count, &vertex->flow_capacity, sizeof(*grown));

    if (!grown)
        return -ENOMEM;
    vertex->flows = grown;
    grown[vertex->flow_count++] = flow;
    vertex->ended += ended;
    return 0;
}

void mda_vertex_remove_flow(struct mda_vertex *vertex, uint32_t flow, bool ended)
{
    for (uint32_t i = 0; i < vertex->flow_count; i++)
        if (vertex->flows[i] == flow) {
            vertex->flows[i] = vertex->flows[--vertex->flow_count];
            vertex->ended -= ended;
            vertex->cursor = 0;
            return;
        }
}
