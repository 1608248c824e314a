// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The synthetic Internet: the path to every address as a pure function of a seed, without any table.
 *
 *   host - access - access - transit … transit - border - core - interior … - tail - target
 *          \_________ trunk: a tree ________/   \______ of the network _____/   /24
 *
 * The address space is divided into networks (allocations of /14 to /20, of the same length within a /12). A
 * network has up to four border routers. Each /18 of it is entered through one of them, and each of these
 * entries has a separate branch of the trunk. Fewer and fewer entries share a level of the trunk: level h has
 * 2^(h-1) routers. After the border follow one of the network's core routers and up to three routers keyed by
 * the /20 or /22; some /24s have a separate router.
 *
 * Load balancers (sim_balancer.h), routing loops, MPLS tunnels and routers with a second address are added to
 * these routes if they are asked for.
 *
 * Invariants, which tests assert: a router has the same TTL on the paths to all targets, except the two routers
 * of a loop and routers after ways of unequal length; no two routers share an address; the same seed gives the
 * same world everywhere.
 */
#pragma once

#include "sim_balancer.h"
#include "sim_hop.h"

/* One key per drawn property, so that draws are independent of each other. */
enum sim_draw {
    SIM_DRAW_CUT,      /* length of the allocations in a /12 */
    SIM_DRAW_NETWORK,  /* its distance, its numbers of borders and cores */
    SIM_DRAW_ENTRY,    /* the border router of a /18 */
    SIM_DRAW_BRANCH,   /* the branch of the trunk of an entry */
    SIM_DRAW_INTERIOR, /* core router and further hops of a /20 */
    SIM_DRAW_BLOCK,    /* tail and reach of a /24 */
    SIM_DRAW_HOST,     /* whether an address answers */
    SIM_DRAW_ROUTER,   /* whether a router answers */
    SIM_DRAW_ADDRESS,  /* the lower 24 bits of a router's address */
    SIM_DRAW_BALANCER, /* the load balancer in front of or behind a border router */
    SIM_DRAW_WAY,      /* the way on which it sends a flow */
    SIM_DRAW_LOOP,     /* whether packets to a /24 are in a routing loop */
    SIM_DRAW_TUNNEL,   /* whether a stretch of routers is an MPLS tunnel, and its labels */
    SIM_DRAW_ALIAS,    /* whether a router or target answers with another address */
    SIM_DRAW_PARTING,  /* whether a /24's route differs from the others, and which way it takes */
    SIM_DRAW_ALIKE,    /* whether a /16 has one route */
    SIM_DRAW_CHURN,    /* whether a /20 gets another route, and when */
    SIM_DRAWS,
};

struct sim_synthetic {
    uint64_t key[SIM_DRAWS];
    uint32_t silent_permille;    /* of the routers beyond the access network */
    uint32_t answering_permille; /* of the addresses */
    uint32_t fading;             /* not 0: routers near a silent address are silent, too */
    uint32_t balanced_permille;  /* of the border routers, and so of the paths, each of which has one */
    uint32_t loop_permille;      /* of the /24s */
    uint32_t tunnel_permille;    /* of the stretches of routers that may be tunnels */
    uint32_t alias_permille;     /* of the core routers, and of the /24s' targets */
    uint32_t parting_permille;   /* of the /24s */
    uint32_t alike_permille;     /* of the /16s */
    uint32_t churn_permille;     /* of the /20s: their routes change while a survey runs, */
    uint32_t churned;            /* not 0: the routes have changed: sim_topology_later() */
    uint64_t churn_ns;           /* each at another time, at most so long after the first packet */
};

/* Each role has a /8 with room for 2^24 routers; 254/8 is free for future roles. */
enum sim_role {
    SIM_ROLE_TRUNK = 240,
    SIM_ROLE_BORDER = 241,
    SIM_ROLE_CORE = 242,
    SIM_ROLE_INTERIOR = 243, /* three of them: 243, 244, 245 */
    SIM_ROLE_TAIL = 246,
    SIM_ROLE_TRANSIT_WAY = 247, /* the other ways of a load balancer at the same place */
    SIM_ROLE_CORE_WAY = 248,
    SIM_ROLE_INTERIOR_WAY = 249,
    SIM_ROLE_DETOUR = 250,
    SIM_ROLE_CORE_ALIAS = 251, /* second addresses of core and border routers, by their links, and of
                                * targets */
    SIM_ROLE_TARGET_ALIAS = 252,
    SIM_ROLE_PARTED = 253, /* on the ways of routes that differ */
};

