// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The synthetic Internet: the path to every address as a pure function of a seed, without any table.
 *
 *   host - access - access - transit … transit - border - core - interior … - tail - target
 *          \_________ trunk: a tree ________/   \______ of the network _____/   /24
 *
 * The address space is cut into networks (allocations of /14 to /20, the same length within a /12). A network
 * has up to four border routers, each /18 of it is entered by one of them, and each entry hangs on its own
 * branch of the trunk. Levels of the trunk are shared by fewer and fewer entries: level h has 2^(h-1)
 * routers. Behind the border come one of the network's core routers and up to three routers keyed by the /20
 * or /22, and some /24s have a router of their own.
 *
 * Invariants, which tests assert: a router is met at one TTL only, whatever the target; no two routers share
 * an address; the same seed gives the same world everywhere.
 */
#pragma once

#include "sim_hop.h"

/* One key for each thing drawn, so that draws are independent of each other. */
enum sim_draw {
    SIM_DRAW_CUT,      /* length of the allocations in a /12 */
    SIM_DRAW_NETWORK,  /* its distance, its numbers of borders and cores */
    SIM_DRAW_ENTRY,    /* the border router of a /18 */
    SIM_DRAW_BRANCH,   /* where on the trunk an entry hangs */
    SIM_DRAW_INTERIOR, /* core router and further hops of a /20 */
    SIM_DRAW_BLOCK,    /* tail and reach of a /24 */
    SIM_DRAW_HOST,     /* whether an address answers */
    SIM_DRAW_ROUTER,   /* whether a router answers */
    SIM_DRAW_ADDRESS,  /* the lower 24 bits of a router's address */
    SIM_DRAWS,
};

struct sim_synthetic {
    uint64_t key[SIM_DRAWS];
    uint32_t silent_permille;    /* of the routers beyond the access network */
    uint32_t answering_permille; /* of the addresses */
    uint32_t fading;             /* not 0: routes to silent addresses fall silent before their end */
};

/* Each role has its own /8 with room for 2^24 routers; 247/8 to 254/8 are free for what is added later. */
enum sim_role {
    SIM_ROLE_TRUNK = 240,
    SIM_ROLE_BORDER = 241,
    SIM_ROLE_CORE = 242,
    SIM_ROLE_INTERIOR = 243, /* three of them: 243, 244, 245 */
    SIM_ROLE_TAIL = 246,
};

#define SIM_ACCESS_ROUTERS 2 /* shared by every path; the operator's own, so they always answer */
#define SIM_MAX_TRUNK      15
#define SIM_MAX_DISTANCE   22

/* All that decides a path; `level`s count from 0 at the host's side. */
struct sim_synthetic_path {
    uint32_t target;
    uint32_t branch;       /* its upper bits choose the trunk's router at each level */
    uint32_t border, core; /* node numbers within their roles */
    uint8_t trunk;         /* routers in the trunk, access included */
    uint8_t interior;      /* routers behind the border, core included: 1 … 4 */
    uint8_t tail;          /* 0 or 1 */
    uint8_t distance;      /* of the target */
    uint8_t reach;         /* the last TTL at which a router may answer */
    bool answers;          /* the target */
};

static inline uint64_t sim_synthetic_draw(const struct sim_synthetic *s, enum sim_draw what, uint32_t value)
{
    return mix64(s->key[what] ^ value);
}

/* The network of an address, as the number of its first /20: networks do not overlap, so this is unique. */
static inline uint32_t sim_synthetic_network(const struct sim_synthetic *s, uint32_t target)
{
    uint32_t cut = (uint32_t)sim_synthetic_draw(s, SIM_DRAW_CUT, target >> 20) & 3;
    uint32_t twenties = 64 >> (2 * cut); /* in a /14, /16, /18, /20 */

    return (target >> 12) & ~(twenties - 1);
}

/* Hops behind the border: 1 to 4, fewer more often; the mean is 2.1. */
static inline uint8_t sim_synthetic_interior(uint64_t hash)
{
    return (uint8_t)(0x43322111U >> (hash & 7) * 4) & 0xf;
}

