// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is true in a simulated Internet about the targets of a survey: the routes to them, and what these are made of, told
 * as they are walked. Nothing is stored, so that a truth may have any size: truth_lines.h writes it, score_world.h
 * holds results against it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address_pair.h"
#include "packet/layout.h"
#include "sim/router_addresses.h"
#include "sim_topology.h"
#include "target/address_set.h"
#include "target/targets.h"

/* sim_truth_host() is the host's own addresses, of which a survey has chosen others perhaps. */
static inline struct address_pair sim_truth_host(void)
{
    return (struct address_pair){sim_address(SIM_HOST_ADDRESS, FAMILY_IPV4),
                                 sim_address(SIM_HOST_ADDRESS, FAMILY_IPV6)};
}

/* The survey whose probes decide what is visible. */
struct sim_truth {
    const struct sim_topology *topology;
    const struct targets *targets;
    const struct address_set *blocklist; /* its targets are not probed; NULL: none */
    struct layout_pair layouts;          /* of its probes, which decide their flow */
    /* Where the survey was divided, and its shards had keys of their own: that of target i is i mod `shards`. */
    const struct siphash_key *shard_keys;
    uint32_t shards;            /* 0: all have the key of the layouts */
    struct address_pair source; /* addresses of the prober */
    unsigned min_ttl, max_ttl, flows;
};

/* The path of one flow to one target, as far as PROBE_MAX_TTL. */
struct truth_route {
    struct address target;
    uint16_t flow;
    bool probed;
    bool for_the_way; /* a flow by host, after the first: who answers at its end is not looked for */
    unsigned length;  /* up to the target, or the last hop known */
    struct sim_hop hops[PROBE_MAX_TTL]; /* by TTL - 1 */
    bool visible[PROBE_MAX_TTL];
};

/* A router as it is seen on a route. */
struct truth_interface {
    struct address address;
    uint32_t router; /* its number, 0: it has none */
    bool visible;
};

/* Whom a visit tells what it comes by, in the order of the targets; interfaces and links again and again. Each returns 0
 * or a negative errno, which ends the visit. */
struct truth_visitor {
    void *context;
    /* Of each flow; NULL: not asked for. */
    int (*route)(void *context, const struct sim_topology *topology, const struct truth_route *route);
    /* A target that answers, once after its routes; NULL likewise. */
    int (*target)(void *context, struct address target, bool visible);
    int (*interface)(void *context, const struct truth_interface *interface);
    int (*link)(void *context, struct address from, struct address to, bool visible);
};

/* sim_truth_visit() tells all of it. 0, -ENOMEM, or what the visitor returned. */
int sim_truth_visit(const struct sim_truth *truth, const struct truth_visitor *visitor);

/* truth_is_there() says whether anybody stands at a hop who could be found. */
bool truth_is_there(const struct sim_hop *hop);

/* truth_reaches() says whether the target answers at the end of the route, as a survey's record would tell
 * (record_reaches()): a router that has the target's address is no target, nor is a target that answers with another
 * address. */
bool truth_reaches(const struct sim_topology *topology, const struct truth_route *route);

/* truth_router_key() tells a router in the family in which it was seen from all others; truth_router_addresses() are
 * all addresses that it has there, and how many. */
static inline uint64_t truth_router_key(const struct truth_interface *interface)
{
    return (uint64_t)address_family(interface->address) << 32 | interface->router;
}

size_t truth_router_addresses(const struct sim_topology *topology, uint64_t key,
                              struct address out[SIM_ROUTER_ADDRESSES_MOST]);
