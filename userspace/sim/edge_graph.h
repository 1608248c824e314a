// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The graph of an edges file, read and checked: it has one source, from which every node can be reached, and
 * no cycle. Nodes are numbered in the order of their first appearance; the source is 0.
 */
#pragma once

#include <stdint.h>

#include "base/address_numbers.h"
#include "base/u64_set.h"

struct edge_graph {
    struct u64_set numbers; /* of the nodes (node_number.h), by index */
    struct u64_set edges;   /* from << 32 | to */
    struct address_numbers names;
    uint32_t *out; /* successors, grouped by node: out[start[n]] … out[start[n + 1] - 1] */
    uint32_t *start;
    uint32_t *order; /* all nodes, each before its successors */
};

static inline uint32_t edge_graph_nodes(const struct edge_graph *graph)
{
    return (uint32_t)graph->numbers.count;
}

static inline uint32_t edge_graph_number(const struct edge_graph *graph, uint32_t node)
{
    return (uint32_t)graph->numbers.keys[node];
}

static inline uint32_t edge_graph_degree(const struct edge_graph *graph, uint32_t node)
{
    return graph->start[node + 1] - graph->start[node];
}

/* edge_graph_read() reads `path`. Returns 0, or a negative errno after one line on stderr. Call
 * edge_graph_free() in either case. */
int edge_graph_read(struct edge_graph *graph, const char *path);
void edge_graph_free(struct edge_graph *graph);
