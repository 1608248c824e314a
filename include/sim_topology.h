// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated Internet answers one question: what does a probe meet? The XDP responder asks it for every
 * packet, and `hopwire sim truth` for every hop of every route. Both use the same code, so that they cannot
 * differ.
 *
 * A kind of topology is one header with its parameters and its hop function, one line in sim_hop() and one
 * line in the table of userspace/sim/kind.c: docs/simulator.md.
 */
#pragma once

#include "sim_edges.h"
#include "sim_habits.h"
#include "sim_linux.h"
#include "sim_routes.h"
#include "sim_synthetic_place.h"

enum sim_topology_kind {
    SIM_SYNTHETIC,
    SIM_ROUTES,
    SIM_EDGES,
    SIM_LINUX,
};

/* The BPF program gets it as constants, and the cells of some kinds in a map. */
struct sim_topology {
    uint32_t kind; /* enum sim_topology_kind */
    uint32_t reserved;
    uint64_t flow_key; /* from the seed: load balancers choose differently in each world */
    struct sim_habits habits;
    struct sim_synthetic synthetic;
    struct sim_cells cells;         /* routes, edges */
    struct sim_linux linux_routers; /* "linux" alone is a macro of compilers */
};

/* sim_is_file() returns whether the world was read from a file, which then also determines the numbers. */
static inline bool sim_is_file(const struct sim_topology *topology)
{
    return topology->kind == SIM_ROUTES || topology->kind == SIM_EDGES;
}

/* sim_changes() returns whether the routes to a target change during a survey. sim_change_ns() returns when, as
 * the time after the first packet. sim_topology_later() returns the same world after all changes. */
static inline bool sim_changes(const struct sim_topology *topology, uint32_t target)
{
    return topology->kind == SIM_SYNTHETIC && sim_synthetic_changes(&topology->synthetic, target);
}

static inline uint64_t sim_change_ns(const struct sim_topology *topology, uint32_t target)
{
    return sim_synthetic_change_ns(&topology->synthetic, target);
}

static inline struct sim_topology sim_topology_later(const struct sim_topology *topology)
{
    struct sim_topology later = *topology;

    later.synthetic.churned = 1;
    return later;
}

/* sim_target_number() returns the number of a target of either family, for sim_hop(). */
static inline uint32_t sim_target_number(const struct sim_topology *topology, struct address target)
{
    uint32_t number = sim_number(target);

    if (sim_is_file(topology) && !address_is_ipv4(target) && number != SIM_GATEWAY_ADDRESS)
        return sim_named_number(&topology->cells, target);
    return number;
}

/* sim_number_address() returns the address of a router in a family. Always inlined, like other functions that
 * return an address, because BPF functions cannot return structures. */
__attribute__((always_inline)) static inline struct address
sim_number_address(const struct sim_topology *topology, uint32_t number, enum address_family family)
{
    if (sim_is_file(topology) && sim_is_named(number))
        return sim_named_address(&topology->cells, number);
    return sim_address(number, family);
}

/* sim_hop_address() returns the address from which a hop answers a probe to `target`, in the target's family.
 * The target itself answers from the probed address, also if several addresses have its number. */
static inline struct address sim_hop_address(const struct sim_topology *topology, const struct sim_hop *hop,
                                             struct address target)
{
    if (hop->address == sim_target_number(topology, target))
        return target;
    return sim_number_address(topology, hop->address, address_family(target));
}

/* The gateway is the first router, and answers probes to its own address. */
static inline void sim_gateway_hop(struct sim_hop *hop)
{
    hop->kind = SIM_HOP_TARGET;
    hop->address = SIM_GATEWAY_ADDRESS;
    hop->distance = 1;
    hop->answers = true;
    hop->reply_ttl = SIM_ROUTER_INITIAL_TTL;
}

/*
 * sim_hop() returns what a probe to `target` with `ttl` meets; `flow` is sim_flow_hash() of the probe, `packet`
 * its sim_packet_number(). The result is nothing for TTL 0, which never leaves a host, and for groups and
 * broadcast addresses. Always inlined, because BPF functions have at most five arguments.
 */
__attribute__((always_inline)) static inline void sim_hop(const struct sim_topology *topology,
                                                          uint32_t target, uint64_t flow, uint32_t packet,
                                                          uint8_t ttl, struct sim_hop *hop)
{
    *hop = (struct sim_hop){.kind = SIM_HOP_NOTHING, .quotation = SIM_QUOTATION_SHORT};
    if (ttl == 0 || target == SIM_NOWHERE || (!sim_is_unicast(target) && !sim_is_file(topology)))
        return;
    if (target == SIM_GATEWAY_ADDRESS) {
        sim_gateway_hop(hop);
        return;
    }
    switch (topology->kind) {
    case SIM_SYNTHETIC:
        if (target < SIM_ROUTER_BASE || !sim_synthetic_place_hop(&topology->synthetic, target, ttl, hop))
            sim_synthetic_hop(&topology->synthetic, target, flow, packet, ttl, hop);
        break;
    case SIM_ROUTES:
        sim_routes_hop(&topology->cells, target, flow ^ topology->flow_key, ttl, hop);
        break;
    case SIM_EDGES:
        sim_edges_hop(&topology->cells, target, flow ^ topology->flow_key, ttl, hop);
        break;
    case SIM_LINUX:
        sim_linux_hop(&topology->linux_routers, target, ttl, hop);
        break;
    }
    if (hop->kind != SIM_HOP_NOTHING)
        sim_habits_apply(&topology->habits, target, hop);
}

/* sim_quoted_ttl() returns the TTL with which a probe arrives at a hop, which the hop quotes. */
static inline uint8_t sim_quoted_ttl(const struct sim_hop *hop, uint8_t ttl)
{
    return (uint8_t)(ttl - (hop->distance - 1));
}
