// SPDX-License-Identifier: GPL-2.0-or-later
/* Routes that change while a survey runs. */
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <string.h>

#include "base/clock.h"
#include "responder_fixture.h"
#include "worlds.h"

enum {
    TARGETS = 4000,
};

static struct sim_topology churning_world(const char *realism, uint32_t permille, uint64_t within_ns)
{
    struct sim_options options = sim_options_default();

    options.realism = realism;
    options.rate_limits = 0;
    options.churn_permille = permille;
    options.churn_ns = within_ns;
    options.ip_ids = "zero"; /* others follow from the time */
    return make_world_of(options);
}

/* How many of a route's hops are others in `later`, which is as long, and whose end answers as before. */
static unsigned count_other_hops(const struct sim_topology *world, const struct sim_topology *later,
                                 uint32_t target)
{
    unsigned others = 0;

    for (uint8_t ttl = 1; ttl <= SIM_MAX_DISTANCE; ttl++) {
        struct sim_hop hop = hop_at(world, target, ttl), after = hop_at(later, target, ttl);

        cr_assert_eq(after.kind, hop.kind);
        cr_assert_eq(after.distance, hop.distance);
        if (hop.kind == SIM_HOP_TARGET)
            cr_assert_eq(after.answers, hop.answers);
        else
            others += after.router != hop.router;
    }
    return others;
}

Test(churn, so_many_20s_get_another_route)
{
    struct sim_topology world = churning_world("ideal", 300, NS_PER_S), later = sim_topology_later(&world);
    unsigned change = 0, others = 0;

    for (uint32_t i = 0; i < TARGETS; i++) {
        uint32_t target = some_target(i);
        unsigned count = count_other_hops(&world, &later, target);

        cr_assert_eq(sim_changes(&world, target), sim_changes(&world, target ^ 0xfff), "all of a /20");
        cr_assert(count == 0 || sim_changes(&world, target));
        change += sim_changes(&world, target);
        others += count > 0;
    }
    cr_expect(change > 0.27 * TARGETS && change < 0.33 * TARGETS, "%u change", change);
    cr_expect_gt(others, 0.9 * change, "of %u that change %u have another route", change, others);
}

Test(churn, moments_are_spread_evenly)
{
    struct sim_topology world = churning_world("ideal", 1000, 8 * NS_PER_S);
    unsigned counts[8] = {0};

    for (uint32_t i = 0; i < TARGETS; i++) {
        uint64_t second = sim_change_ns(&world, some_target(i)) / NS_PER_S;

        cr_assert_leq(second, 8);
        counts[second < 8 ? second : 7]++;
    }
    for (size_t i = 0; i < 8; i++)
        cr_expect(counts[i] > TARGETS / 10 && counts[i] < TARGETS / 6, "%u in second %zu", counts[i], i);
}

/* What the responder of `world` answers is what is true in `expected`. */
static void compare(const struct sim_topology *world, const struct sim_topology *expected)
{
    struct sim_responder *responder = responder_load(world);
    struct frame in, out;

    for (uint32_t i = 0; i < 200; i++)
        for (uint8_t ttl = 1; ttl <= SIM_MAX_DISTANCE; ttl++) {
            frame_make_probe(&in, 0, some_target(i), ttl, 0);
            struct sim_hop hop = frame_hop(expected, &in, ETHERNET_HEADER);

            cr_assert_eq(responder_run(responder, &in, &out), hop.answers ? XDP_TX : XDP_DROP);
            if (hop.answers)
                cr_assert_eq(load_be32(out.bytes + ETHERNET_HEADER + 12), hop.address, "%u at TTL %u", i,
                             ttl);
        }
    sim_responder_destroy(responder);
}

Test(churn, the_responder_changes_routes_in_time)
{
    struct sim_topology at_once = churning_world("ideal", 500, 0);
    struct sim_topology in_years = churning_world("ideal", 500, 1000000000 * NS_PER_S);
    struct sim_topology later = sim_topology_later(&at_once);

    compare(&at_once, &later);
    compare(&in_years, &in_years);
}
