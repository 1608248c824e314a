// SPDX-License-Identifier: GPL-2.0-or-later
/* All addresses of a router: what resolving aliases should find. */
#pragma once

#include <stddef.h>

#include "sim_topology.h"

enum {
    SIM_ROUTER_ADDRESSES_MOST =
        5, /* a border router: its first, and the ends of links to four core routers */
};

/* sim_router_addresses() writes the numbers of all addresses that the router of a hop has, its first one before the others;
 * returns how many: 1, where it has no other. */
size_t sim_router_addresses(const struct sim_topology *topology, uint32_t router,
                            uint32_t out[SIM_ROUTER_ADDRESSES_MOST]);
