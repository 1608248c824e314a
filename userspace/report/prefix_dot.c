// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/prefix_dot.h"

#include <errno.h>
#include <stdlib.h>

#include "base/address_order.h"
#include "base/u64_set.h"
#include "output/dot.h"

/* An interface at a hop. */
struct vertex {
    struct address address;
    uint32_t rtt_us; /* the lowest */
    uint8_t ttl;     /* 0: the source */
    bool is_target;
};

struct picture {
    struct vertex *vertices; /* sorted by TTL and address, the source first */
    size_t count;
    struct u64_set edges; /* places of two vertices */
};

static int compare_vertices(const void *left, const void *right)
{
    const struct vertex *a = left, *b = right;

    return a->ttl != b->ttl ? a->ttl - b->ttl : address_order(a->address, b->address);
}

static struct vertex vertex_of(const struct ways_hop *hop, const struct address_numbers *interfaces)
{
    return (struct vertex){interfaces->addresses[hop->interface], hop->rtt_us, hop->ttl, hop->is_target};
}

/* Merges two equal vertices. */
static void join(struct vertex *into, const struct vertex *vertex)
{
    into->rtt_us = vertex->rtt_us < into->rtt_us ? vertex->rtt_us : into->rtt_us;
    into->is_target |= vertex->is_target;
}

static int find_vertices(struct picture *picture, const struct prefix_ways *ways,
                         const struct address_numbers *interfaces)
{
    struct vertex *all = calloc(ways->count + 1, sizeof(*all));

    picture->vertices = all;
    if (!all)
        return -ENOMEM;
    for (size_t i = 0; i < ways->count; i++)
        all[i + 1] = vertex_of(&ways->hops[i], interfaces);
    qsort(all, ways->count + 1, sizeof(*all), compare_vertices);
    for (size_t i = 0; i <= ways->count; i++) {
        if (picture->count && !compare_vertices(&all[picture->count - 1], &all[i]))
            join(&all[picture->count - 1], &all[i]);
        else
            all[picture->count++] = all[i];
    }
    return 0;
}

static uint64_t place_of(const struct picture *picture, const struct ways_hop *hop,
                         const struct address_numbers *interfaces)
{
    const struct vertex vertex = vertex_of(hop, interfaces);
    const struct vertex *found =
        bsearch(&vertex, picture->vertices, picture->count, sizeof(*picture->vertices), compare_vertices);

    return (uint64_t)(found - picture->vertices);
}

static int compare_edges(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static int find_edges(struct picture *picture, const struct prefix_ways *ways,
                      const struct address_numbers *interfaces)
{
    uint64_t before = 0;
    int added = 0;

    for (size_t i = 0; i < ways->count && added >= 0; i++) {
        uint64_t here = place_of(picture, &ways->hops[i], interfaces);

        if (!i || ways->hops[i - 1].walk != ways->hops[i].walk)
            before = 0;
        added = u64_set_add(&picture->edges, before << 32 | here);
        before = here;
    }
    if (picture->edges.count)
        qsort(picture->edges.keys, picture->edges.count, sizeof(uint64_t), compare_edges);
    return added < 0 ? added : 0;
}

static const char *id_of(const struct vertex *vertex, char text[DOT_ID_SIZE])
{
    return vertex->ttl ? dot_id(vertex->ttl, vertex->address, text) : DOT_SOURCE;
}

static void print_vertex(const struct vertex *vertex, FILE *out)
{
    char id[DOT_ID_SIZE], address[ADDRESS_TEXT_SIZE];

    address_format(vertex->address, address);
    fprintf(out, "    \"%s\" [label=\"%s", id_of(vertex, id), address);
    if (vertex->rtt_us != RECORD_NO_RTT)
        fprintf(out, "\\n%.3f ms", vertex->rtt_us / 1000.0);
    fprintf(out, "\"%s];\n", vertex->is_target ? ", peripheries=2" : "");
}

static void print_edge(const struct picture *picture, uint64_t edge, FILE *out)
{
    const struct vertex *from = &picture->vertices[edge >> 32], *to = &picture->vertices[(uint32_t)edge];
    char names[2][DOT_ID_SIZE];

    dot_edge(id_of(from, names[0]), id_of(to, names[1]), to->ttl - from->ttl > 1 ? " [style=dotted]" : "",
             out);
}

/* Prints the vertices of a hop, from `first` on, on one rank. Returns how many. */
static size_t print_hop(const struct picture *picture, size_t first, FILE *out)
{
    const struct vertex *vertices = &picture->vertices[first];
    char id[DOT_ID_SIZE];
    size_t count = 0;

    for (; first + count < picture->count && vertices[count].ttl == vertices->ttl; count++)
        print_vertex(&vertices[count], out);
    fputs("    { rank=same;", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, " \"%s\";", id_of(&vertices[i], id));
    fputs(" }\n", out);
    return count;
}

static void print(const struct picture *picture, const char *name, FILE *out)
{
    dot_begin(name, out);
    for (size_t first = 1; first < picture->count;)
        first += print_hop(picture, first, out);
    for (size_t i = 0; i < picture->edges.count; i++)
        print_edge(picture, picture->edges.keys[i], out);
    dot_end(out);
}

int prefix_dot_print(const struct prefix_ways *ways, const struct address_numbers *interfaces,
                     const char *name, FILE *out)
{
    struct picture picture = {0};
    int error = find_vertices(&picture, ways, interfaces);

    if (!error)
        error = find_edges(&picture, ways, interfaces);
    if (!error)
        print(&picture, name, out);
    free(picture.vertices);
    u64_set_free(&picture.edges);
    return error;
}
