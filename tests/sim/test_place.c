// SPDX-License-Identifier: GPL-2.0-or-later
/* Routers of the synthetic Internet as targets: they stand where traceroutes show them. */
#include <criterion/criterion.h>

#include "worlds.h"

enum { TARGETS = 3000 };

static bool is_core(uint32_t router)
{
    return router >> 24 == SIM_ROLE_CORE;
}

/* A core router is met behind several border routers: the way to itself leads by one of them. All others have
 * one way. */
static void compare_ways(const struct sim_topology *world, uint32_t target, uint32_t router, uint8_t distance)
{
    for (uint8_t ttl = 1; ttl < distance && !is_core(router); ttl++) {
        struct sim_hop expected = hop_at(world, target, ttl), hop = hop_at(world, router, ttl);

        cr_assert_eq(hop.kind, SIM_HOP_ROUTER);
        cr_assert_eq(hop.address, expected.address, "TTL %u on the way to %08x", ttl, router);
        cr_assert_eq(hop.reply_ttl, expected.reply_ttl);
    }
}

static void compare_place(const struct sim_topology *world, uint32_t target, uint8_t distance)
{
    struct sim_hop shown = hop_at(world, target, distance);

    for (uint8_t more = 0; more < 3; more++) {
        struct sim_hop hop = hop_at(world, shown.address, (uint8_t)(distance + more));

        cr_assert_eq(hop.kind, SIM_HOP_TARGET, "%08x at %u", shown.address, distance);
        cr_assert_eq(hop.address, shown.address);
        cr_assert_eq(hop.distance, distance);
        cr_assert_eq(hop.reply_ttl, shown.reply_ttl);
        cr_assert(hop.answers || !shown.answers);
    }
    compare_ways(world, target, shown.address, distance);
}

Test(place, routers_stand_where_traceroutes_show_them)
{
    struct sim_topology worlds[] = {make_world("ideal", 1), make_bare_world(2)};

    for (unsigned i = 0; i < 2 * TARGETS; i++) {
        uint32_t target = some_target(i);
        const struct sim_topology *world = &worlds[i % 2];
        uint8_t distance = hop_at(world, target, SIM_MAX_DISTANCE).distance;

        for (uint8_t ttl = 1; ttl < distance; ttl++)
            compare_place(world, target, ttl);
    }
}

Test(place, silent_routers_do_not_answer_for_themselves)
{
    struct sim_options options = sim_options_default();
    struct sim_topology world;
    uint32_t target = some_target(1);

    options.silent_permille = 1000;
    cr_assert_eq(sim_options_resolve(&options, &world), 0);
    uint32_t router = hop_at(&world, target, SIM_ACCESS_ROUTERS + 1).address;
    cr_expect_not(hop_at(&world, router, SIM_MAX_DISTANCE).answers);
    router = hop_at(&world, target, SIM_ACCESS_ROUTERS).address;
    cr_expect(hop_at(&world, router, SIM_MAX_DISTANCE).answers, "access routers always answer");
}

/* Of the numbers of border routers, a network uses few: the others are addresses like any. */
Test(place, addresses_without_a_router_are_no_routers)
{
    struct sim_topology world = make_world("ideal", 1);
    const struct sim_synthetic *s = &world.synthetic;
    static const struct {
        const char *what;
        uint32_t role, number;
    } table[] = {
        {"a trunk deeper than any", SIM_ROLE_TRUNK, 15 << 20},
        {"a third access router", SIM_ROLE_TRUNK, 1 << 20 | 1},
        {"a branch that the level has no room for", SIM_ROLE_TRUNK, 5 << 20 | 1 << 4},
        {"a fifth border router", SIM_ROLE_BORDER, 0x08000 << 4 | 4},
        {"a fifth core router", SIM_ROLE_CORE, 0x08000 << 4 | 4},
        {"a border router of a network that starts elsewhere", SIM_ROLE_BORDER, 0x14001 << 4},
        {"an interior router of no /20", SIM_ROLE_INTERIOR, 1 << 20},
        {"an interior router of no /22", SIM_ROLE_INTERIOR + 2, 1 << 22},
    };

    cr_assert_neq(sim_synthetic_network(s, 0x14001000), 0x14001);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct sim_hop hop = {.kind = SIM_HOP_NOTHING};
        uint32_t address = sim_synthetic_address(s, table[i].role, table[i].number);

        cr_expect_not(sim_synthetic_place_hop(s, address, 30, &hop), "%s", table[i].what);
        cr_expect_eq(hop.kind, SIM_HOP_NOTHING, "%s", table[i].what);
    }
}