#define SIM_ACCESS_ROUTERS 2 /* on every path; they belong to the operator, and always answer */
#define SIM_MAX_TRUNK      15
#define SIM_MAX_DISTANCE   23
#define SIM_TUNNEL_LENGTH  3 /* routers of a tunnel in the trunk */
#define SIM_TUNNEL_START   6 /* the first level of tunnels: nearer routers are too few for a stable share */

/* Levels of the trunk on which routes take one of several ways, which meet again after them. */
#define SIM_PARTING_START 3
#define SIM_PARTING_END   5
#define SIM_PARTING_WAYS  4

/* All that determines a path. Levels count from 0 at the host. */
struct sim_synthetic_path {
    uint32_t target;
    uint32_t toward;       /* the address whose route it has: the target, or the first address of its /16 */
    uint32_t branch;       /* its upper bits choose the trunk's router at each level */
    uint32_t border, core; /* node numbers within their roles */
    uint8_t trunk;         /* routers in the trunk, access included */
    uint8_t interior;      /* routers after the border, core included: 1 … 4 */
    uint8_t detour;        /* 1: the packet takes a way with one more router, after the core */
    uint8_t tail;          /* 0 or 1 */
    uint8_t distance;      /* of the target */
    uint8_t reach;         /* the last TTL at which a router may answer */
    bool answers;          /* the target */
    bool loops;            /* between border and core router, for ever */
    struct sim_balancer balancer;
};

static inline uint64_t sim_synthetic_draw(const struct sim_synthetic *s, enum sim_draw what, uint32_t value)
{
    return mix64(s->key[what] ^ value);
}

/* The network of an address, as the number of its first /20. It is unique, because networks do not overlap. */
static inline uint32_t sim_synthetic_network(const struct sim_synthetic *s, uint32_t target)
{
    uint32_t cut = (uint32_t)sim_synthetic_draw(s, SIM_DRAW_CUT, target >> 20) & 3;
    uint32_t twenties = 64 >> (2 * cut); /* in a /14, /16, /18, /20 */

    return (target >> 12) & ~(twenties - 1);
}

/* Hops after the border: 1 to 4, small numbers more often; the mean is 2.1. */
static inline uint8_t sim_synthetic_interior(uint64_t hash)
{
    return (uint8_t)(0x43322111U >> (hash & 7) * 4) & 0xf;
}

/*
 * The last TTL at which routers answer on the way to an address that does not answer: uniform from a quarter of
 * the way to its end. Together with silent routers this gives the measured distribution of last answering hops,
 * see docs/simulator.md.
 */
static inline uint8_t sim_synthetic_reach(const struct sim_synthetic *s,
                                          const struct sim_synthetic_path *path, uint64_t hash)
{
    uint32_t routers = path->distance - 1U;
    uint32_t share = 64 + ((uint32_t)hash & 0xff) * 3 / 4; /* of 256 */
    uint32_t reach = 1 + (routers * share + 128) / 256;

    if (path->answers || !s->fading || reach > routers)
        return (uint8_t)routers;
    return (uint8_t)reach;
}

/* The load balancer on the way. All paths through the same border router have the same one. */
static inline struct sim_balancer sim_synthetic_balancer(const struct sim_synthetic *s,
                                                         const struct sim_synthetic_path *path)
{
    uint64_t hash = sim_synthetic_draw(s, SIM_DRAW_BALANCER, path->border);

    if (!mix_share(hash, s->balanced_permille))
        return (struct sim_balancer){.by = SIM_BALANCE_NOTHING};
    return sim_balancer_draw(hash, path->trunk > SIM_ACCESS_ROUTERS);
}

/* The address whose route a target has. */
static inline uint32_t sim_synthetic_toward(const struct sim_synthetic *s, uint32_t target)
{
    bool alike = s->alike_permille &&
                 mix_share(sim_synthetic_draw(s, SIM_DRAW_ALIKE, target >> 16), s->alike_permille);

    return alike ? target & 0xffff0000 : target;
}

/* sim_synthetic_changes() returns whether the routes to a target's /20 change, sim_synthetic_change_ns()
 * returns when. */
