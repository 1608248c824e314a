// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/edge_graph.h"

#include <errno.h>
#include <stdlib.h>

#include "base/address_text.h"
#include "base/list_file.h"
#include "base/log.h"
#include "sim/node_number.h"
#include "sim_edges.h"

static int refuse_memory(const char *path)
{
    log_error("sim: %s: out of memory for its graph", path);
    return -ENOMEM;
}

static int refuse_node(const struct edge_graph *graph, const char *path, uint32_t node, const char *why)
{
    char address[ADDRESS_TEXT_SIZE], source[ADDRESS_TEXT_SIZE];

    address_format(node_number_address(&graph->names, edge_graph_number(graph, node)), address);
    address_format(node_number_address(&graph->names, edge_graph_number(graph, 0)), source);
    log_error("sim: %s: %s %s %s, where the first line starts", path, address, why, source);
    return -EINVAL;
}

static int read_node(struct edge_graph *graph, struct list_file *file, const char *word, uint32_t *number)
{
    int error = word ? node_number_read(&graph->names, word, number) : -EINVAL;

    if (error == -ENOMEM)
        return refuse_memory(file->name);
    if (error || !node_number_is_place(&graph->names, *number))
        return list_file_refuse(file,
                                "'%.40s' is not an address: each line has two, such as 192.0.2.1 192.0.2.2",
                                word ? word : "");
    return 0;
}

static int add_node(struct edge_graph *graph, uint32_t number, uint64_t *node)
{
    size_t index = 0;

    if (u64_set_add(&graph->numbers, number) < 0)
        return -ENOMEM;
    u64_set_find(&graph->numbers, number, &index);
    *node = index;
    return 0;
}

static int read_edge(void *context, struct list_file *file)
{
    struct edge_graph *graph = context;
    const char *from_word = list_file_word(file), *to_word = list_file_word(file);
    uint32_t from_number = 0, to_number = 0;
    uint64_t from, to;
    int error = read_node(graph, file, from_word, &from_number);

    error = error ? error : read_node(graph, file, to_word, &to_number);
    if (error)
        return error;
    if (list_file_word(file))
        return list_file_refuse(file, "has more than two addresses");
    if (from_number == to_number)
        return list_file_refuse(file, "leads from %s to itself", from_word);
    if (add_node(graph, from_number, &from) || add_node(graph, to_number, &to) ||
        u64_set_add(&graph->edges, from << 32 | to) < 0)
        return refuse_memory(file->name);
    if (from != 0 &&
        node_number_family(&graph->names, from_number) != node_number_family(&graph->names, to_number))
        return list_file_refuse(file,
                                "leads from one family to the other, which is possible only from the source");
    return 0;
}

static int read_edges(struct edge_graph *graph, const char *path)
{
    struct list_file file;
    int result = list_file_read(&file, path, read_edge, graph);

    if (result && file.error.text[0])
        log_error("sim: %s", file.error.text);
    if (result || graph->edges.count)
        return result;
    log_error("sim: %s: has no edge: each line has the addresses of two nodes, the source first", path);
    return -EINVAL;
}

/* Sorts the edges by their start, keeping the order of the file (counting sort). */
static int group_edges(struct edge_graph *graph)
{
    uint32_t nodes = edge_graph_nodes(graph);

    graph->start = calloc(nodes + 2UL, sizeof(*graph->start));
    graph->out = calloc(graph->edges.count, sizeof(*graph->out));
    if (!graph->start || !graph->out)
        return -ENOMEM;
    for (size_t i = 0; i < graph->edges.count; i++)
        graph->start[(graph->edges.keys[i] >> 32) + 2]++;
    for (uint32_t i = 2; i <= nodes; i++)
        graph->start[i] += graph->start[i - 1];
    for (size_t i = 0; i < graph->edges.count; i++)
        graph->out[graph->start[(graph->edges.keys[i] >> 32) + 1]++] = (uint32_t)graph->edges.keys[i];
    return 0;
}

/* Sorts the nodes so that all edges lead forward (Kahn, 1962), as far as they can be reached from the source.
 * Returns how many these are. `waiting` counts the edges to each node that were not followed yet. */
static uint32_t sort_nodes(struct edge_graph *graph, uint32_t *waiting)
{
    uint32_t sorted = 0;

    for (size_t i = 0; i < graph->edges.count; i++)
        waiting[graph->out[i]]++;
    if (waiting[0] == 0)
        graph->order[sorted++] = 0;
    for (uint32_t done = 0; done < sorted; done++) {
        uint32_t node = graph->order[done];

        for (uint32_t i = graph->start[node]; i < graph->start[node + 1]; i++)
            if (--waiting[graph->out[i]] == 0)
                graph->order[sorted++] = graph->out[i];
    }
    return sorted;
}

/* If not all nodes could be sorted: reports the reason for one of them. */
static int refuse_order(const struct edge_graph *graph, const char *path, const uint32_t *waiting)
{
    uint32_t *entered = calloc(edge_graph_nodes(graph), sizeof(*entered)), node = 0;
    int error;

    if (!entered)
        return refuse_memory(path);
    for (size_t i = 0; i < graph->edges.count; i++)
        entered[graph->out[i]] = 1;
    for (node = 1; node < edge_graph_nodes(graph) && entered[node]; node++)
        ;
    if (node < edge_graph_nodes(graph)) {
        error = refuse_node(graph, path, node, "is not reached by any edge, and is not");
    } else {
        for (node = 0; waiting[node] == 0; node++)
            ;
        error = refuse_node(graph, path, node, "lies on a cycle, or behind one, as seen from");
    }
    free(entered);
    return error;
}

/* Sets `depth`, all zeros before, to the length of the longest path to each node. */
static int check_depth(const struct edge_graph *graph, const char *path, uint32_t *depth)
{
    for (uint32_t i = 0; i < edge_graph_nodes(graph); i++) {
        uint32_t node = graph->order[i];

        if (depth[node] > SIM_EDGES_MAX_DEPTH)
            return refuse_node(graph, path, node, "is more than 64 hops away from");
        for (uint32_t edge = graph->start[node]; edge < graph->start[node + 1]; edge++)
            if (depth[graph->out[edge]] <= depth[node])
                depth[graph->out[edge]] = depth[node] + 1;
    }
    return 0;
}

static int check(struct edge_graph *graph, const char *path)
{
    uint32_t *counts = calloc(edge_graph_nodes(graph), sizeof(*counts));
    int error;

    graph->order = calloc(edge_graph_nodes(graph), sizeof(*graph->order));
    if (!counts || !graph->order)
        error = refuse_memory(path);
    else if (sort_nodes(graph, counts) < edge_graph_nodes(graph))
        error = refuse_order(graph, path, counts);
    else
        error = check_depth(graph, path, counts); /* all counts are 0 again */
    free(counts);
    return error;
}

int edge_graph_read(struct edge_graph *graph, const char *path)
{
    int error;

    *graph = (struct edge_graph){.order = NULL};
    error = read_edges(graph, path);
    if (!error && group_edges(graph))
        error = refuse_memory(path);
    return error ? error : check(graph, path);
}

void edge_graph_free(struct edge_graph *graph)
{
    address_numbers_free(&graph->names);
    u64_set_free(&graph->numbers);
    u64_set_free(&graph->edges);
    free(graph->out);
    free(graph->start);
    free(graph->order);
}
