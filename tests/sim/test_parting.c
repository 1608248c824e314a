// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes that part and meet again, and /16s of one route. */
#include "worlds.h"

enum {
    TARGETS = 4000,
    PARTED_FIRST = SIM_PARTING_START + 1, /* TTLs */
    PARTED_LAST = SIM_PARTING_END + 1,
};

static struct sim_topology ideal_world(uint32_t parting, uint32_t alike)
{
    struct sim_options options = sim_options_default();

    options.realism = "ideal";
    options.parting_permille = parting;
    options.alike_permille = alike;
    return make_world_of(options);
}

static bool is_parted(const struct sim_hop *hop)
{
    return hop->kind == SIM_HOP_ROUTER && hop->router >> 24 == SIM_ROLE_PARTED;
}

/* Whether a route parts, and the way of it that its routers are on, which are of one way all. */
Test(parting, routes_part_behind_hop_3_and_meet_again_at_hop_7)
{
    struct sim_topology world = ideal_world(750, 0), plain = ideal_world(0, 0);
    unsigned parted = 0, counted = 0;

    for (uint32_t i = 0; i < TARGETS; i++) {
        uint32_t target = some_target(i);
        struct sim_hop there = hop_at(&plain, target, PARTED_FIRST),
                       here = hop_at(&world, target, PARTED_FIRST);
        bool parts = is_parted(&here);

        counted += there.router >> 24 == SIM_ROLE_TRUNK;
        parted += parts;
        for (uint8_t ttl = 1; ttl < SIM_MAX_DISTANCE; ttl++) {
            struct sim_hop before = hop_at(&plain, target, ttl), hop = hop_at(&world, target, ttl);
            bool may_part =
                ttl >= PARTED_FIRST && ttl <= PARTED_LAST && before.router >> 24 == SIM_ROLE_TRUNK;

            cr_assert_eq(hop.distance, before.distance);
            cr_assert_eq(is_parted(&hop), parts && may_part, "%08x at TTL %u", target, ttl);
            cr_assert(is_parted(&hop) || hop.address == before.address);
        }
    }
    cr_expect(parted > 0.72 * counted && parted < 0.78 * counted, "%u of %u", parted, counted);
}

/* All /24s to the same hop 3 go one of four ways, each of them some. */
Test(parting, there_are_so_many_ways)
{
    struct sim_topology world = ideal_world(750, 0);
    uint32_t ways[SIM_PARTING_WAYS + 1] = {0};
    unsigned count = 0, seen[SIM_PARTING_WAYS + 1] = {0};
    uint32_t base = 0x14000000;

    for (uint32_t i = 0; i < 16; i++) { /* of a /20, which have one entry */
        uint32_t address = hop_at(&world, base + (i << 8), PARTED_FIRST).address;
        unsigned way = 0;

        while (way < count && ways[way] != address)
            way++;
        cr_assert_lt(way, SIM_PARTING_WAYS);
        if (way == count)
            ways[count++] = address;
        seen[way]++;
    }
    cr_expect_geq(count, 3);
}

Test(parting, all_of_a_16_have_one_route)
{
    struct sim_topology world = ideal_world(0, 1000);

    for (uint32_t i = 0; i < TARGETS; i++) {
        uint32_t target = some_target(i), first = target & 0xffff0000;
        uint8_t distance = hop_at(&world, first, SIM_MAX_DISTANCE + 1).distance;

        for (uint8_t ttl = 1; ttl < distance; ttl++)
            cr_assert_eq(hop_at(&world, target, ttl).address, hop_at(&world, first, ttl).address);
        cr_assert_eq(hop_at(&world, target, distance).address, target);
        cr_assert_eq(hop_at(&world, target, distance).kind, SIM_HOP_TARGET);
    }
}

/* Who has no place on any route does not answer by its own address as if it had one. */
Test(parting, routers_are_there_as_routes_show_them)
{
    struct sim_topology world = ideal_world(0, 1000), plain = ideal_world(0, 0);
    unsigned gone = 0;

    for (uint32_t i = 0; i < TARGETS; i++) {
        uint32_t target = some_target(i);
        uint8_t distance = hop_at(&plain, target, SIM_MAX_DISTANCE + 1).distance;
        struct sim_hop last = hop_at(&plain, target, (uint8_t)(distance - 1));
        struct sim_hop itself = hop_at(&world, last.address, SIM_MAX_DISTANCE + 1);

        if (itself.address != last.address || itself.distance != distance - 1)
            gone++;
    }
    cr_expect_gt(gone, TARGETS / 2);
}
