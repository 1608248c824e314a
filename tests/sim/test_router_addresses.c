// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/router_addresses.h"

#include "worlds.h"

enum {
    TARGETS = 5000,
    FAR = 40,
};

static struct sim_topology make_aliases(void)
{
    struct sim_options options = sim_options_default();

    options.realism = "ideal";
    options.alias_permille = 1000;
    return make_world_of(options);
}

/* Whoever is asked by any of its addresses is the same router, at the same distance. */
Test(router_addresses, all_lead_to_their_router)
{
    struct sim_topology world = make_aliases();
    unsigned several = 0, most = 0;

    for (uint64_t i = 0; i < TARGETS; i++) {
        struct sim_hop hop = hop_at(&world, some_target(i), (uint8_t)(1 + i % 20));
        uint32_t addresses[SIM_ROUTER_ADDRESSES_MOST];
        struct sim_hop first;

        if (hop.kind != SIM_HOP_ROUTER)
            continue;
        size_t count = sim_router_addresses(&world, hop.router, addresses);
        first = hop_at(&world, addresses[0], FAR);
        bool shown = hop.address == addresses[0];
        for (size_t j = 1; j < count; j++) {
            struct sim_hop asked = hop_at(&world, addresses[j], FAR);

            cr_assert_eq(asked.kind, SIM_HOP_TARGET);
            cr_assert_eq(asked.router, hop.router);
            cr_assert_eq(asked.distance, first.distance);
            cr_assert(asked.address == addresses[0] || asked.address == addresses[j]);
            shown |= hop.address == addresses[j];
        }
        cr_assert(shown, "%08x answers with %08x", hop.router, hop.address);
        several += count > 1;
        most = count > most ? (unsigned)count : most;
    }
    cr_expect_gt(several, 100);
    cr_expect_eq(most, SIM_ROUTER_ADDRESSES_MOST);
}

/* The other address of a link's /31 is that of the router at its other end. */
Test(router_addresses, mates_are_the_two_ends_of_a_link)
{
    struct sim_topology world = make_aliases();
    unsigned links = 0;

    for (uint64_t i = 0; i < TARGETS; i++) {
        struct sim_hop hop = hop_at(&world, some_target(i), (uint8_t)(1 + i % 20));

        if (hop.kind != SIM_HOP_ROUTER || hop.address >> 24 != SIM_ROLE_CORE_ALIAS)
            continue;
        struct sim_hop other = hop_at(&world, hop.address ^ 1, FAR);
        cr_assert_eq(other.kind, SIM_HOP_TARGET);
        cr_assert_eq(other.router >> 24, SIM_ROLE_BORDER);
        links++;
    }
    cr_expect_gt(links, 50);
}

Test(router_addresses, ip_ids_are_mixed_as_is_said)
{
    unsigned counted[SIM_IP_ID_MIXED] = {0};

    for (uint64_t i = 0; i < 16; i++)
        counted[sim_ip_id_drawn(i)]++;
    cr_expect_eq(counted[SIM_IP_ID_SHARED], 7);
    cr_expect_eq(counted[SIM_IP_ID_INTERFACE], 2);
    cr_expect_eq(counted[SIM_IP_ID_RANDOM], 3);
    cr_expect_eq(counted[SIM_IP_ID_ZERO], 2);
    cr_expect_eq(counted[SIM_IP_ID_CONSTANT] + counted[SIM_IP_ID_COPIED], 2);
}

/* 1 to 255 a second, whatever it is drawn for and however long the host runs. */
Test(router_addresses, counters_go_at_their_speed)
{
    for (uint64_t i = 0; i < 1000; i++) {
        uint64_t hash = mix64(i), start = hash >> 12, second = 1ULL << 30;
        uint16_t before = sim_ip_id_counted(hash, start), after = sim_ip_id_counted(hash, start + second);
        uint16_t by = (uint16_t)(after - before);

        cr_assert(by >= 1 && by <= 256, "%u", by);
    }
}
