// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The truth in a simulated Internet about the targets of a survey: the routes to them, and the things on
 * these routes, reported while they are walked. Nothing is stored, so that a truth may have any size:
 * truth_lines.h writes it, score_world.h compares results with it.
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

/* sim_truth_host() returns the host's default addresses; a survey may have used others. */
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
    struct layout_pair layouts;          /* of its probes: they determine the flow */
    /* For a survey divided into shards with different keys: the key of target i is that of i mod `shards`. */
    const struct siphash_key *shard_keys;
    uint32_t shards;            /* 0: all use the key of the layouts */
    struct address_pair source; /* addresses of the prober */
    unsigned min_ttl, max_ttl, flows;
};

/* The path of one flow to one target, up to PROBE_MAX_TTL. */
struct truth_route {
    struct address target;
    uint16_t flow;
    bool probed;
    bool for_the_way; /* a further flow by host, after the first one: who answers at its end does not
                         matter */
    unsigned length;  /* up to the target, or to the last hop known */
    struct sim_hop hops[PROBE_MAX_TTL]; /* index: TTL - 1 */
    bool visible[PROBE_MAX_TTL];
};

/* An interface of a router, as seen on a route. */
struct truth_interface {
    struct address address;
    uint32_t router; /* its number; 0: none */
    bool visible;
};

/* The functions that a visit calls, in the order of the targets. They get interfaces and links repeatedly.
 * Each returns 0, or a negative errno, which ends the visit. */
struct truth_visitor {
    void *context;
    /* For each flow; NULL: not called. */
    int (*route)(void *context, const struct sim_topology *topology, const struct truth_route *route);
    /* For each target that answers, once, after its routes; NULL likewise. */
    int (*target)(void *context, struct address target, bool visible);
    int (*interface)(void *context, const struct truth_interface *interface);
    int (*link)(void *context, struct address from, struct address to, bool visible);
};

/* sim_truth_visit() visits everything. Returns 0, -ENOMEM, or what the visitor returned. */
int sim_truth_visit(const struct sim_truth *truth, const struct truth_visitor *visitor);

/* truth_is_there() returns whether there is something at a hop that could be found. */
bool truth_is_there(const struct sim_hop *hop);

/* truth_reaches() returns whether the target answers at the end of the route, by the same rule as a record
 * (record_reaches()): a router that has the target's address is no target, and neither is a target that
 * answers from another address. */
bool truth_reaches(const struct sim_topology *topology, const struct truth_route *route);

/* truth_router_key() returns a key for a router in the family in which it was seen. truth_router_addresses()
 * writes all its addresses of this family, and returns how many. */
static inline uint64_t truth_router_key(const struct truth_interface *interface)
{
    return (uint64_t)address_family(interface->address) << 32 | interface->router;
}

size_t truth_router_addresses(const struct sim_topology *topology, uint64_t key,
                              struct address out[SIM_ROUTER_ADDRESSES_MOST]);