static inline bool sim_synthetic_changes(const struct sim_synthetic *s, uint32_t target)
{
    uint32_t twenty = sim_synthetic_toward(s, target) >> 12;

    return s->churn_permille && mix_share(sim_synthetic_draw(s, SIM_DRAW_CHURN, twenty), s->churn_permille);
}

static inline uint64_t sim_synthetic_change_ns(const struct sim_synthetic *s, uint32_t target)
{
    uint32_t twenty = sim_synthetic_toward(s, target) >> 12;

    return mix64(sim_synthetic_draw(s, SIM_DRAW_CHURN, twenty)) % (s->churn_ns + 1);
}

/* Changes the route to another branch of the trunk, with the same border router, and to the network's next core
 * router. The length stays the same. Numbers of border routers have 24 bits. */
static inline void sim_synthetic_reroute(const struct sim_synthetic *s, uint32_t cores,
                                         struct sim_synthetic_path *path)
{
    path->branch = (uint32_t)(sim_synthetic_draw(s, SIM_DRAW_BRANCH, path->border | 1U << 24) >> 32);
    path->core = (path->core & ~15U) | ((path->core & 15U) + 1) % cores;
}

/* sim_synthetic_route() finds the network of the target, which of its routers lead to the target, and the
 * balancer before them. */
static inline void sim_synthetic_route(const struct sim_synthetic *s, uint32_t target,
                                       struct sim_synthetic_path *path)
{
    uint32_t toward = sim_synthetic_toward(s, target);
    uint32_t network = sim_synthetic_network(s, toward);
    uint64_t network_hash = sim_synthetic_draw(s, SIM_DRAW_NETWORK, network);
    uint32_t borders = 1 + (uint32_t)(network_hash >> 8 & 3);
    uint32_t cores = 1 + (uint32_t)(network_hash >> 10 & 3);
    uint64_t entry_hash = sim_synthetic_draw(s, SIM_DRAW_ENTRY, toward >> 14);
    uint64_t interior_hash = sim_synthetic_draw(s, SIM_DRAW_INTERIOR, toward >> 12);

    path->target = target;
    path->toward = toward;
    path->border = network << 4 | (uint32_t)((entry_hash >> 32) * borders >> 32);
    path->core = network << 4 | (uint32_t)((interior_hash >> 32) * cores >> 32);
    path->branch = (uint32_t)(sim_synthetic_draw(s, SIM_DRAW_BRANCH, path->border) >> 32);
    if (s->churned && sim_synthetic_changes(s, target))
        sim_synthetic_reroute(s, cores, path);
    /* The sum of two dice, 0 … 7 and 0 … 6, has the measured spread of distances. */
    path->trunk =
        (uint8_t)(SIM_ACCESS_ROUTERS + (network_hash & 7) + ((network_hash >> 32 & 0xffff) * 7 >> 16));
    path->interior = sim_synthetic_interior(interior_hash);
    path->balancer = sim_synthetic_balancer(s, path);
}

/* sim_synthetic_take() completes a route with the way that a packet takes at the balancer. */
static inline void sim_synthetic_take(const struct sim_synthetic *s, uint8_t way,
                                      struct sim_synthetic_path *path)
{
    uint32_t target = path->target, block = path->toward >> 8;
    uint64_t block_hash = sim_synthetic_draw(s, SIM_DRAW_BLOCK, block);

    path->balancer.way = way;
    path->detour = path->balancer.places & SIM_BALANCE_DETOUR && way;
    path->tail = (block_hash >> 8 & 7) == 0;
    path->distance = (uint8_t)(path->trunk + 1 + path->interior + path->detour + path->tail + 1);
    path->loops = mix_share(sim_synthetic_draw(s, SIM_DRAW_LOOP, block), s->loop_permille);
    path->answers =
        !path->loops && mix_share(sim_synthetic_draw(s, SIM_DRAW_HOST, target), s->answering_permille);
    path->reach = path->loops ? UINT8_MAX : sim_synthetic_reach(s, path, block_hash);
}

static inline void sim_synthetic_path(const struct sim_synthetic *s, uint32_t target, uint64_t flow,
                                      uint32_t packet, struct sim_synthetic_path *path)
{
    uint8_t way = 0;

    sim_synthetic_route(s, target, path);
    if (path->balancer.by != SIM_BALANCE_NOTHING)
        way = sim_balancer_way(&path->balancer, s->key[SIM_DRAW_WAY] ^ path->border, target, flow, packet);
    sim_synthetic_take(s, way, path);
}
