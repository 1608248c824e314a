// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/spacing.h"

#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>

#include "addresses.h"
#include "base/clock.h"
#include "table.h"

enum {
    THREADS = 4,
    ROUNDS = 10,
    TRIES = 100000, /* as long as a thread takes to start */
};

static struct spacing *open_spacing(double per_prefix, double per_hop, unsigned senders)
{
    static struct spacing spacing;

    cr_assert_eq(spacing_open(&spacing, per_prefix, per_hop, 1000, senders, false), 0);
    return &spacing;
}

static bool take(struct spacing *spacing, struct probe probe, uint64_t now_ns)
{
    return spacing_take(spacing, spacing_find(spacing, spacing_part(spacing, 0), &probe), now_ns);
}

/* Without a bound there is no table of which a sender could have a part. */
Test(spacing, has_no_parts_where_nothing_is_bounded)
{
    static const double rates[] = {0, INFINITY};

    for (size_t i = 0; i < COUNT(rates); i++) {
        struct spacing spacing;

        cr_assert_eq(spacing_open(&spacing, rates[i], 0, 1000, 2, true), 0);
        cr_expect_null(spacing_part(&spacing, 1));
        spacing_close(&spacing);
    }
}

/* Which probes have a bound in common with the one that left before them. */
Test(spacing, tells_who_shares_a_bound)
{
    static const struct {
        struct probe first, second;
        bool alike;
    } cases[] = {
        {{.target_address = IPV4(0x08080801), .ttl = 9},
         {.target_address = IPV4(0x080808fe), .ttl = 8},
         true},
        {{.target_address = IPV4(0x08080801), .ttl = 9},
         {.target_address = IPV4(0x08080901), .ttl = 9},
         false},
        {{.target_address = {0x2001000100020003, 4}, .ttl = 9},
         {.target_address = {0x200100010002ffff, 1}, .ttl = 7},
         true},
        {{.target_address = {0x2001000100020003, 4}, .ttl = 9},
         {.target_address = {0x2001000100030003, 4}, .ttl = 9},
         false},
        {{.target_address = IPV4(0x08080801), .ttl = 5},
         {.target_address = IPV4(0x09080901), .ttl = 5},
         true},
        {{.target_address = IPV4(0x08080801), .ttl = 5},
         {.target_address = IPV4(0x09080901), .ttl = 4},
         false},
        {{.target_address = IPV4(0x08080801), .ttl = 6},
         {.target_address = IPV4(0x09080901), .ttl = 6},
         false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct spacing *spacing = open_spacing(10, 10, 1);

        cr_expect(take(spacing, cases[i].first, NS_PER_S), "case %zu", i);
        cr_expect_eq(take(spacing, cases[i].second, NS_PER_S), !cases[i].alike, "case %zu", i);
        cr_expect(take(spacing, cases[i].second, NS_PER_S + 200 * NS_PER_MS), "case %zu, later", i);
        spacing_close(spacing);
    }
}

Test(spacing, lets_everything_pass_without_bounds)
{
    struct spacing *spacing = open_spacing(0, 0, 1);

    for (unsigned i = 0; i < 100; i++)
        cr_assert(take(spacing, (struct probe){.target_address = IPV4(1), .ttl = 1}, NS_PER_S));
    spacing_close(spacing);
}

/* As many as the guarantee allows, and no fewer: asked every 0.1 ms for a second. */
Test(spacing, keeps_the_rate)
{
    static const double rates[] = {1, 10, 1000, 5000};

    for (size_t i = 0; i < COUNT(rates); i++) {
        struct spacing *spacing = open_spacing(rates[i], 0, 1);
        unsigned taken = 0;

        for (uint64_t ns = NS_PER_S; ns < 2 * NS_PER_S; ns += 100 * NS_PER_US)
            taken += take(spacing, (struct probe){.target_address = IPV4(1), .ttl = 9}, ns);
        cr_expect_geq(taken, rates[i]);
        cr_expect_leq(taken, rates[i] * 1.001 + 1);
        spacing_close(spacing);
    }
}

/* So that those that wait do not all look at the same time. */
/* A sender that another thread kept from running has an old time when it asks for its turn. */
Test(spacing, is_kept_by_senders_whose_time_is_old)
{
    static const double rates[] = {10, 100, 3000};
    static const uint64_t old_ns[] = {SPACING_SLACK_NS / 2, 2 * NS_PER_MS, 9 * NS_PER_MS, 99 * NS_PER_MS};
    static const struct probe probe = {.target_address = IPV4(0x08080801), .ttl = 2};

    for (size_t i = 0; i < COUNT(rates); i++)
        for (size_t j = 0; j < COUNT(old_ns); j++) {
            struct spacing *spacing = open_spacing(j % 2 ? rates[i] : 0, j % 2 ? 0 : rates[i], 2);
            uint64_t now_ns = 5 * NS_PER_S;
            unsigned taken = 0;

            while (taken < 100 && take(spacing, probe, now_ns))
                taken++;
            cr_expect_lt(taken, 5, "%g per second", rates[i]);
            cr_expect_not(take(spacing, probe, now_ns - old_ns[j]), "%g per second, %lu ns old", rates[i],
                          old_ns[j]);
            cr_expect_not(take(spacing, probe, now_ns), "its turn is not given back");
            cr_expect(take(spacing, probe, now_ns + NS_PER_S), "the next one");
            spacing_close(spacing);
        }
}

Test(spacing, promises_each_another_time)
{
    struct spacing *spacing = open_spacing(10, 0, 1);
    const struct probe probe = {.target_address = IPV4(0x08080801), .ttl = 9};
    struct spacing_turn turn = spacing_find(spacing, spacing_part(spacing, 0), &probe);

    cr_assert(spacing_take(spacing, turn, NS_PER_S));
    uint64_t first_ns = spacing_promise(spacing, turn, NS_PER_S);
    uint64_t second_ns = spacing_promise(spacing, turn, NS_PER_S);

    cr_expect(first_ns >= NS_PER_S + 100 * NS_PER_MS && first_ns < NS_PER_S + 101 * NS_PER_MS);
    cr_expect(second_ns >= first_ns + 100 * NS_PER_MS && second_ns < first_ns + 101 * NS_PER_MS);
    cr_expect_not(spacing_take(spacing, turn, NS_PER_S + 98 * NS_PER_MS));
    cr_expect(spacing_take(spacing, turn, first_ns));
    cr_expect(spacing_take(spacing, turn, second_ns));
    spacing_close(spacing);
}

/* A word of 32 bits comes round: one that was left long ago is free, or looks as if it were just taken. */
Test(spacing, words_that_come_round)
{
    static const double rates[] = {0.001, 1, 1000, 1e6};
    const struct probe probe = {.target_address = IPV4(0x08080801), .ttl = 9};

    for (size_t i = 0; i < COUNT(rates); i++) {
        uint64_t interval_ns = (uint64_t)((double)NS_PER_S / rates[i]), now_ns = NS_PER_S;
        struct spacing *spacing = open_spacing(rates[i], 0, 1);
        unsigned waited = 0;

        for (uint64_t k = 2; k < 5000; now_ns += k++ * interval_ns) {
            if (take(spacing, probe, now_ns))
                continue;
            waited++;
            cr_assert(take(spacing, probe, now_ns + interval_ns + interval_ns / 1000 + SPACING_SLACK_NS));
        }
        cr_expect_leq(waited, 20, "%g a second: %u of 5,000", rates[i], waited);
        spacing_close(spacing);
    }
}

/* In any span of time: the guarantee, with probes that ask at random moments. */
Test(spacing, keeps_its_guarantee)
{
    static const double rates[] = {3, 900, 7777, 99000};
    static uint64_t times[20000];
    uint64_t state = 1;

    for (size_t i = 0; i < COUNT(rates); i++) {
        struct spacing *spacing = open_spacing(rates[i], 0, 1);
        uint64_t now_ns = NS_PER_S, mean_ns = (uint64_t)(0.4 * (double)NS_PER_S / rates[i]);
        size_t count = 0;

        while (count < COUNT(times)) {
            state = state * 6364136223846793005 + 1442695040888963407;
            now_ns += (state >> 33) % (2 * mean_ns);
            if (take(spacing, (struct probe){.target_address = IPV4(1), .ttl = 9}, now_ns))
                times[count++] = now_ns;
        }
        for (size_t span = 1; span < 1000; span += 7)
            for (size_t k = 0; k + span < count; k += 3)
                cr_assert_leq((double)(span + 1),
                              rates[i] * (double)(times[k + span] - times[k] + SPACING_SLACK_NS) / 1e9 + 1 +
                                  1e-9);
        spacing_close(spacing);
    }
}

struct racer {
    pthread_t thread;
    pthread_barrier_t *start;
    struct spacing *spacing;
    unsigned taken;
};

/* All try at the same moment, again and again. */
static void *race(void *argument)
{
    struct racer *self = argument;

    for (uint64_t round = 1; round <= ROUNDS; round++) {
        pthread_barrier_wait(self->start);
        for (unsigned i = 0; i < TRIES; i++)
            self->taken +=
                take(self->spacing, (struct probe){.target_address = IPV4(7), .ttl = 3}, round * NS_PER_S);
    }
    return NULL;
}

/* At 100 million a second the slack of a millisecond is 100,000 turns: for all together, not for each. */
Test(spacing, holds_for_all_senders_together)
{
    const unsigned turns = SPACING_SLACK_NS / 10 + 1;
    struct spacing *spacing = open_spacing(1e8, 0, THREADS);
    struct racer racers[THREADS];
    pthread_barrier_t start;
    unsigned taken = 0;

    cr_assert_eq(pthread_barrier_init(&start, NULL, THREADS), 0);
    for (unsigned i = 0; i < THREADS; i++) {
        racers[i] = (struct racer){.start = &start, .spacing = spacing};
        cr_assert_eq(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(racers[i].thread, NULL);
        taken += racers[i].taken;
    }
    cr_expect_eq(taken, ROUNDS * turns);
    pthread_barrier_destroy(&start);
    spacing_close(spacing);
}
