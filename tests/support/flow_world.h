// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many targets, each behind its own network of load balancers: the same graph of edges, in which each node
 * chooses by a hash of itself, the target and the flow, or of the probed address, or of the packet. In
 * virtual time; used by the unit tests of the multipath strategy and by bench_multipath.c.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sim/edge_graph.h"
#include "strategy/strategy.h"

enum {
    FLOW_WORLD_NODES = 512,
};

struct flow_world {
    struct edge_graph graph;
    bool silent[FLOW_WORLD_NODES], by_packet[FLOW_WORLD_NODES],
        by_address[FLOW_WORLD_NODES]; /* nodes that are */
    double loss;                      /* of probes and answers together */
    uint64_t seed;
};

struct flow_world_config {
    const struct strategy_ops *ops;
    const void *options; /* NULL: the strategy's defaults */
    unsigned targets, flows, max_ttl;
    enum flows_by flows_by;
    uint64_t pause_at; /* number of probes after which the strategy is saved and another one continues; 0:
                          never */
};

struct flow_world_outcome {
    uint64_t probes, twice; /* of these, those that were sent twice */
    uint64_t missed;        /* targets of which a link or a first hop was not found */
    uint64_t links, all_links;
    double seconds; /* of virtual time */
    bool ended;     /* false: it made no progress, or broke its contract */
};

/* flow_world_read() reads a graph from text, "from to" a line; asserts success by abort(). */
void flow_world_read(struct flow_world *world, const char *edges);

/* flow_world_set() marks the node with an address, in one of the arrays. */
void flow_world_mark(const struct flow_world *world, bool *marks, uint32_t address);

/* flow_world_run() returns 0, -ENOMEM, or the error of open(). `strategy`, unless it is NULL, gets the
 * strategy afterwards, which the caller may examine and must close. */
int flow_world_run(const struct flow_world *world, const struct flow_world_config *config,
                   struct flow_world_outcome *out, struct strategy **strategy);
