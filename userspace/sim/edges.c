// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The kind "edges": a file of `from to` pairs, the source first (the format of fakeroute).
 * include/sim_edges.h defines its cells. The graph is written once for each of its ends, reduced to the nodes
 * that lead there.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "sim/cells.h"
#include "sim/edge_graph.h"
#include "sim/kind.h"

struct writer {
    const struct edge_graph *graph;
    struct cell_list cells;
    uint32_t *cell; /* of each node that leads to the current end; 0: it does not */
};

static bool leads_on(const struct writer *writer, uint32_t node, uint32_t end)
{
    const struct edge_graph *graph = writer->graph;

    for (uint32_t i = graph->start[node]; i < graph->start[node + 1]; i++)
        if (graph->out[i] == end || writer->cell[graph->out[i]])
            return true;
    return false;
}

/* Gives each node that leads to `end` its cell; the source comes last. */
static int write_nodes(struct writer *writer, uint32_t end)
{
    uint32_t nodes = edge_graph_nodes(writer->graph);

    memset(writer->cell, 0, nodes * sizeof(*writer->cell));
    for (uint32_t i = nodes; i-- > 0;) {
        uint32_t node = writer->graph->order[i];
        int error = 0;

        if (leads_on(writer, node, end))
            error = cell_list_add(&writer->cells, (union sim_cell){.node = {0}}, &writer->cell[node]);
        if (error)
            return error;
    }
    return 0;
}

static int write_edges_of(struct writer *writer, uint32_t node, uint32_t end)
{
    const struct edge_graph *graph = writer->graph;
    uint32_t first = 0, count = 0;

    for (uint32_t i = graph->start[node]; i < graph->start[node + 1]; i++) {
        uint32_t to = graph->out[i];
        const union sim_cell edge = {.edge = {edge_graph_number(graph, to), writer->cell[to]}};

        if (to != end && !writer->cell[to])
            continue;
        int error = cell_list_add(&writer->cells, edge, count++ ? NULL : &first);
        if (error)
            return error;
    }
    *cell_list_at(&writer->cells, writer->cell[node]) = (union sim_cell){.node = {first, count}};
    return 0;
}

static int write_part(struct writer *writer, uint32_t end, union sim_cell *slot)
{
    int error = write_nodes(writer, end);

    for (uint32_t node = 0; node < edge_graph_nodes(writer->graph) && !error; node++)
        if (writer->cell[node])
            error = write_edges_of(writer, node, end);
    slot->slot.target = edge_graph_number(writer->graph, end);
    slot->slot.entry = writer->cell[0];
    return error;
}

static int write_all(struct writer *writer, union sim_cell *slots, struct sim_cells *out)
{
    uint32_t ends = 0;

    for (uint32_t node = 0; node < edge_graph_nodes(writer->graph); node++) {
        int error = 0;

        if (edge_graph_degree(writer->graph, node) == 0)
            error = write_part(writer, node, &slots[ends++]);
        if (error)
            return error;
    }
    int error = cell_list_name(&writer->cells, &writer->graph->names, out);

    return error ? error : cell_list_index(&writer->cells, slots, ends, out);
}

static int write_cells(const struct edge_graph *graph, struct sim_cells *out)
{
    uint32_t nodes = edge_graph_nodes(graph);
    struct writer writer = {.graph = graph, .cell = calloc(nodes, sizeof(*writer.cell))};
    union sim_cell *slots = calloc(nodes, sizeof(*slots));
    int error = writer.cell && slots ? write_all(&writer, slots, out) : -ENOMEM;

    free(slots);
    free(writer.cell);
    cell_list_free(&writer.cells);
    return error;
}

static int make_edges(const struct sim_behaviour *behaviour, const char *argument,
                      struct sim_topology *topology)
{
    struct edge_graph graph;
    int error = edge_graph_read(&graph, argument);

    *topology = (struct sim_topology){.kind = SIM_EDGES, .flow_key = mix64(behaviour->seed)};
    if (!error) {
        error = write_cells(&graph, &topology->cells);
        if (error)
            log_error("sim: %s: %s", argument,
                      error == -E2BIG ? "has too many ends for its size" : "out of memory for its graph");
    }
    edge_graph_free(&graph);
    return error;
}

const struct sim_kind sim_kind_edges = {.name = "edges",
                                        .argument = ":FILE",
                                        .help = "a graph, one link per line",
                                        .make = make_edges,
                                        .as_given = true};
