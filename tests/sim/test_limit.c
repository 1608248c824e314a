// SPDX-License-Identifier: GPL-2.0-or-later
/* Token buckets: the arithmetic as a table, the vendors' shares, and the responder against the clock. */
#include <inttypes.h>
#include <linux/bpf.h>

#include "base/clock.h"
#include "responder_fixture.h"
#include "worlds.h"

enum { ROUTERS = 100000, IOS = 1, DOUBLE = 2 };

#define MS SIM_NS_PER_MS

Test(limit, buckets_fill_by_intervals)
{
    static const struct sim_bucket_size size[2] = {{.size = 3, .refill = 2, .interval_ns = 100 * MS}};
    static const struct {
        uint64_t now;
        bool passes;
    } table[] =
        {
            {1000 * MS, true},  {1000 * MS, true},  {1001 * MS, true},  {1002 * MS, false},
            {1099 * MS, false}, {1100 * MS, true},  {1100 * MS, true},  {1101 * MS, false},
            {1050 * MS, false}, /* another processor's clock */
            {1199 * MS, false}, {1250 * MS, true},  {1299 * MS, true},  {1299 * MS, false},
            {1300 * MS, true},  {9999 * MS, true},  {9999 * MS, true},  {9999 * MS, true},
            {9999 * MS, false}, {10000 * MS, true}, {10001 * MS, true}, {10002 * MS, false},
        };
    struct sim_bucket buckets[2] = {{0}};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        cr_expect_eq(sim_limit_take(buckets, size, table[i].now), table[i].passes, "line %zu", i);
}

Test(limit, both_buckets_must_have_a_token)
{
    static const struct sim_bucket_size size[2] = {{2, 2, 10 * MS}, {3, 1, 1000 * MS}};
    static const struct {
        uint64_t now;
        bool passes;
    } table[] = {
        {1 * MS, true},   {1 * MS, true},    {1 * MS, false},   {11 * MS, true},
        {11 * MS, false}, {999 * MS, false}, {1001 * MS, true}, {1001 * MS, false},
    };
    struct sim_bucket buckets[2] = {{0}};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        cr_expect_eq(sim_limit_take(buckets, size, table[i].now), table[i].passes, "line %zu", i);
}

Test(limit, shares_of_vendors_are_whole)
{
    unsigned core = 0, periphery = 0;

    for (int i = 0; i < SIM_LIMITERS; i++) {
        core += sim_limiters[i].core_percent;
        periphery += sim_limiters[i].periphery_percent;
    }
    cr_expect_eq(core, 100);
    cr_expect_eq(periphery, 100);
}

Test(limit, routers_are_drawn_by_the_shares)
{
    unsigned count[2][SIM_LIMITERS] = {{0}};

    for (uint64_t i = 0; i < ROUTERS; i++) {
        count[0][sim_limiter_drawn(mix64(i), false)]++;
        count[1][sim_limiter_drawn(mix64(i), true)]++;
    }
    for (int i = 0; i < SIM_LIMITERS; i++) {
        double core = 100.0 * count[0][i] / ROUTERS, periphery = 100.0 * count[1][i] / ROUTERS;

        cr_expect_float_eq(core, sim_limiters[i].core_percent, 0.5, "limiter %d: %.1f %%", i, core);
        cr_expect_float_eq(periphery, sim_limiters[i].periphery_percent, 0.5, "limiter %d: %.1f %%", i,
                           periphery);
    }
}

Test(limit, figures_lie_within_their_ranges)
{
    for (int i = 0; i < SIM_LIMITERS; i++)
        for (uint32_t router = 1; router < 1000; router++) {
            const struct sim_bucket_range *range = &sim_limiters[i].bucket[0];
            struct sim_bucket_size size = sim_bucket_size(range, router * 7919);

            cr_assert(size.size >= range->size_min && size.size <= range->size_max);
            cr_assert(size.interval_ns >= range->interval_min_ms * MS &&
                      size.interval_ns <= range->interval_max_ms * MS);
            cr_assert_eq(range->size_min == 0, i == 0, "only the first does not limit");
            cr_assert(i == 0 || (size.interval_ns && size.refill));
        }
}

