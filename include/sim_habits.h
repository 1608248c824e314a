// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How hops reply, in every kind of topology: how much they quote, how often they answer, what is wrong with
 * some replies, how a middlebox changed the probe, and what a firewall lets through. Pure functions of a seed
 * and a router or a /24.
 */
#pragma once

#include "checksum.h"
#include "sim_hop.h"
#include "sim_limit.h"

/* One key per drawn property, so that draws are independent of each other. */
enum sim_habit {
    SIM_HABIT_QUOTATION, /* how much a router quotes */
    SIM_HABIT_LIMIT,     /* how a router limits its errors */
    SIM_HABIT_BOGUS,     /* what is wrong with a router's errors */
    SIM_HABIT_MIDDLEBOX, /* whether, and where, a middlebox is in front of a /24 */
    SIM_HABIT_FIREWALL,  /* which packets do not reach a target */
    SIM_HABIT_IP_ID,     /* which IP IDs replies have */
    SIM_HABITS,
};

struct sim_habits {
    uint64_t key[SIM_HABITS];
    uint32_t long_quotation_permille; /* of routers and targets: those that quote more than eight bytes */
    uint32_t bogus_permille;          /* of routers: those that send unusable errors */
    uint32_t middlebox_permille;      /* of /24s: those behind a middlebox that rewrites destinations */
    uint32_t firewall_permille;       /* of targets: those behind a firewall */
    uint32_t limited;                 /* not 0: routers limit their errors */
    uint32_t ip_ids;                  /* enum sim_ip_id */
};

/* The first hops belong to the operator: nothing is wrong with them. */
#define SIM_OWN_ROUTERS 2

#define SIM_QUOTATION_MIDDLE 28

/* Middleboxes follow hop 5 to 12, after the near half of most paths. */
#define SIM_MIDDLEBOX_NEAREST 5

/* Their inside networks are the private 10.0.0.0/8 (RFC 1918) and fd00::/32 (RFC 4193). */
#define SIM_INSIDE_PREFIX  0x0a000000U
#define SIM_INSIDE_PREFIX6 0xfd00000000000000ULL /* the upper 64 bits */

static inline uint64_t sim_habit(const struct sim_habits *habits, enum sim_habit what, uint32_t value)
{
    return mix64(habits->key[what] ^ value);
}

/* Two thirds of those that quote more quote everything up to 128 bytes; the others quote 28 bytes. */
static inline uint8_t sim_quotation(const struct sim_habits *habits, uint32_t address)
{
    uint64_t hash = sim_habit(habits, SIM_HABIT_QUOTATION, address);

    if (!mix_share(hash, habits->long_quotation_permille))
        return SIM_QUOTATION_SHORT;
    return (hash & 0xffff) * 3 >> 16 ? SIM_QUOTATION_LONG : SIM_QUOTATION_MIDDLE;
}

static inline uint8_t sim_bogus(const struct sim_habits *habits, uint32_t router)
{
    uint64_t hash = sim_habit(habits, SIM_HABIT_BOGUS, router);

    if (!mix_share(hash, habits->bogus_permille))
        return SIM_BOGUS_NOT;
    return hash & 1 ? SIM_BOGUS_CHECKSUM : SIM_BOGUS_TRUNCATED;
}

/* The destination of the probe as a hop sees it; 0 if it is still the target. For IPv6 the destination is
 * sim_inside6() of the target. */
static inline uint32_t sim_rewritten(const struct sim_habits *habits, uint32_t target, uint8_t distance)
{
    uint64_t hash = sim_habit(habits, SIM_HABIT_MIDDLEBOX, target >> 8);

    if (!mix_share(hash, habits->middlebox_permille) || distance <= SIM_MIDDLEBOX_NEAREST + (hash & 7))
        return 0;
    return SIM_INSIDE_PREFIX | (target & 0x00ffffff);
}

/*
 * sim_inside6() returns the address to which a middlebox that translates prefixes changes a target (RFC 6296,
 * section 3.1): the first 32 bits change, and the 16 bits after the /48 compensate for that, so that no
 * checksum changes.
 */
static inline struct address sim_inside6(struct address target)
{
    uint32_t outside = checksum_u32((uint32_t)(target.high >> 32)) + (uint32_t)(target.high & 0xffff);
    uint32_t subnet = checksum_fold(outside + (uint16_t) ~(SIM_INSIDE_PREFIX6 >> 48));

    if (subnet == 0xffff)
        subnet = 0;
    return (struct address){SIM_INSIDE_PREFIX6 | (target.high & 0xffff0000) | subnet, target.low};
}

/* Half of the firewalls also drop Echo Requests. */
static inline uint8_t sim_firewall(const struct sim_habits *habits, uint32_t target)
{
    uint64_t hash = sim_habit(habits, SIM_HABIT_FIREWALL, target);

    if (!mix_share(hash, habits->firewall_permille))
        return SIM_FIREWALL_NONE;
    return hash & 1 ? SIM_FIREWALL_ECHO : SIM_FIREWALL_PORTS;
}

static inline void sim_habits_of_router(const struct sim_habits *habits, struct sim_hop *hop)
{
    if (hop->distance <= SIM_OWN_ROUTERS)
        return;
    if (habits->bogus_permille)
        hop->bogus = sim_bogus(habits, hop->router);
    if (habits->limited)
        hop->limiter = sim_limiter_drawn(sim_habit(habits, SIM_HABIT_LIMIT, hop->router), hop->periphery);
}

/* sim_ip_id_owner() returns whose counter gives the IP IDs of a hop's replies if there is one for all: the
 * router, or the address if the hop has no router. */
static inline uint32_t sim_ip_id_owner(const struct sim_hop *hop)
{
    return hop->router ? hop->router : hop->address;
}

static inline uint8_t sim_ip_id_of(const struct sim_habits *habits, const struct sim_hop *hop)
{
    if (habits->ip_ids != SIM_IP_ID_MIXED)
        return (uint8_t)habits->ip_ids;
    return (uint8_t)sim_ip_id_drawn(sim_habit(habits, SIM_HABIT_IP_ID, sim_ip_id_owner(hop)) >> 56);
}

/* sim_habits_apply() completes a hop that a kind of topology found on the way to `target`. If the kind names no
 * router, each address counts as a router. */
static inline void sim_habits_apply(const struct sim_habits *habits, uint32_t target, struct sim_hop *hop)
{
    if (hop->kind == SIM_HOP_ROUTER && !hop->router)
        hop->router = hop->address;
    if (habits->long_quotation_permille)
        hop->quotation = sim_quotation(habits, hop->kind == SIM_HOP_ROUTER ? hop->router : target);
    if (habits->middlebox_permille)
        hop->rewritten = sim_rewritten(habits, target, hop->distance);
    if (hop->kind == SIM_HOP_ROUTER)
        sim_habits_of_router(habits, hop);
    else if (habits->firewall_permille)
        hop->firewall = sim_firewall(habits, target);
    if (habits->ip_ids)
        hop->ip_id = sim_ip_id_of(habits, hop);
}
