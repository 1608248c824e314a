// SPDX-License-Identifier: GPL-2.0-or-later
/* The statistics are over fixed worlds: they hold for these seeds or they do not,
 * nothing is left to chance. */
#include <stdlib.h>

#include "sim/kind.h"
#include "worlds.h"

enum { TARGETS = 100000, TTLS = 40 };

struct histogram {
    unsigned count[TTLS], total;
};

static void count_at(struct histogram *histogram, unsigned value)
{
    histogram->count[value]++;
    histogram->total++;
}

static unsigned percentile(const struct histogram *histogram, unsigned percent)
{
    unsigned value = 0, seen = histogram->count[0];

    while (seen * 100ULL < histogram->total * (unsigned long long)percent)
        seen += histogram->count[++value];
    return value;
}

static void assert_percentiles(const struct histogram *histogram, const unsigned expected[3])
{
    static const unsigned percents[3] = {10, 50, 90};

    for (int i = 0; i < 3; i++) {
        unsigned found = percentile(histogram, percents[i]);

        cr_expect(found + 1 >= expected[i] && found <= expected[i] + 1, "p%u is %u, measured is %u",
                  percents[i], found, expected[i]);
    }
}

/* Walks to the target; returns its distance, 0 where a loop is on the way, and the last TTL at which a router
 * answered. */
static unsigned walk(const struct sim_topology *world, uint32_t target, unsigned *last_answering)
{
    *last_answering = 0;
    for (uint8_t ttl = 1; ttl < TTLS; ttl++) {
        struct sim_hop hop = hop_at(world, target, ttl);

        if (hop.kind == SIM_HOP_TARGET)
            return ttl;
        if (hop.answers)
            *last_answering = ttl;
    }
    return 0;
}

Test(synthetic, distances_are_as_measured)
{
    struct sim_topology world = make_world("internet", 1);
    struct histogram answering = {0}, silent = {0};
    unsigned shortest = TTLS, longest = 0, last;

    for (uint64_t i = 0; i < TARGETS; i++) {
        uint32_t target = some_target(i);
        unsigned distance = walk(&world, target, &last);

        if (distance == 0)
            continue;
        if (hop_at(&world, target, TTLS).answers)
            count_at(&answering, distance);
        else
            count_at(&silent, last);
        shortest = distance < shortest ? distance : shortest;
        longest = distance > longest ? distance : longest;
    }
    assert_percentiles(&answering, (unsigned[]){8, 13, 17});
    assert_percentiles(&silent, (unsigned[]){4, 8, 13});
    cr_expect_eq(shortest, 5);
    cr_expect_leq(longest, SIM_MAX_DISTANCE);
}

/* By the lower 28 bits of class E: the TTL at which each router was met, 0 for none. */
static uint8_t *new_router_table(void)
{
    uint8_t *table = calloc(1U << 28, 1);

    cr_assert_not_null(table);
    return table;
}

Test(synthetic, shares_are_those_asked_for)
{
    struct sim_options options = sim_options_default();
    struct sim_topology world;
    unsigned silent = 0, answering = 0, routers = 0;
    uint8_t *met_at = new_router_table();

    options.silent_permille = 300;
    options.answering_permille = 500;
    options.realism = "ideal"; /* nothing fades: what is silent is so by its own draw */
    cr_assert_eq(sim_options_resolve(&options, &world), 0);
    for (uint64_t i = 0; i < TARGETS; i++) {
        uint32_t target = some_target(i);
        struct sim_hop hop = hop_at(&world, target, 1 + (uint8_t)(i % 20));

        answering += hop_at(&world, target, TTLS).answers;
        if (hop.kind == SIM_HOP_ROUTER && !met_at[hop.address - SIM_ROUTER_BASE]++) {
            routers++;
            silent += !hop.answers;
        }
    }
    cr_expect(abs((int)answering - TARGETS / 2) <= TARGETS / 100, "%u answer", answering);
    cr_expect(abs((int)silent * 1000 / (int)routers - 300) <= 10, "%u of %u are silent", silent, routers);
    free(met_at);
}

Test(synthetic, ideal_world_answers_everywhere)
{
    struct sim_topology world = make_world("ideal", 7);

    for (uint64_t i = 0; i < 2000; i++) {
        uint32_t target = some_target(i);

        for (uint8_t ttl = 1; ttl < TTLS; ttl++) {
            struct sim_hop hop = hop_at(&world, target, ttl);

            cr_assert(hop.answers);
            cr_assert_eq(hop.address == target, hop.kind == SIM_HOP_TARGET);
            cr_assert_eq(sim_quoted_ttl(&hop, ttl), ttl - (hop.distance - 1));
            cr_assert(hop.kind == SIM_HOP_TARGET || sim_quoted_ttl(&hop, ttl) == 1);
        }
    }
}

Test(synthetic, router_is_met_at_one_ttl_only)
{
    struct sim_topology world = make_bare_world(3);
    uint8_t *met_at = new_router_table();

    for (uint64_t i = 0; i < TARGETS; i++) {
        uint32_t target = i % 2 ? some_target(i) : some_target(i / 64) + (uint32_t)i * 256;
        struct sim_hop hop;

        for (uint8_t ttl = 1; hop = hop_at(&world, target, ttl), hop.kind == SIM_HOP_ROUTER; ttl++) {
            uint8_t *before = &met_at[hop.address - SIM_ROUTER_BASE];

            cr_assert_geq(hop.address, SIM_ROUTER_BASE);
            cr_assert(*before == 0 || *before == ttl, "%08x at TTL %u and %u", hop.address, *before, ttl);
            *before = ttl;
        }
    }
    free(met_at);
}

