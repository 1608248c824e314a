// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A load-balanced graph without cycles, walked from its source. At a node with several edges, a hash of the
 * flow chooses one, independently at each node. The entry of a target is the source of the part of the graph
 * from which the target can be reached, so that every walk ends at the target, after any number of hops.
 */
#pragma once

#include "sim_cells.h"
#include "sim_hop.h"

/* As for routes: replies from a greater distance would not arrive. */
#define SIM_EDGES_MAX_DEPTH SIM_HOST_INITIAL_TTL

/* sim_edges_hop() implements sim_hop() for this kind. */
static inline void sim_edges_hop(const struct sim_cells *cells, uint32_t target, uint64_t flow, uint8_t ttl,
                                 struct sim_hop *hop)
{
    uint32_t at = sim_entry(cells, target);

    if (!at)
        return;
    for (uint32_t depth = 1; depth <= SIM_EDGES_MAX_DEPTH; depth++) {
        const union sim_cell *node = sim_cell(cells, at);
        if (!node)
            return;
        uint32_t chosen = sim_choose(flow, at, node->node.edge_count);
        const union sim_cell *edge = sim_cell(cells, node->node.edges + chosen);
        if (!edge)
            return;
        at = edge->edge.node;
        if (at != 0 && depth < ttl)
            continue;
        hop->kind = at ? SIM_HOP_ROUTER : SIM_HOP_TARGET;
        hop->address = edge->edge.address;
        hop->distance = (uint8_t)depth;
        hop->answers = true;
        hop->reply_ttl = (uint8_t)((at ? SIM_ROUTER_INITIAL_TTL : SIM_HOST_INITIAL_TTL) - (depth - 1));
        return;
    }
}
