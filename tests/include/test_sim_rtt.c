// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "probe.h"
#include "sim/worlds.h"
#include "sim_rtt.h"

enum { KEY = 42, TARGETS = 50000 };

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

Test(sim_rtt, the_curve_rises_and_never_ends)
{
    for (unsigned distance = 1; distance < SIM_RTT_DISTANCES; distance++)
        cr_expect_gt(sim_rtt_curve_us((uint8_t)distance), sim_rtt_curve_us((uint8_t)(distance - 1)));
    cr_expect_eq(sim_rtt_curve_us(255), sim_rtt_curve_us(SIM_RTT_DISTANCES - 1));
}

/* Of the targets that answer in the realistic world; measured figures, see docs/simulator.md. */
Test(sim_rtt, far_ends_are_as_far_as_measured)
{
    static const struct {
        unsigned percent;
        double expected_ms;
    } table[] = {{50, 110}, {90, 235}, {99, 293}};
    struct sim_topology world = make_world("internet", 1);
    uint32_t *rtts = malloc(TARGETS * sizeof(*rtts));
    size_t count = 0;

    for (uint64_t i = 0; count < TARGETS; i++) {
        struct sim_hop hop = hop_at(&world, some_target(i), PROBE_MAX_TTL);

        if (hop.answers && hop.kind == SIM_HOP_TARGET) /* else it is a loop */
            rtts[count++] = sim_rtt_us(KEY, &hop);
    }
    qsort(rtts, count, sizeof(*rtts), compare);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        double ms = rtts[count * table[i].percent / 100] / 1e3;

        cr_expect(fabs(ms - table[i].expected_ms) < 0.05 * table[i].expected_ms, "p%u is %.1f ms",
                  table[i].percent, ms);
    }
    free(rtts);
}

Test(sim_rtt, near_hops_take_a_millisecond)
{
    struct sim_hop hop = {.address = 0xf0000001, .kind = SIM_HOP_ROUTER, .distance = 1};

    cr_expect_leq(sim_rtt_us(KEY, &hop), 1000);
    hop.distance = 2;
    cr_expect_leq(sim_rtt_us(KEY, &hop), 2000);
}

/* Mostly the next hop is farther; not always, as measurements show. */
Test(sim_rtt, some_hops_answer_sooner_than_the_one_before)
{
    struct sim_topology world = make_world("ideal", 3);
    unsigned pairs = 0, sooner = 0;

    for (uint64_t i = 0; i < 2000; i++) {
        uint32_t before = 0;

        for (uint8_t ttl = 1; ttl <= hop_at(&world, some_target(i), 255).distance; ttl++, pairs++) {
            struct sim_hop hop = hop_at(&world, some_target(i), ttl);
            uint32_t rtt = sim_rtt_us(KEY, &hop);

            sooner += rtt < before;
            before = rtt;
        }
    }
    cr_expect(sooner > pairs / 100 && sooner < pairs / 5, "%u of %u", sooner, pairs);
}

Test(sim_rtt, a_measured_time_is_kept)
{
    struct sim_hop hop = {.address = 1, .distance = 9, .delay_us = 12345};

    cr_expect_eq(sim_rtt_us(KEY, &hop), 12345);
}

Test(sim_rtt, follows_from_key_and_address)
{
    struct sim_hop hop = {.address = 0xf0000001, .kind = SIM_HOP_ROUTER, .distance = 9};
    uint32_t rtt = sim_rtt_us(KEY, &hop);

    cr_expect_eq(sim_rtt_us(KEY, &hop), rtt);
    cr_expect_neq(sim_rtt_us(KEY + 1, &hop), rtt);
    hop.address++;
    cr_expect_neq(sim_rtt_us(KEY, &hop), rtt);
}

Test(sim_rtt, a_packet_takes_up_to_a_thirtysecond_longer)
{
    cr_expect_eq(sim_rtt_of_packet_us(32000, 0), 32000);
    cr_expect_eq(sim_rtt_of_packet_us(32000, UINT32_MAX), 32999);
    cr_expect_eq(sim_rtt_of_packet_us(0, UINT32_MAX), 0);
}
