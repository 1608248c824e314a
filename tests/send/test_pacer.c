// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/pacer.h"

#include <criterion/criterion.h>
#include <math.h>

#include "base/clock.h"
#include "reference.h"
#include "table.h"

#define START (77 * NS_PER_S + 3)
#define MILLI_SPAN                                                                                           \
    1000000000000LL /* 1,000 s in ns: the pacer's rates are whole numbers of probes in that time */

enum {
    BATCH = 64,
};

static const double rates[] = {0.001, 0.5, 1, 3.7, 999, 10000, 100e3, 1234567.891, 2.5e6, 10e6};

/* rate × elapsed - granted, times MILLI_SPAN: exact. */
static __int128 owed(double rate, uint64_t elapsed_ns, uint64_t granted)
{
    return (__int128)llround(rate * 1e3) * elapsed_ns - (__int128)granted * MILLI_SPAN;
}

/* granted <= rate × elapsed + 1: no call is ever given too much. */
static void expect_not_ahead(double rate, uint64_t elapsed_ns, uint64_t granted)
{
    cr_assert(owed(rate, elapsed_ns, granted) >= -MILLI_SPAN, "%g/s: %llu granted after %llu ns", rate,
              (unsigned long long)granted, (unsigned long long)elapsed_ns);
}

/* rate × elapsed - granted < 1 when asking gives nothing more: no probe is owed. */
static void expect_not_behind(double rate, uint64_t elapsed_ns, uint64_t granted)
{
    cr_assert(owed(rate, elapsed_ns, granted) < MILLI_SPAN, "%g/s: only %llu granted after %llu ns", rate,
              (unsigned long long)granted, (unsigned long long)elapsed_ns);
}

/* Asks until nothing is given; returns what was. */
static uint64_t take_all(struct pacer *pacer, uint64_t now_ns, uint32_t batch)
{
    uint64_t total = 0;
    uint32_t granted;

    while ((granted = pacer_grant(pacer, now_ns, batch)) > 0) {
        cr_assert_leq(granted, batch);
        total += granted;
    }
    return total;
}

/* Calls at random times, gaps of up to `longest_gap`, each asking until nothing is given. */
static void expect_rate_kept(double rate, uint64_t longest_gap, unsigned calls)
{
    uint64_t random = 1, now = START, granted = 0;
    struct pacer pacer;

    pacer_init(&pacer, rate, START);
    for (unsigned call = 0; call < calls; call++) {
        granted += take_all(&pacer, now, BATCH);
        expect_not_ahead(rate, now - START, granted);
        expect_not_behind(rate, now - START, granted);
        now += reference_random(&random) % (longest_gap + 1);
    }
}

Test(pacer, keeps_every_rate)
{
    for (size_t i = 0; i < COUNT(rates); i++) {
        expect_rate_kept(rates[i], 100, 20000);
        expect_rate_kept(rates[i], 50 * NS_PER_US, 5000);
        expect_rate_kept(rates[i], PACER_CATCH_UP_NS, 300);
    }
}

/* As a sender calls it: one grant at a time, then a pause. What it does not ask for it is owed. */
Test(pacer, single_calls_are_never_ahead)
{
    for (size_t i = 0; i < COUNT(rates); i++) {
        uint64_t random = 2, now = START, granted = 0;
        struct pacer pacer;

        pacer_init(&pacer, rates[i], START);
        for (unsigned call = 0; call < 20000; call++) {
            granted += pacer_grant(&pacer, now, 1 + (uint32_t)(reference_random(&random) % BATCH));
            expect_not_ahead(rates[i], now - START, granted);
            now += reference_random(&random) % (30 * NS_PER_US);
        }
    }
}

Test(pacer, next_due_is_exact)
{
    for (size_t i = 0; i < COUNT(rates); i++) {
        uint64_t random = 3, now = START;
        struct pacer pacer;

        pacer_init(&pacer, rates[i], START);
        for (unsigned call = 0; call < 2000; call++) {
            uint64_t due = pacer_next_due(&pacer);

            if (due > now) {
                cr_assert_eq(pacer_grant(&pacer, due - 1, BATCH), 0, "%g/s", rates[i]);
                now = due;
            }
            cr_assert_gt(pacer_grant(&pacer, now, 1 + (uint32_t)(reference_random(&random) % BATCH)), 0,
                         "%g/s", rates[i]);
        }
    }
}

