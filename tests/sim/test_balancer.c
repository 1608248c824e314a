// SPDX-License-Identifier: GPL-2.0-or-later
/* Load balancers of the synthetic world. The statistics are over a fixed world, as in test_synthetic.c. */
#include <stdlib.h>

#include "base/u64_set.h"
#include "sim/steps.h"
#include "worlds.h"

enum { TARGETS = 50000, TTLS = 40, FLOWS = 200 };

static struct sim_synthetic_path path_of(const struct sim_topology *world, uint32_t target)
{
    struct sim_synthetic_path path;

    sim_synthetic_path(&world->synthetic, target, 0, 0, &path);
    return path;
}

static struct sim_hop hop_of(const struct sim_topology *world, uint32_t target, uint64_t flow,
                             uint32_t packet, uint8_t ttl)
{
    struct sim_hop hop;

    sim_hop(world, target, mix64(flow), packet, ttl, &hop);
    return hop;
}

static struct sim_topology make_balanced_world(uint32_t permille)
{
    struct sim_options options = sim_options_default();

    options.realism = "ideal";
    options.balanced_permille = permille;
    return make_world_of(options);
}

static void assert_share(unsigned part, unsigned whole, double percent, double tolerance, const char *what)
{
    double found = 100.0 * part / whole;

    cr_expect(found >= percent - tolerance && found <= percent + tolerance, "%s: %.2f %%, not %.1f", what,
              found, percent);
}

Test(balancer, shares_are_as_measured)
{
    struct sim_topology world = make_world("internet", 1);
    unsigned balanced = 0, by[4] = {0}, narrow = 0, wide = 0, detours = 0;

    for (uint64_t i = 0; i < TARGETS; i++) {
        struct sim_balancer balancer = path_of(&world, some_target(i)).balancer;

        by[balancer.by]++;
        balanced += balancer.by != SIM_BALANCE_NOTHING;
        narrow += balancer.width == 2;
        wide += balancer.width > SIM_WIDEST_NETWORK;
        detours += balancer.places == SIM_BALANCE_DETOUR;
    }
    assert_share(balanced, TARGETS, 39, 1, "paths with a load balancer");
    assert_share(by[SIM_BALANCE_DESTINATIONS], balanced, 30, 2, "by destination");
    assert_share(by[SIM_BALANCE_PACKETS], balanced, 4, 1, "by packet");
    assert_share(narrow, balanced, 50, 2, "two ways wide");
    assert_share(detours, balanced, 12.5, 1.5, "of unequal length");
    cr_expect_gt(wide, 0);
    cr_expect_lt(wide, balanced / 50);
}

Test(balancer, widths_and_places_fit_their_addresses)
{
    for (uint64_t i = 0; i < TARGETS; i++) {
        struct sim_balancer balancer = sim_balancer_draw(mix64(i), i & 1);
        unsigned widest = balancer.places == SIM_BALANCE_TRANSIT ? SIM_WIDEST : SIM_WIDEST_NETWORK;

        cr_assert_neq(balancer.places, 0);
        cr_assert(balancer.width >= 2 && balancer.width <= widest, "width %u", balancer.width);
        cr_assert((i & 1) || !(balancer.places & SIM_BALANCE_TRANSIT));
    }
}

/* How many different routers packets meet at a TTL: of other flows, or of the same one. */
static unsigned count_routers(const struct sim_topology *world, uint32_t target, uint8_t ttl, bool same_flow)
{
    struct u64_set routers = {0};

    for (uint64_t i = 0; i < FLOWS; i++)
        u64_set_add(&routers, hop_of(world, target, same_flow ? 0 : i, (uint32_t)mix64(i), ttl).router);
    unsigned count = (unsigned)routers.count;
    u64_set_free(&routers);
    return count;
}

/* 200 packets find all of up to 16 equal ways but once in 25,000 times. */
static void check_width(const struct sim_topology *world, uint32_t target,
                        const struct sim_synthetic_path *path)
{
    uint8_t ttl = path->balancer.places & SIM_BALANCE_TRANSIT ? path->trunk : (uint8_t)(path->trunk + 2);
    unsigned by_flow = count_routers(world, target, ttl, false),
             by_packet = count_routers(world, target, ttl, true);
    unsigned width = path->balancer.width;

    cr_assert_eq(hop_of(world, target, 0, 0, ttl).by_chance, path->balancer.by == SIM_BALANCE_PACKETS);
    switch (path->balancer.by) {
    case SIM_BALANCE_FLOWS:
        cr_assert_eq(by_flow, width, "%08x: %u ways, not %u", target, by_flow, width);
        cr_assert_eq(by_packet, 1);
        break;
    case SIM_BALANCE_PACKETS:
        cr_assert_eq(by_packet, width, "%08x: %u ways, not %u", target, by_packet, width);
        break;
    default:
        cr_assert_eq(by_flow, 1);
        cr_assert_eq(by_packet, 1);
    }
}

Test(balancer, packets_meet_as_many_routers_as_there_are_ways)
{
    struct sim_topology world = make_balanced_world(700);

    for (uint64_t i = 0; i < 1000; i++) {
        uint32_t target = some_target(i);
        struct sim_synthetic_path path = path_of(&world, target);

        if (path.balancer.places != SIM_BALANCE_DETOUR && path.balancer.width <= 8)
            check_width(&world, target, &path);
    }
}

