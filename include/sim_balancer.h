// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A load balancer in the synthetic Internet: by what it chooses, how many ways it has, and which parts of the
 * path are parallel.
 *
 *   transit   … - transit - transit a - border …      the last transit router is one of several
 *                        \ transit b /
 *   core      border - core a - interior …            the core router is
 *   long      border - core a - interior a - …        core router and the next one are: parallel chains
 *                    \ core b - interior b /
 *   detour    core ------------- interior …           ways of unequal length: all but one have a router more
 *                  \ detour a /
 *
 * Shares: Augustin, Friedman and Teixeira, "Measuring Multipath Routing in the Internet" (IEEE/ACM ToN 2011)
 * found per-packet balancers on 1.9 % of paths, and any balancers on 39 %; most have two ways, the widest
 * sixteen. Vermeulen et al., "Multilevel MDA-Lite Paris Traceroute" (IMC 2018) found rare ones that are far
 * wider.
 */
#pragma once

#include "mix.h"

enum sim_balancing {
    SIM_BALANCE_NOTHING,
    SIM_BALANCE_FLOWS,        /* by addresses, protocol and ports */
    SIM_BALANCE_DESTINATIONS, /* by the target */
    SIM_BALANCE_PACKETS,      /* packet by packet */
};

#define SIM_BALANCE_TRANSIT  1
#define SIM_BALANCE_CORE     2
#define SIM_BALANCE_INTERIOR 4
#define SIM_BALANCE_DETOUR   8

#define SIM_WIDEST         32 /* transit; elsewhere SIM_WIDEST_NETWORK */
#define SIM_WIDEST_NETWORK 16

struct sim_balancer {
    uint8_t by;     /* enum sim_balancing */
    uint8_t places; /* of SIM_BALANCE_TRANSIT and the others */
    uint8_t width;  /* ways */
    uint8_t way;    /* the way of the packet, from 0; 0 is the way in a world without balancers */
};

/* Of 256 balancers, 13 choose by packet, 77 by destination, the others by flow. */
static inline uint8_t sim_balancing_drawn(uint32_t byte)
{
    if (byte < 13)
        return SIM_BALANCE_PACKETS;
    return byte < 90 ? SIM_BALANCE_DESTINATIONS : SIM_BALANCE_FLOWS;
}

/* Half of all have 2 ways; one in sixteen each has 5, 6, 8 and 16; one in eight of those with 16 has 32
 * instead. */
static inline uint8_t sim_balancer_width(uint32_t drawn)
{
    uint32_t width = 1 + (uint32_t)(0xf754332211111111ULL >> (drawn & 15) * 4 & 15);

    return (uint8_t)(width == SIM_WIDEST_NETWORK && (drawn >> 4 & 7) == 0 ? SIM_WIDEST : width);
}

/* Of eight balancers three are transit, two core, and one each transit and core, long, and detour. */
static inline uint8_t sim_balancer_places(uint32_t drawn, bool has_transit)
{
    uint8_t places = (uint8_t)(0x86322111U >> (drawn & 7) * 4 & 15);

    if (places & SIM_BALANCE_TRANSIT && !has_transit)
        return SIM_BALANCE_CORE;
    return places;
}

/* sim_balancer_draw() derives a balancer from `hash`. The ways of a per-packet balancer have only one router:
 * with ways of unequal length, a target would have two distances at the same time. */
static inline struct sim_balancer sim_balancer_draw(uint64_t hash, bool has_transit)
{
    struct sim_balancer balancer = {
        .by = sim_balancing_drawn((uint32_t)hash & 0xff),
        .width = sim_balancer_width((uint32_t)hash >> 8),
        .places = sim_balancer_places((uint32_t)hash >> 16, has_transit),
    };

    if (balancer.places != SIM_BALANCE_TRANSIT && balancer.width > SIM_WIDEST_NETWORK)
        balancer.width = SIM_WIDEST_NETWORK;
    if (balancer.places & (SIM_BALANCE_INTERIOR | SIM_BALANCE_DETOUR) && balancer.by == SIM_BALANCE_PACKETS)
        balancer.by = SIM_BALANCE_FLOWS;
    return balancer;
}

/* sim_balancer_way() returns the way of a packet. `flow` and `packet` matter only if the balancer chooses by
 * them. */
static inline uint8_t sim_balancer_way(const struct sim_balancer *balancer, uint64_t key, uint32_t target,
                                       uint64_t flow, uint32_t packet)
{
    uint64_t number = packet;

    if (balancer->by == SIM_BALANCE_FLOWS)
        number = keyed_mix(flow, key);
    else if (balancer->by == SIM_BALANCE_DESTINATIONS)
        number = keyed_mix(target, key);
    return (uint8_t)(number * balancer->width >> 32);
}