Test(pacer, begins_with_the_first_probe)
{
    for (size_t i = 0; i < COUNT(rates); i++) {
        struct pacer pacer;

        pacer_init(&pacer, rates[i], START);
        cr_expect_eq(pacer_grant(&pacer, START - 1, BATCH), 0);
        cr_expect_eq(pacer_next_due(&pacer), START);
        cr_expect_eq(pacer_grant(&pacer, START, BATCH), 1);
        cr_expect_eq(pacer_grant(&pacer, START, BATCH), 0);
    }
}

/* Five days at an odd rate, each call some milliseconds late: late calls do not add up. */
Test(pacer, does_not_drift)
{
    static const double odd_rates[] = {0.317, 3.337, 7.301};

    for (size_t i = 0; i < COUNT(odd_rates); i++) {
        const uint64_t end = START + 5 * 86400 * NS_PER_S;
        uint64_t random = 4, now = START, granted = 0;
        struct pacer pacer;

        pacer_init(&pacer, odd_rates[i], START);
        while (now < end) {
            granted += pacer_grant(&pacer, now, 1);
            now = pacer_next_due(&pacer) + reference_random(&random) % PACER_CATCH_UP_NS;
        }
        expect_not_ahead(odd_rates[i], now - START, granted);
        expect_not_behind(odd_rates[i], now - START, granted + 1); /* `now` has one due that was not taken */
    }
}

/* After a long pause no more comes at once than the catch-up allows, and the rate goes on from there. */
Test(pacer, forgives_what_a_long_pause_missed)
{
    static const uint64_t pauses[] = {21 * NS_PER_MS, NS_PER_S, 3600 * NS_PER_S, 90 * 86400 * NS_PER_S};

    for (size_t i = 0; i < COUNT(rates); i++)
        for (size_t pause = 0; pause < COUNT(pauses); pause++) {
            uint64_t now = START, before, burst;
            struct pacer pacer;

            pacer_init(&pacer, rates[i], START);
            before = take_all(&pacer, now, BATCH);
            now += pauses[pause];
            burst = take_all(&pacer, now, BATCH);
            expect_not_ahead(rates[i], PACER_CATCH_UP_NS, burst);
            expect_not_ahead(rates[i], now - START, before + burst);
            expect_not_ahead(rates[i], PACER_CATCH_UP_NS + 10 * NS_PER_MS,
                             burst + take_all(&pacer, now + 10 * NS_PER_MS, BATCH));
        }
}

/* A pause as long as the catch-up forgives nothing. */
Test(pacer, catches_up_after_a_short_pause)
{
    struct pacer pacer;

    pacer_init(&pacer, 10000, START);
    cr_expect_eq(take_all(&pacer, START, BATCH), 1);
    cr_expect_eq(take_all(&pacer, START + PACER_CATCH_UP_NS, BATCH), 200);
    pacer_init(&pacer, 10000, START);
    cr_expect_eq(take_all(&pacer, START + 10 * PACER_CATCH_UP_NS, BATCH), 201);
}

/* A ring that is full: what was granted and not used is granted again, at once. */
Test(pacer, takes_back)
{
    uint64_t random = 5, now = START, used = 0;
    struct pacer pacer;

    pacer_init(&pacer, 1e6, START);
    for (unsigned call = 0; call < 10000; call++) {
        uint32_t granted = pacer_grant(&pacer, now, BATCH);
        uint32_t unused = (uint32_t)(reference_random(&random) % (granted + 1));

        pacer_return(&pacer, unused);
        used += granted - unused;
        if (unused)
            cr_assert_leq(pacer_next_due(&pacer), now);
        expect_not_ahead(1e6, now - START, used);
        now += 20 * NS_PER_US; /* 20 probes, less than a batch: what is left over can be made up */
    }
    used += take_all(&pacer, now, BATCH);
    expect_not_behind(1e6, now - START, used);
}

