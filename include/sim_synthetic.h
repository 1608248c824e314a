// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a packet meets on a path of the synthetic Internet (sim_synthetic_route.h): which router is at each TTL, the
 * address that it answers with, its MPLS labels, and whether it answers.
 */
#pragma once

#include "sim_synthetic_route.h"

static inline uint32_t sim_synthetic_address(const struct sim_synthetic *s, uint32_t role, uint32_t number)
{
    /* All roles number their routers by prefix. The role is mixed in, so that no two /8s look the same. */
    return role << 24 | mix24(s->key[SIM_DRAW_ADDRESS] + role * MIX_GOLDEN, number);
}

/* Whether the packet takes another way than the first one at a place. */
static inline bool sim_synthetic_diverted(const struct sim_synthetic_path *path, uint8_t place)
{
    return path->balancer.places & place && path->balancer.way;
}

/* Which way a route takes where routes part, from 0; 0 is the way of most routes. */
static inline uint32_t sim_synthetic_parted(const struct sim_synthetic *s,
                                            const struct sim_synthetic_path *path, uint32_t level)
{
    uint64_t hash;

    if (!s->parting_permille || level < SIM_PARTING_START || level > SIM_PARTING_END)
        return 0;
    hash = sim_synthetic_draw(s, SIM_DRAW_PARTING, path->toward >> 8);
    return mix_share(hash, s->parting_permille)
               ? 1 + (uint32_t)((hash & 0xffffffff) * (SIM_PARTING_WAYS - 1) >> 32)
               : 0;
}

static inline uint32_t sim_synthetic_trunk_router(const struct sim_synthetic *s,
                                                  const struct sim_synthetic_path *path, uint32_t level)
{
    uint32_t chosen = level < SIM_ACCESS_ROUTERS ? 0 : path->branch >> (33 - level);

    /* Places in the trunk are numbered as in a heap, which takes 14 bits: level 14 is the last, with 2^13
     * routers. */
    if (level == path->trunk - 1U && sim_synthetic_diverted(path, SIM_BALANCE_TRANSIT))
        return sim_synthetic_address(s, SIM_ROLE_TRANSIT_WAY,
                                     ((1U << (level - 1)) + chosen) * SIM_WIDEST + path->balancer.way);
    uint32_t way = sim_synthetic_parted(s, path, level);
    if (way)
        return sim_synthetic_address(s, SIM_ROLE_PARTED,
                                     ((1U << (level - 1)) + chosen) * SIM_PARTING_WAYS + way);
    return sim_synthetic_address(s, SIM_ROLE_TRUNK, level << 20 | chosen);
}

/* Numbers of networks and /20s have 20 bits, which leaves four bits for the ways. */
static inline uint32_t sim_synthetic_core_router(const struct sim_synthetic *s,
                                                 const struct sim_synthetic_path *path)
{
    if (sim_synthetic_diverted(path, SIM_BALANCE_CORE))
        return sim_synthetic_address(s, SIM_ROLE_CORE_WAY, (path->core & ~15U) | path->balancer.way);
    return sim_synthetic_address(s, SIM_ROLE_CORE, path->core);
}

/* The router `depth` hops after the border router: 1 is the core router. */
static inline uint32_t sim_synthetic_inner_router(const struct sim_synthetic *s,
                                                  const struct sim_synthetic_path *path, uint32_t depth)
{
    uint32_t way = path->toward >> 12 << 4 | path->balancer.way;

    if (depth == 1)
        return sim_synthetic_core_router(s, path);
    if (depth == 2 && path->detour)
        return sim_synthetic_address(s, SIM_ROLE_DETOUR, way);
    depth -= path->detour;
    if (depth > path->interior)
        return sim_synthetic_address(s, SIM_ROLE_TAIL, path->toward >> 8);
    if (depth == 2 && sim_synthetic_diverted(path, SIM_BALANCE_INTERIOR))
        return sim_synthetic_address(s, SIM_ROLE_INTERIOR_WAY, way);
    return sim_synthetic_address(s, SIM_ROLE_INTERIOR + depth - 2, path->toward >> (depth < 4 ? 12 : 10));
}

