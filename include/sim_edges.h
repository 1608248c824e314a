// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A load-balanced graph without cycles, walked from its source: wherever several edges lead on, a hash of the
 * flow chooses, at each node independently. The entry of a target is the source of the part of the graph from
 * which that target can be reached, so that each walk ends there, after however many hops.
 */
#pragma once

#include "sim_cells.h"
#include "sim_hop.h"

/* As for routes: replies from farther away would not arrive. */
#define SIM_EDGES_MAX_DEPTH SIM_HOST_INITIAL_TTL

/* sim_edges_hop() is sim_hop() for this kind. */
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