/* A share of the slowest rate is not rounded to 0, which would mean unlimited. */
Test(pacer, below_the_slowest_rate_is_the_slowest_rate)
{
    struct pacer pacer;

    pacer_init(&pacer, 0.001 / 64, START);
    cr_expect_eq(take_all(&pacer, START, BATCH), 1);
    cr_expect_eq(pacer_next_due(&pacer), START + 1000 * NS_PER_S);
}

/* granted <= the sum of rate × time, + 1, across any changes of the rate: they add no probes. */
Test(pacer, changes_add_no_probes)
{
    for (unsigned seed = 1; seed <= 50; seed++) {
        uint64_t random = seed, now = START, granted = 0;
        size_t which = seed % COUNT(rates);
        struct pacer pacer;
        __int128 due = 0;

        pacer_init(&pacer, rates[which], now);
        for (unsigned call = 0; call < 2000; call++) {
            uint64_t gap = reference_random(&random) % (reference_random(&random) % 8 ? NS_PER_US : NS_PER_S);

            granted += take_all(&pacer, now, BATCH);
            cr_assert((__int128)granted * MILLI_SPAN <= due + MILLI_SPAN, "%llu granted",
                      (unsigned long long)granted);
            now += gap;
            due += (__int128)llround(rates[which] * 1e3) * gap;
            if (reference_random(&random) % 3 == 0) {
                which = reference_random(&random) % COUNT(rates);
                pacer_change(&pacer, rates[which], now);
            }
        }
    }
}

/* A probe that the slow rate puts far off comes as soon as the fast one wants it. */
Test(pacer, a_faster_rate_does_not_wait_for_the_slower_one)
{
    struct pacer pacer;

    pacer_init(&pacer, 0.001, START);
    cr_expect_eq(take_all(&pacer, START, BATCH), 1);
    pacer_change(&pacer, 1000, START + NS_PER_S);
    cr_expect_eq(pacer_next_due(&pacer), START + NS_PER_S + 999 * NS_PER_US);
    cr_expect_eq(take_all(&pacer, START + NS_PER_S + 10 * NS_PER_MS, BATCH), 10);
    pacer_change(&pacer, INFINITY, START + 2 * NS_PER_S);
    cr_expect_eq(pacer_grant(&pacer, START + 2 * NS_PER_S, BATCH), BATCH);
    pacer_change(&pacer, 1000, START + 2 * NS_PER_S);
    cr_expect_eq(take_all(&pacer, START + 2 * NS_PER_S, BATCH), 1);
}

/* After a pause the next probe is due at once, and none beside it. */
Test(pacer, forgives_what_was_not_asked_for)
{
    static const uint64_t pauses[] = {1, NS_PER_MS, 19 * NS_PER_MS, NS_PER_S, 3600 * NS_PER_S};
    struct pacer pacer;

    for (size_t i = 0; i < COUNT(pauses); i++) {
        uint64_t now = START + NS_PER_S + pauses[i];

        pacer_init(&pacer, 1000, START);
        cr_assert_eq(take_all(&pacer, START, BATCH), 1);
        pacer_forgive(&pacer, now);
        cr_expect_eq(take_all(&pacer, now, BATCH), 1, "%llu", (unsigned long long)pauses[i]);
        cr_expect_eq(pacer_next_due(&pacer), now + NS_PER_MS);
        pacer_forgive(&pacer, now);
        cr_expect_eq(pacer_next_due(&pacer), now + NS_PER_MS, "what is not due yet stays so");
    }
    pacer_init(&pacer, INFINITY, START);
    pacer_forgive(&pacer, START + NS_PER_S);
    cr_expect_eq(pacer_grant(&pacer, START + NS_PER_S, BATCH), BATCH);
}

Test(pacer, unlimited)
{
    struct pacer pacer;

    pacer_init(&pacer, INFINITY, START);
    for (unsigned call = 0; call < 1000; call++) {
        cr_assert_eq(pacer_grant(&pacer, START, BATCH), BATCH);
        pacer_return(&pacer, call % BATCH);
        cr_assert_leq(pacer_next_due(&pacer), START);
    }
    cr_expect_eq(pacer_grant(&pacer, START, 1), 1);
}
