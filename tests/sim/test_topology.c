// SPDX-License-Identifier: GPL-2.0-or-later
#include "addresses.h"
#include "world_text.h"
#include "worlds.h"

static void expect_targets(const char *kind, const char *text, const uint32_t *expected, size_t count)
{
    struct sim_topology world = world_text_make(kind, text);
    struct prefix_list list = {.count = 0};

    cr_expect(sim_topology_is_closed(&world));
    cr_assert_eq(sim_topology_add_targets(&world, &list), 0);
    prefix_list_normalize(&list, (struct granularity){.ipv4 = 24, .ipv6 = 128});
    cr_assert_eq(list.count, count);
    for (size_t i = 0; i < count; i++) {
        cr_expect(address_equal(list.prefixes[i].base, IPV4(expected[i])));
        cr_expect_eq(list.prefixes[i].length, 32);
    }
    prefix_list_free(&list);
    sim_topology_free(&world);
    sim_topology_free(&world);
}

Test(topology, targets_of_a_file_are_known)
{
    expect_targets("routes", ROUTES_TEXT, (const uint32_t[]){0x0a000001, 0x7f000001, 0xac100009}, 3);
    expect_targets("edges", EDGES_TEXT, (const uint32_t[]){0x7f010106, 0x7f010107}, 2);
}

Test(topology, the_synthetic_internet_has_no_list)
{
    struct sim_topology world = make_world("ideal", 1);
    struct prefix_list list = {.count = 0};

    cr_expect_not(sim_topology_is_closed(&world));
    cr_expect_eq(sim_topology_add_targets(&world, &list), 0);
    cr_expect_eq(list.count, 0);
    sim_topology_free(&world);
}

Test(topology, all_that_holds_nothing_can_be_freed)
{
    struct sim_topology nothing = {.kind = 0};

    sim_topology_free(&nothing);
}
