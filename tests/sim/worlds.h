// SPDX-License-Identifier: GPL-2.0-or-later
/* Worlds and targets for the tests of the simulator. */
#pragma once

#include <criterion/criterion.h>

#include "sim/options.h"

static inline struct sim_topology make_world_of(struct sim_options options)
{
    struct sim_topology world;

    cr_assert_eq(sim_options_resolve(&options, &world), 0);
    return world;
}

/* Without rate limits, with which answers would depend on how fast a test is. */
static inline struct sim_topology make_world(const char *realism, uint64_t seed)
{
    struct sim_options options = sim_options_default();

    options.realism = realism;
    options.seed = seed;
    options.rate_limits = 0;
    return make_world_of(options);
}

/* Silence is all that is realistic in it: the routes that the others are made of. */
static inline struct sim_topology make_bare_world(uint64_t seed)
{
    struct sim_options options = sim_options_default();

    options.seed = seed;
    options.balanced_permille = options.loop_permille = options.tunnel_permille = options.alias_permille = 0;
    options.long_quotation_permille = options.middlebox_permille = options.bogus_permille = 0;
    options.firewall_permille = 0;
    options.rate_limits = 0;
    return make_world_of(options);
}

/* An address of unicast space, 1.0.0.0 to 223.255.255.255, spread by `i`. */
static inline uint32_t some_target(uint64_t i)
{
    uint64_t hash = mix64(i + 1);

    return (uint32_t)(1 + (hash >> 32) % 223) << 24 | ((uint32_t)hash & 0xffffff);
}

static inline struct sim_hop hop_at(const struct sim_topology *world, uint32_t target, uint8_t ttl)
{
    struct sim_hop hop;

    sim_hop(world, target, 0, 0, ttl, &hop);
    return hop;
}