/* Neighbouring targets part where their prefixes do: what hop by hop they share is
 * what the model promises. */
Test(synthetic, near_addresses_share_their_route)
{
    struct sim_topology world = make_world("ideal", 1);

    for (uint64_t i = 0; i < 2000; i++) {
        uint32_t target = some_target(i);
        uint8_t distance = hop_at(&world, target, TTLS).distance;

        for (uint8_t ttl = 1; ttl < distance; ttl++)
            cr_assert_eq(hop_at(&world, target, ttl).address, hop_at(&world, target ^ 0xff, ttl).address);
        for (uint8_t ttl = 1; ttl <= SIM_ACCESS_ROUTERS; ttl++)
            cr_assert_eq(hop_at(&world, target, ttl).address,
                         hop_at(&world, some_target(i + 1), ttl).address);
    }
}

Test(synthetic, trunk_levels_fan_out_one_bit_at_a_time)
{
    struct sim_topology world = make_world("ideal", 1);
    uint8_t *met_at = new_router_table();
    unsigned routers[TTLS] = {0};

    for (uint64_t i = 0; i < TARGETS; i++) {
        uint32_t target = some_target(i);

        for (uint8_t ttl = 1; ttl <= 6; ttl++) {
            uint32_t address = hop_at(&world, target, ttl).address;

            if (address >> 24 != SIM_ROLE_TRUNK || met_at[address - SIM_ROUTER_BASE])
                continue;
            met_at[address - SIM_ROUTER_BASE] = ttl;
            routers[ttl]++;
        }
    }
    for (uint8_t ttl = 1; ttl <= 6; ttl++)
        cr_expect_eq(routers[ttl], ttl < 3 ? 1U : 1U << (ttl - 2), "%u routers at TTL %u", routers[ttl], ttl);
    free(met_at);
}

Test(synthetic, numbers_become_addresses_one_to_one)
{
    uint8_t *seen = calloc(1U << 24, 1);

    cr_assert_not_null(seen);
    for (uint32_t number = 0; number < 1U << 24; number++) {
        uint32_t image = mix24(0x0123456789abcdefULL, number);

        cr_assert_lt(image, 1U << 24);
        cr_assert_eq(seen[image]++, 0, "two numbers become %06x", image);
    }
    free(seen);
}

/* These literals pin the world down: metadata of old surveys must go on leading to the same truth. */
Test(synthetic, seed_decides_the_world)
{
    static const struct {
        uint64_t seed;
        uint32_t target;
        uint8_t ttl;
        uint32_t address;
        uint8_t distance;
        bool answers;
    } expected[] = {
        {1, 0x08080808, 1, 0xf05fa878, 1, true},     {1, 0x08080808, 4, 0xf076f79d, 4, true},
        {1, 0x08080808, 9, 0xf023566f, 9, false},    {1, 0x08080808, 14, 0xf5376d67, 14, false},
        {1, 0x08080808, 32, 0x08080808, 15, false},  {1, 0xc0000201, 1, 0xf05fa878, 1, true},
        {1, 0xc0000201, 4, 0xf076f79d, 4, true},     {1, 0xc0000201, 9, 0xf06efe98, 9, true},
        {1, 0xc0000201, 14, 0xf2d246cb, 14, true},   {1, 0xc0000201, 32, 0xc0000201, 16, false},
        {2, 0x08080808, 1, 0xf0ad1e4c, 1, true},     {2, 0x08080808, 4, 0xf0996e36, 4, true},
        {2, 0x08080808, 9, 0xf0ea04b2, 9, true},     {2, 0x08080808, 14, 0x08080808, 13, false},
        {2, 0x08080808, 32, 0x08080808, 13, false},  {42, 0xdfffffff, 1, 0xf098be8b, 1, true},
        {42, 0xdfffffff, 4, 0xf080ca52, 4, true},    {42, 0xdfffffff, 9, 0xf0c6a73d, 9, true},
        {42, 0xdfffffff, 14, 0xf100a62e, 14, false}, {42, 0xdfffffff, 32, 0xdfffffff, 19, false},
    };

    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        struct sim_topology world = make_bare_world(expected[i].seed);
        struct sim_hop hop = hop_at(&world, expected[i].target, expected[i].ttl);

        cr_expect_eq(hop.address, expected[i].address, "line %zu: %08x", i, hop.address);
        cr_expect_eq(hop.distance, expected[i].distance, "line %zu: distance %u", i, hop.distance);
        cr_expect_eq(hop.answers, expected[i].answers, "line %zu: answers %d", i, hop.answers);
    }
}

Test(synthetic, some_probes_meet_nothing)
{
    static const struct {
        uint32_t target;
        uint8_t ttl;
        uint8_t kind;
    } table[] = {
        {0x08080808, 0, SIM_HOP_NOTHING},  {0x08080808, 1, SIM_HOP_ROUTER},  {0xe0000001, 1, SIM_HOP_NOTHING},
        {0xefffffff, 64, SIM_HOP_NOTHING}, {0xffffffff, 1, SIM_HOP_NOTHING}, {0xfffffffe, 64, SIM_HOP_TARGET},
    };
    struct sim_topology world = make_world("ideal", 1);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        cr_expect_eq(hop_at(&world, table[i].target, table[i].ttl).kind, table[i].kind, "%08x, TTL %u",
                     table[i].target, table[i].ttl);
}