Test(balancer, destinations_of_a_network_go_different_ways)
{
    struct sim_topology world = make_balanced_world(1000);
    unsigned differing = 0, balanced = 0;

    for (uint64_t i = 0; i < 5000; i++) {
        uint32_t target = some_target(i);
        struct sim_synthetic_path path = path_of(&world, target), next = path_of(&world, target ^ 1);

        if (path.balancer.by != SIM_BALANCE_DESTINATIONS || path.balancer.width != 2)
            continue;
        balanced++;
        differing += path.balancer.way != next.balancer.way;
    }
    assert_share(differing, balanced, 50, 5, "neighbours on different ways");
}

Test(balancer, detours_make_a_path_one_hop_longer)
{
    struct sim_topology world = make_balanced_world(1000);
    unsigned found = 0;

    for (uint64_t i = 0; i < 1000; i++) {
        uint32_t target = some_target(i);
        struct sim_synthetic_path path = path_of(&world, target);
        unsigned longer = 0, shortest = path.distance - path.detour;

        if (path.balancer.places != SIM_BALANCE_DETOUR || path.balancer.by != SIM_BALANCE_FLOWS)
            continue;
        for (uint64_t flow = 0; flow < FLOWS; flow++) {
            unsigned distance = hop_of(&world, target, flow, 0, TTLS).distance;

            cr_assert(distance == shortest || distance == shortest + 1);
            longer += distance > shortest;
        }
        assert_share(longer, FLOWS, 100 - 100.0 / path.balancer.width, 15, "on a detour");
        found++;
    }
    cr_expect_gt(found, 50);
}

/* Where ways are of unequal length, what lies behind them is met one TTL later by some. */
Test(balancer, routers_are_met_at_one_ttl_only_but_behind_detours)
{
    struct sim_topology world = make_balanced_world(600);
    uint8_t *met_at = calloc(1U << 28, 1);

    cr_assert_not_null(met_at);
    for (uint64_t i = 0; i < 20000; i++) {
        uint32_t target = some_target(i / 4);
        struct sim_hop hop;

        for (uint8_t ttl = 1;
             hop = hop_of(&world, target, i, (uint32_t)mix64(i), ttl), hop.kind == SIM_HOP_ROUTER; ttl++) {
            uint8_t *before = &met_at[hop.address - SIM_ROUTER_BASE];
            uint32_t role = hop.address >> 24;
            bool behind = role >= SIM_ROLE_INTERIOR && role <= SIM_ROLE_TAIL;

            cr_assert(*before == 0 || *before == ttl || (behind && abs(*before - ttl) == 1),
                      "%08x at TTL %u and %u", hop.address, *before, ttl);
            *before = ttl;
        }
    }
    free(met_at);
}

Test(balancer, ways_have_addresses_of_their_own)
{
    struct sim_topology world = make_balanced_world(1000);
    struct u64_set numbers = {0}, addresses = {0};

    /* What makes a router on a way: its place, and the way. Places are told by the path. */
    for (uint64_t i = 0; i < 20000; i++) {
        uint32_t target = some_target(i);
        struct sim_synthetic_path path = path_of(&world, target);
        uint8_t ttl = (uint8_t)(path.trunk + 2);
        struct sim_hop hop = hop_of(&world, target, 0, 0, ttl);

        if (!(path.balancer.places & SIM_BALANCE_CORE) || !path.balancer.way)
            continue;
        cr_assert_eq(hop.address >> 24, SIM_ROLE_CORE_WAY);
        u64_set_add(&numbers, (uint64_t)(path.core >> 4) << 32 | path.balancer.way);
        u64_set_add(&addresses, hop.address);
    }
    cr_expect_gt(numbers.count, 1000);
    cr_expect_eq(numbers.count, addresses.count);
    u64_set_free(&numbers);
    u64_set_free(&addresses);
}

static int add_step(void *context, const struct sim_hop *from, const struct sim_hop *to)
{
    int added = u64_set_add(context, (uint64_t)(from ? from->address : 0) << 32 | to->address);

    return added < 0 ? added : 0;
}

Test(balancer, every_flow_takes_steps_that_are_known)
{
    struct sim_topology world = make_world("internet", 2);
    unsigned balanced = 0;

    for (uint64_t i = 0; i < 3000; i++) {
        uint32_t target = some_target(i), before = 0;
        struct u64_set steps = {0};

        cr_assert_eq(sim_steps_visit(&world, target, add_step, &steps), 0);
        balanced += steps.count != 0;
        for (uint8_t ttl = 1; steps.count && ttl <= 30; ttl++) {
            struct sim_hop hop = hop_of(&world, target, i, (uint32_t)mix64(i), ttl);

            cr_assert(u64_set_contains(&steps, (uint64_t)before << 32 | hop.address), "TTL %u to %08x", ttl,
                      target);
            before = hop.address;
            if (hop.kind == SIM_HOP_TARGET)
                break;
        }
        u64_set_free(&steps);
    }
    assert_share(balanced, 3000, 27, 3, "targets with steps of several flows");
}

Test(balancer, ideal_world_has_one_way_for_all)
{
    struct sim_topology world = make_world("ideal", 1);

    for (uint64_t i = 0; i < 5000; i++) {
        uint8_t ttl = (uint8_t)(1 + i % 20);
        struct sim_hop one = hop_of(&world, some_target(i), 1, 1, ttl);
        struct sim_hop other = hop_of(&world, some_target(i), i + 2, (uint32_t)mix64(i), ttl);

        cr_assert_eq(one.address, other.address);
        cr_assert_eq(one.distance, other.distance);
    }
}
