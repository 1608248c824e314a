// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the place of a router of the synthetic Internet from its address. Role and number say which addresses
 * the router serves, and so which path passes it. A probe to the router takes that path and ends at the router,
 * at the distance at which traceroutes show it.
 */
#pragma once

#include "sim_synthetic.h"

struct sim_synthetic_place {
    uint32_t role, number; /* enum sim_role; the number within it */
    uint32_t toward;       /* an address whose path passes the router */
    uint32_t level;        /* of the router, counted from 0 at the host's side */
};

/* Reads the address of one end of a link between a border and a core router, and finds that router. Returns
 * false if there is no such link. */
static inline bool sim_synthetic_decode_interface(const struct sim_synthetic *s, uint32_t address,
                                                  struct sim_synthetic_place *place)
{
    uint32_t link = sim_unmix_link(s->key[SIM_DRAW_ADDRESS], address >> 1), network = link >> 3 << 4;
    uint32_t border = network | (link >> 2 & 1) << 1 | 1, core = network | (link & 3);
    uint64_t hash = sim_synthetic_draw(s, SIM_DRAW_NETWORK, network >> 4);
    bool at_core = (address & 1) == SIM_SIDE_CORE;

    place->role = at_core ? SIM_ROLE_CORE : SIM_ROLE_BORDER;
    place->number = at_core ? core : border;
    place->toward = network >> 4 << 12;
    return (border & 3) <= (hash >> 8 & 3) && (core & 3) <= (hash >> 10 & 3) &&
           sim_synthetic_has_interfaces(s, core);
}

/* Reads an address. Returns false if no router can have it. */
static inline bool sim_synthetic_decode(const struct sim_synthetic *s, uint32_t address,
                                        struct sim_synthetic_place *place)
{
    if (address >> 24 == SIM_ROLE_CORE_ALIAS)
        return sim_synthetic_decode_interface(s, address, place);
    /* The number of low bits of an address that the numbers of each role leave out. */
    uint32_t role = address >> 24, shift = role == SIM_ROLE_TAIL           ? 8
                                           : role == SIM_ROLE_INTERIOR + 2 ? 10
                                                                           : 12;

    if (role < SIM_ROLE_TRUNK || role > SIM_ROLE_TAIL)
        return false;
    place->role = role;
    place->number = unmix24(s->key[SIM_DRAW_ADDRESS] + role * MIX_GOLDEN, address);
    place->toward = place->number << shift;
    if (role == SIM_ROLE_TRUNK)
        place->toward = 0;
    if (role == SIM_ROLE_BORDER || role == SIM_ROLE_CORE)
        place->toward = place->number >> 4 << 12;
    return role < SIM_ROLE_INTERIOR || place->toward >> shift == place->number;
}

/* The trunk up to the router; what follows does not matter. */
static inline bool sim_synthetic_lead_on_trunk(struct sim_synthetic_place *place,
                                               struct sim_synthetic_path *path)
{
    uint32_t chosen = place->number & 0xfffff;

    place->level = place->number >> 20;
    path->trunk = (uint8_t)(place->level + 1);
    path->branch = place->level < SIM_ACCESS_ROUTERS ? 0 : chosen << (33 - place->level);
    return path->trunk <= SIM_MAX_TRUNK &&
           (place->level < SIM_ACCESS_ROUTERS ? chosen == 0 : chosen >> (place->level - 1) == 0);
}

/* Border and core routers are numbered from 0 within their network, of which
 * `toward` is the first address. */
static inline bool sim_synthetic_lead_into_network(const struct sim_synthetic *s,
                                                   struct sim_synthetic_place *place,
                                                   struct sim_synthetic_path *path)
{
    bool is_border = place->role == SIM_ROLE_BORDER;
    uint64_t hash = sim_synthetic_draw(s, SIM_DRAW_NETWORK, place->number >> 4);

    if (is_border) {
        path->border = place->number;
        path->branch = (uint32_t)(sim_synthetic_draw(s, SIM_DRAW_BRANCH, path->border) >> 32);
    } else {
        path->core = place->number;
    }
    place->level = is_border ? path->trunk : path->trunk + 1U;
    return sim_synthetic_network(s, place->toward) == place->number >> 4 &&
           (place->number & 15) <= (uint32_t)(hash >> (is_border ? 8 : 10) & 3);
}

/* Sets `path` to the way to the router. Returns false if there is no such router. Load balancers send all
 * packets for it the first way, on which it is, and there are no loops. */
static inline bool sim_synthetic_lead(const struct sim_synthetic *s, struct sim_synthetic_place *place,
                                      struct sim_synthetic_path *path)
{
    sim_synthetic_route(s, place->toward, path);
    if (path->toward != place->toward)
        return false; /* no path takes the route of this address */
    path->balancer = (struct sim_balancer){.by = SIM_BALANCE_NOTHING};
    sim_synthetic_take(s, 0, path);
    path->loops = false;
    if (place->role == SIM_ROLE_TRUNK)
        return sim_synthetic_lead_on_trunk(place, path);
    if (place->role < SIM_ROLE_INTERIOR)
        return sim_synthetic_lead_into_network(s, place, path);
    if (place->role == SIM_ROLE_TAIL) {
        place->level = path->trunk + 1U + path->interior;
        return path->tail;
    }
    place->level = path->trunk + 2U + (place->role - SIM_ROLE_INTERIOR);
    return place->level <= (uint32_t)path->trunk + path->interior;
}

/* Half of the routers send all errors from their first address (RFC 1812, section 4.3.2.4, asks for that of the
 * interface by which they leave), the others from the address that was probed. */
static inline bool sim_synthetic_sends_from_first(const struct sim_synthetic *s, uint32_t router)
{
    return sim_synthetic_draw(s, SIM_DRAW_ALIAS, router) & 1;
}

/*
 * sim_synthetic_place_hop() is sim_synthetic_hop() on the way to a router's own address. Returns false, with
 * `hop` unchanged, if `address` is not that of a router. A router that is silent in traceroutes does not answer
 * here either.
 */
static inline bool sim_synthetic_place_hop(const struct sim_synthetic *s, uint32_t address, uint8_t ttl,
                                           struct sim_hop *hop)
{
    struct sim_synthetic_place place;
    struct sim_synthetic_path path;

    if (!sim_synthetic_decode(s, address, &place) || !sim_synthetic_lead(s, &place, &path))
        return false;
    path.distance = (uint8_t)(place.level + 1);
    path.reach = (uint8_t)place.level;
    uint32_t router = sim_synthetic_address(s, place.role, place.number);
    path.answers = sim_synthetic_router_answers(s, router, place.level);
    sim_synthetic_path_hop(s, &path, ttl, hop);
    if (hop->kind == SIM_HOP_TARGET) {
        hop->router = router;
        hop->address = sim_synthetic_sends_from_first(s, router) ? router : address;
        hop->reply_ttl = (uint8_t)(SIM_ROUTER_INITIAL_TTL - place.level);
    }
    return true;
}
