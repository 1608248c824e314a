// SPDX-License-Identifier: GPL-2.0-or-later
/* All addresses of a router: what alias resolution should find. */
#pragma once

#include <stddef.h>

#include "sim_topology.h"

enum {
    SIM_ROUTER_ADDRESSES_MOST =
        5, /* of a border router: its own, and the ends of links to four core routers */
};

/* sim_router_addresses() writes the numbers of all addresses of the router of a hop, its own address first.
 * Returns how many: 1 if it has no other. */
size_t sim_router_addresses(const struct sim_topology *topology, uint32_t router,
                            uint32_t out[SIM_ROUTER_ADDRESSES_MOST]);
