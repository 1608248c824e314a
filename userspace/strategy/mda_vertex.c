// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mda_vertex.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for one more element behind `count` elements. Returns NULL when memory is short. */
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

struct mda_vertex *mda_vertex_create(unsigned ttl, struct address address, struct mda_vertex *parent)
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

int mda_vertex_compare(const struct mda_vertex *vertex, struct address address,
                       const struct mda_vertex *parent)
{
    int order = address_compare(vertex->address, address);

    if (order)
        return order;
    if (vertex->parent == parent)
        return 0;
    if (!vertex->parent || !parent)
        return vertex->parent ? 1 : -1;
    return mda_vertex_compare(vertex->parent, parent->address, parent->parent);
}

/* Returns the index of an edge, or where it belongs, in the list, which is sorted by the vertices to which
 * edges lead. */
static uint32_t edge_place(const struct mda_vertex *from, const struct mda_vertex *to)
{
    uint32_t i = 0;

    while (i < from->edge_count && mda_vertex_compare(from->edges[i].to, to->address, to->parent) < 0)
        i++;
    return i;
}

bool mda_vertex_leads_to(const struct mda_vertex *from, const struct mda_vertex *to)
{
    uint32_t i = edge_place(from, to);

    return i < from->edge_count && from->edges[i].to == to;
}

int mda_vertex_add_edge(struct mda_vertex *from, struct mda_vertex *to)
{
    uint32_t i = edge_place(from, to);
    struct mda_edge *grown;

    if (i < from->edge_count && from->edges[i].to == to) {
        from->edges[i].seen++;
        return 0;
    }
    grown = grow(from->edges, from->edge_count, &from->edge_capacity, sizeof(*grown));
    if (!grown)
        return -ENOMEM;
    from->edges = grown;
    memmove(grown + i + 1, grown + i, (from->edge_count++ - i) * sizeof(*grown));
    grown[i] = (struct mda_edge){.to = to, .seen = 1};
    to->before++;
    return 0;
}

void mda_vertex_remove_edge(struct mda_vertex *from, struct mda_vertex *to)
{
    uint32_t i = edge_place(from, to);

    if (i == from->edge_count || from->edges[i].to != to || --from->edges[i].seen)
        return;
    from->edge_count--;
    memmove(from->edges + i, from->edges + i + 1, (from->edge_count - i) * sizeof(*from->edges));
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