/* The router at a level below distance - 1. */
static inline uint32_t sim_synthetic_router(const struct sim_synthetic *s,
                                            const struct sim_synthetic_path *path, uint32_t level)
{
    if (level < path->trunk)
        return sim_synthetic_trunk_router(s, path, level);
    if (level == path->trunk)
        return sim_synthetic_address(s, SIM_ROLE_BORDER, path->border);
    return sim_synthetic_inner_router(s, path, level - path->trunk);
}

/* Whether the router at a level is one of several ways of a balancer; not called for ways of unequal length. */
static inline bool sim_synthetic_balances(const struct sim_synthetic_path *path, uint32_t level)
{
    return (path->balancer.places & SIM_BALANCE_TRANSIT && level == path->trunk - 1U) ||
           (path->balancer.places & SIM_BALANCE_CORE && level == path->trunk + 1U);
}

static inline bool sim_synthetic_router_answers(const struct sim_synthetic *s, uint32_t router,
                                                uint32_t level)
{
    return level < SIM_ACCESS_ROUTERS ||
           !mix_share(sim_synthetic_draw(s, SIM_DRAW_ROUTER, router), s->silent_permille);
}

/*
 * A core router may have a separate interface towards each border router with an odd number. The link has a /31
 * (RFC 3021): `side` 0 is the address of the core router, `side` 1 that of the border router.
 */
#define SIM_SIDE_CORE   0
#define SIM_SIDE_BORDER 1
#define SIM_LINK_MASK   0x7fffffU

/* Converts the number of a link to 23 bits of its addresses, and back: like mix24(), but in fewer steps. */
static inline uint32_t sim_mix_link(uint64_t key, uint32_t number)
{
    uint32_t x = ((number ^ (uint32_t)key) * ((uint32_t)(key >> 20) | 1)) & SIM_LINK_MASK;

    x ^= x >> 12;
    return (x * ((uint32_t)(key >> 40) | 1)) & SIM_LINK_MASK;
}

static inline uint32_t sim_unmix_link(uint64_t key, uint32_t mixed)
{
    uint32_t x = (mixed * odd_inverse24((uint32_t)(key >> 40) | 1)) & SIM_LINK_MASK;

    x ^= x >> 12;
    return ((x * odd_inverse24((uint32_t)(key >> 20) | 1)) ^ (uint32_t)key) & SIM_LINK_MASK;
}

static inline bool sim_synthetic_has_interfaces(const struct sim_synthetic *s, uint32_t core)
{
    return mix_share(sim_synthetic_draw(s, SIM_DRAW_ALIAS, sim_synthetic_address(s, SIM_ROLE_CORE, core)),
                     s->alias_permille);
}

static inline uint32_t sim_synthetic_interface(const struct sim_synthetic *s, uint32_t border, uint32_t core,
                                               uint32_t side)
{
    uint32_t link = core >> 4 << 3 | (border >> 1 & 1) << 2 | (core & 3);

    return (uint32_t)SIM_ROLE_CORE_ALIAS << 24 | sim_mix_link(s->key[SIM_DRAW_ADDRESS], link) << 1 | side;
}

/* A core router answers from the interface by which the packet arrived. */
static inline uint32_t sim_synthetic_reply_address(const struct sim_synthetic *s,
                                                   const struct sim_synthetic_path *path, uint32_t router)
{
    if (router >> 24 != SIM_ROLE_CORE || !(path->border & 1) || !sim_synthetic_has_interfaces(s, path->core))
        return router;
    return sim_synthetic_interface(s, path->border, path->core, SIM_SIDE_CORE);
}

/* If a target is a router itself, its errors come from the interface towards the host. */
static inline uint32_t sim_synthetic_target_address(const struct sim_synthetic *s, uint32_t target)
{
    if (!mix_share(sim_synthetic_draw(s, SIM_DRAW_ALIAS, target >> 8), s->alias_permille))
        return target;
    return sim_synthetic_address(s, SIM_ROLE_TARGET_ALIAS, target >> 8);
}

/* Finds the stretch of routers that may be a tunnel, and the place of a router in it. The far part of the trunk
 * is divided into stretches of three; the routers after a network's border are one stretch. Returns false for a
 * router that belongs to none. */
