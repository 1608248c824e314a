// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Measured routes, replayed. The entry of a target is the first of its routes, which follow each other. Several
 * routes are the alternatives of a load balancer; each flow always takes the same one.
 */
#pragma once

#include "sim_cells.h"
#include "sim_hop.h"

/* With more routers, replies of a target would arrive with a TTL of 0, that is, not at all. */
#define SIM_ROUTE_MAX_LENGTH (SIM_HOST_INITIAL_TTL - 1)

/* sim_route_hop() returns what a probe meets on one given route. If the measurement had no answer from a hop,
 * the hop is nothing, because it is unknown. */
static inline void sim_route_hop(const struct sim_cells *cells, const union sim_cell *route, uint8_t ttl,
                                 struct sim_hop *hop)
{
    uint8_t length = route->route.length, reaches = route->route.reaches;
    bool at_target = ttl > length;
    uint8_t distance = at_target ? length + 1 : ttl;

    if (at_target && !reaches)
        return;

    const union sim_cell *cell = sim_cell(cells, route->route.hops + distance - 1);
    if (!cell || cell->hop.address == 0)
        return;
    hop->kind = at_target ? SIM_HOP_TARGET : SIM_HOP_ROUTER;
    hop->address = cell->hop.address;
    hop->delay_us = cell->hop.delay_us;
    hop->distance = distance;
    hop->answers = true;
    hop->reply_ttl = (uint8_t)((at_target ? SIM_HOST_INITIAL_TTL : SIM_ROUTER_INITIAL_TTL) - (distance - 1));
}

/* sim_routes_hop() implements sim_hop() for this kind. */
static inline void sim_routes_hop(const struct sim_cells *cells, uint32_t target, uint64_t flow, uint8_t ttl,
                                  struct sim_hop *hop)
{
    uint32_t entry = sim_entry(cells, target);
    const union sim_cell *route = entry ? sim_cell(cells, entry) : NULL;

    if (route && route->route.alternatives > 1)
        route = sim_cell(cells, entry + sim_choose(flow, entry, route->route.alternatives));
    if (route)
        sim_route_hop(cells, route, ttl, hop);
}
