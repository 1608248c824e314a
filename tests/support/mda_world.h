// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A network of load balancers for the multipath detection algorithm, in virtual time: a graph of edges of
 * which each node chooses by a hash of itself and the flow, or of the packet. Used by the unit tests and by
 * bench_mda.c.
 */
#pragma once

#include "sim/edge_graph.h"
#include "strategy/mda.h"

enum { WORLD_MAX_NODES = 512 };

/* What a node does besides. */
enum world_habit {
    WORLD_SILENT = 1,
    WORLD_PER_PACKET = 2,
    WORLD_LIMITED = 4, /* answers 10 a second, 6 at once */
    WORLD_REFUSES = 8, /* answers host unreachable to everything that should go further */
};

struct mda_world {
    struct edge_graph graph;
    uint8_t habits[WORLD_MAX_NODES];
    double loss; /* of probes and answers together */
    uint64_t seed;
    uint64_t packets; /* so far */
    uint64_t tokens_ns[WORLD_MAX_NODES];
};

/* What was found, compared with the graph. */
struct mda_verdict {
    unsigned vertices, edges;             /* in the graph: of each hop, those that answer */
    unsigned found_vertices, found_edges; /* of these */
    unsigned false_vertices, false_edges;
};

/* mda_world_target() returns the address of the only node without a next node. */
uint32_t mda_world_target(const struct mda_world *world);

/* mda_world_set() sets the behaviour of the node with an address. */
void mda_world_set(struct mda_world *world, uint32_t address, enum world_habit habit);

/* mda_world_config() is a configuration for a trace of it: 95 % of the graph, all flows, window 64. */
struct mda_config mda_world_config(const struct mda_world *world);

/* mda_world_run() runs the strategy in virtual time until it is done. Returns that time in nanoseconds, or
 * UINT64_MAX if it never ends or breaks its contract. */
uint64_t mda_world_run(struct mda_world *world, struct mda *mda);

/* mda_world_judge() compares, address by address at each hop. Edges from or to silent ones do not count. */
struct mda_verdict mda_world_judge(const struct mda_world *world, const struct mda *mda);

static inline bool mda_verdict_is_whole(const struct mda_verdict *verdict)
{
    return verdict->found_vertices == verdict->vertices && verdict->found_edges == verdict->edges;
}