static inline bool sim_synthetic_stretch(const struct sim_synthetic_path *path, uint32_t level,
                                         uint32_t *stretch, uint32_t *place)
{
    if (level > path->trunk) {
        *stretch = 0xf0000000 | path->border >> 4;
        *place = level - path->trunk - 1;
        return true;
    }
    uint32_t number = level / SIM_TUNNEL_LENGTH, start = number * SIM_TUNNEL_LENGTH;

    if (level < SIM_TUNNEL_START || level == path->trunk)
        return false;
    *stretch = number << 20 | path->branch >> (33 - start);
    *place = level - start;
    return true;
}

/*
 * Gives a router of a tunnel the label stack with which the probe arrived. The upper entry belongs to the
 * tunnel and has the TTL that expired in it. There may be a second entry, of a service, with the TTL that the
 * probe had at the tunnel's start (RFC 3443, section 3.1).
 */
static inline void sim_synthetic_label(const struct sim_synthetic *s, const struct sim_synthetic_path *path,
                                       uint32_t level, struct sim_hop *hop)
{
    uint32_t stretch, place;

    if (!sim_synthetic_stretch(path, level, &stretch, &place))
        return;

    uint64_t tunnel = sim_synthetic_draw(s, SIM_DRAW_TUNNEL, stretch);
    if (!mix_share(tunnel, s->tunnel_permille))
        return;
    uint32_t label = 16 + (uint32_t)((keyed_mix(hop->router, tunnel) * (0xfffff - 16)) >> 32);
    bool service = (tunnel & 7) == 0;

    hop->labels[0] = label << 12 | (service ? 0 : 1 << 8) | 1;
    hop->labels[1] = (uint32_t)(16 + (tunnel >> 3 & 0xffff)) << 12 | 1 << 8 | (place + 1);
    hop->label_count = service ? 2 : 1;
}

static inline void sim_synthetic_target_hop(const struct sim_synthetic *s,
                                            const struct sim_synthetic_path *path, struct sim_hop *hop)
{
    hop->kind = SIM_HOP_TARGET;
    hop->address = s->alias_permille ? sim_synthetic_target_address(s, path->target) : path->target;
    hop->distance = path->distance;
    hop->answers = path->answers;
    hop->reply_ttl = (uint8_t)(SIM_HOST_INITIAL_TTL - (path->distance - 1));
}

/* In a loop, border and core router alternate; their replies take the direct way back. */
static inline uint32_t sim_synthetic_level(const struct sim_synthetic_path *path, uint32_t level)
{
    if (!path->loops || level < path->trunk)
        return level;
    return path->trunk + ((level - path->trunk) & 1);
}

static inline void sim_synthetic_router_hop(const struct sim_synthetic *s,
                                            const struct sim_synthetic_path *path, uint8_t ttl,
                                            struct sim_hop *hop)
{
    uint32_t level = sim_synthetic_level(path, ttl - 1U);

    hop->kind = SIM_HOP_ROUTER;
    hop->router = sim_synthetic_router(s, path, level);
    hop->address = s->alias_permille ? sim_synthetic_reply_address(s, path, hop->router) : hop->router;
    hop->periphery = level > path->trunk + 1U;
    hop->distance = ttl;
    hop->answers = ttl <= path->reach && sim_synthetic_router_answers(s, hop->router, level);
    hop->reply_ttl = (uint8_t)(SIM_ROUTER_INITIAL_TTL - level);
    hop->by_chance = path->balancer.by == SIM_BALANCE_PACKETS && sim_synthetic_balances(path, level);
    if (s->tunnel_permille)
        sim_synthetic_label(s, path, level, hop);
}

/* sim_synthetic_path_hop() returns what a packet on `path` meets. */
static inline void sim_synthetic_path_hop(const struct sim_synthetic *s,
                                          const struct sim_synthetic_path *path, uint8_t ttl,
                                          struct sim_hop *hop)
{
    if (ttl >= path->distance && !path->loops)
        sim_synthetic_target_hop(s, path, hop);
    else
        sim_synthetic_router_hop(s, path, ttl, hop);
}

/* sim_synthetic_hop() implements sim_hop() for this kind. */
static inline void sim_synthetic_hop(const struct sim_synthetic *s, uint32_t target, uint64_t flow,
                                     uint32_t packet, uint8_t ttl, struct sim_hop *hop)
{
    struct sim_synthetic_path path;

    sim_synthetic_path(s, target, flow, packet, &path);
    sim_synthetic_path_hop(s, &path, ttl, hop);
}