/*
 * Where routers fall silent on the way to an address that does not answer: evenly from a quarter of the way
 * to its end. Together with silent routers this gives the measured last answering hops, see
 * docs/simulator.md.
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

static inline void sim_synthetic_path(const struct sim_synthetic *s, uint32_t target,
                                      struct sim_synthetic_path *path)
{
    uint32_t network = sim_synthetic_network(s, target);
    uint64_t network_hash = sim_synthetic_draw(s, SIM_DRAW_NETWORK, network);
    uint32_t borders = 1 + (uint32_t)(network_hash >> 8 & 3);
    uint32_t cores = 1 + (uint32_t)(network_hash >> 10 & 3);
    uint64_t entry_hash = sim_synthetic_draw(s, SIM_DRAW_ENTRY, target >> 14);
    uint64_t interior_hash = sim_synthetic_draw(s, SIM_DRAW_INTERIOR, target >> 12);
    uint64_t block_hash = sim_synthetic_draw(s, SIM_DRAW_BLOCK, target >> 8);

    path->target = target;
    path->border = network << 4 | (uint32_t)((entry_hash >> 32) * borders >> 32);
    path->core = network << 4 | (uint32_t)((interior_hash >> 32) * cores >> 32);
    path->branch = (uint32_t)(sim_synthetic_draw(s, SIM_DRAW_BRANCH, path->border) >> 32);
    /* Two dice, 0 … 7 and 0 … 6: the spread of distances that measurements show. */
    path->trunk =
        (uint8_t)(SIM_ACCESS_ROUTERS + (network_hash & 7) + ((network_hash >> 32 & 0xffff) * 7 >> 16));
    path->interior = sim_synthetic_interior(interior_hash);
    path->tail = (block_hash >> 8 & 7) == 0;
    path->distance = (uint8_t)(path->trunk + 1 + path->interior + path->tail + 1);
    path->answers = mix_share(sim_synthetic_draw(s, SIM_DRAW_HOST, target), s->answering_permille);
    path->reach = sim_synthetic_reach(s, path, block_hash);
}

static inline uint32_t sim_synthetic_address(const struct sim_synthetic *s, uint32_t role, uint32_t number)
{
    /* Roles number their routers alike, by prefix: the role goes in lest two /8s look the same. */
    return role << 24 | mix24(s->key[SIM_DRAW_ADDRESS] + role * MIX_GOLDEN, number);
}

/* The router at a level below distance - 1. */
static inline uint32_t sim_synthetic_router(const struct sim_synthetic *s,
                                            const struct sim_synthetic_path *path, uint32_t level)
{
    if (level < path->trunk) {
        uint32_t chosen = level < SIM_ACCESS_ROUTERS ? 0 : path->branch >> (33 - level);

        return sim_synthetic_address(s, SIM_ROLE_TRUNK, level << 20 | chosen);
    }
    level -= path->trunk;
    if (level == 0)
        return sim_synthetic_address(s, SIM_ROLE_BORDER, path->border);
    if (level == 1)
        return sim_synthetic_address(s, SIM_ROLE_CORE, path->core);
    if (level > path->interior)
        return sim_synthetic_address(s, SIM_ROLE_TAIL, path->target >> 8);
    return sim_synthetic_address(s, SIM_ROLE_INTERIOR + level - 2, path->target >> (level < 4 ? 12 : 10));
}

static inline bool sim_synthetic_router_answers(const struct sim_synthetic *s, uint32_t address,
                                                uint32_t level)
{
    return level < SIM_ACCESS_ROUTERS ||
           !mix_share(sim_synthetic_draw(s, SIM_DRAW_ROUTER, address), s->silent_permille);
}

/* sim_synthetic_path_hop() is what a packet on `path` meets. */
static inline void sim_synthetic_path_hop(const struct sim_synthetic *s,
                                          const struct sim_synthetic_path *path, uint8_t ttl,
                                          struct sim_hop *hop)
{
    if (ttl >= path->distance) {
        hop->kind = SIM_HOP_TARGET;
        hop->address = path->target;
        hop->distance = path->distance;
        hop->answers = path->answers;
        hop->reply_ttl = (uint8_t)(SIM_HOST_INITIAL_TTL - (path->distance - 1));
        return;
    }
    hop->kind = SIM_HOP_ROUTER;
    hop->address = sim_synthetic_router(s, path, ttl - 1U);
    hop->distance = ttl;
    hop->answers = ttl <= path->reach && sim_synthetic_router_answers(s, hop->address, ttl - 1U);
    hop->reply_ttl = (uint8_t)(SIM_ROUTER_INITIAL_TTL - (ttl - 1));
}

/* sim_synthetic_hop() is sim_hop() for this kind. Its routes do not depend on the flow. */
static inline void sim_synthetic_hop(const struct sim_synthetic *s, uint32_t target, uint8_t ttl,
                                     struct sim_hop *hop)
{
    struct sim_synthetic_path path;

    sim_synthetic_path(s, target, &path);
    sim_synthetic_path_hop(s, &path, ttl, hop);
}