static struct sim_topology make_limited_world(void)
{
    struct sim_options options = sim_options_default();

    options.realism = "ideal";
    options.rate_limits = 1;
    return make_world_of(options);
}

/* A probe that a router with the given limiter answers. */
static struct sim_hop find_limited(const struct sim_topology *world, uint8_t limiter, struct frame *probe)
{
    for (uint64_t i = 0;; i++) {
        uint8_t ttl = (uint8_t)(3 + i % 8);
        struct sim_hop hop = hop_at(world, some_target(i), ttl);

        if (hop.kind != SIM_HOP_ROUTER || hop.limiter != limiter)
            continue;
        frame_make_probe(probe, 0, some_target(i), ttl, 0);
        return hop;
    }
}

/* How long a series of questions took, between the first and the last: at most and at least. Not in the
 * latter are pauses so long that tokens came in faster than they were asked for, since the test had no
 * processor. */
struct series {
    uint64_t longest, shortest;
    unsigned replies, pauses;
};

static struct series ask(const struct sim_responder *responder, const struct frame *probe, uint64_t pause,
                         uint64_t duration_ns)
{
    struct series series = {0};
    uint64_t start = clock_now_ns(), last = 0, now;
    struct frame reply;

    do {
        now = clock_now_ns();
        if (last && now - last < pause)
            series.shortest += now - last;
        else if (last)
            series.pauses++;
        series.replies += responder_run(responder, probe, &reply) == XDP_TX;
        last = last && now - last < pause ? now : clock_now_ns();
    } while (now - start < duration_ns);
    series.longest = clock_now_ns() - start;
    return series;
}

/* Who asks without pause gets what was in the bucket, and each refill. */
static void check_against_clock(uint8_t limiter, uint64_t duration_ns)
{
    struct sim_topology world = make_limited_world();
    struct sim_responder *responder = responder_load(&world);
    struct frame probe;
    struct sim_hop hop = find_limited(&world, limiter, &probe);
    struct sim_bucket_size size = sim_bucket_size(&sim_limiters[limiter].bucket[0], hop.router);
    struct series series = ask(responder, &probe, size.interval_ns / size.refill / 2, duration_ns);
    uint64_t sure = size.size + series.shortest / size.interval_ns * size.refill;
    uint64_t most = size.size + series.longest / size.interval_ns * size.refill;

    cr_expect(series.replies + series.pauses * size.refill >= sure && series.replies <= most,
              "%u replies, not %" PRIu64 " to %" PRIu64 ", %u pauses", series.replies, sure, most,
              series.pauses);
    cr_expect_eq(responder_count(responder, SIM_TIME_EXCEEDED), series.replies);
    cr_expect_eq(responder_count(responder, SIM_TIME_EXCEEDED) + responder_count(responder, SIM_RATE_LIMITED),
                 responder_count(responder, SIM_RECEIVED));
    cr_expect_gt(responder_count(responder, SIM_RATE_LIMITED), 0);
    sim_responder_destroy(responder);
}

Test(limit, responder_keeps_to_the_bucket)
{
    check_against_clock(IOS, 350 * MS);
}

Test(limit, responder_keeps_to_the_slower_bucket_of_two)
{
    check_against_clock(DOUBLE, 200 * MS);
}

Test(limit, routers_have_buckets_of_their_own)
{
    struct sim_topology world = make_limited_world();
    struct sim_responder *responder = responder_load(&world);
    struct frame probe, other, reply;
    struct sim_hop hop = find_limited(&world, IOS, &probe);
    unsigned limited = 0;

    for (int i = 0; i < 50; i++)
        limited += responder_run(responder, &probe, &reply) == XDP_DROP;
    cr_expect_gt(limited, 30, "%08x", hop.router);
    find_limited(&world, DOUBLE, &other);
    cr_expect_eq(responder_run(responder, &other, &reply), XDP_TX);
    sim_responder_destroy(responder);
}

Test(limit, unlimited_world_answers_everything)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);
    struct frame probe, reply;

    frame_make_probe(&probe, 0, some_target(1), 5, 0);
    for (int i = 0; i < 1000; i++)
        cr_assert_eq(responder_run(responder, &probe, &reply), XDP_TX);
    sim_responder_destroy(responder);
}
