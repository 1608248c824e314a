// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/stopping_points.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>

#include "reference.h"
#include "table.h"

static unsigned point(double bound, unsigned k)
{
    struct stopping_points points;

    stopping_points_init(&points, bound);
    return stopping_point(&points, k);
}

/* As printed in the paper of 2007 and used since, n_7 and n_8 at 5 % apart: see the header. */
Test(stopping_points, are_those_published)
{
    static const struct {
        double bound;
        unsigned at[16];
    } published[] = {
        {0.05, {6, 11, 16, 21, 27, 33, 38 + 1, 44 + 1, 51, 57, 63, 70, 76, 83, 90, 96}},
        {0.01, {8, 15, 21, 28, 36, 43, 51, 58, 66, 74, 82, 90, 98, 106, 115, 123}},
    };

    for (size_t i = 0; i < COUNT(published); i++)
        for (unsigned k = 1; k <= 16; k++)
            cr_expect_eq(point(published[i].bound, k), published[i].at[k - 1], "bound %g, k %u: %u",
                         published[i].bound, k, point(published[i].bound, k));
}

/* With one of two next hops found after n probes, the other was missed n - 1 times. */
Test(stopping_points, begin_as_the_toss_of_a_coin_says)
{
    for (double bound = 0.5; bound > 1e-9; bound *= 0.7)
        cr_expect_eq(point(bound, 1), 1 + (unsigned)ceil(-log2(bound)), "bound %g", bound);
}

/* P(at most K - 1 of K are found by n probes), by inclusion and exclusion (Feller, vol. 1, IV.2). */
static double missing(unsigned hops, unsigned probes)
{
    double sum = 0, choose = 1;

    for (unsigned i = 1; i < hops; i++) {
        choose = choose * (hops - i + 1) / i;
        sum += (i % 2 ? 1 : -1) * choose * pow(1 - (double)i / hops, probes);
    }
    return sum;
}

/* Never less than what looking at the last point alone would ask for, and hardly more. */
Test(stopping_points, are_at_least_those_of_the_coupon_collector)
{
    for (unsigned k = 1; k <= 24; k++) {
        unsigned at = point(0.05, k);

        cr_expect_leq(missing(k + 1, at), 0.05, "k %u", k);
        cr_expect_gt(missing(k + 1, at - 2), 0.05, "k %u", k);
    }
}

/* Draws until a point says stop; whether something was missed. */
static bool fails(struct stopping_points *points, unsigned hops, uint64_t *random)
{
    uint64_t found = 0;
    unsigned count = 0;

    for (unsigned probes = 1;; probes++) {
        uint64_t hop = 1ULL << reference_random(random) % hops;

        count += !(found & hop);
        found |= hop;
        if (probes >= stopping_point(points, count))
            return count < hops;
    }
}

/* 40,000 runs tell 5 % from 5.4 % by four standard deviations. */
Test(stopping_points, keep_the_bound)
{
    static const unsigned hops[] = {2, 3, 4, 8, 9, 28};
    enum { RUNS = 40000 };
    struct stopping_points points;
    uint64_t random = 1;

    stopping_points_init(&points, 0.05);
    for (size_t i = 0; i < COUNT(hops); i++) {
        unsigned failed = 0;

        for (unsigned run = 0; run < RUNS; run++)
            failed += fails(&points, hops[i], &random);
        cr_expect_lt(failed, RUNS * 0.0544, "%u next hops: %u of %d", hops[i], failed, RUNS);
        cr_expect_gt(failed, RUNS * 0.029, "%u next hops: %u of %d, too careful", hops[i], failed, RUNS);
    }
}

Test(stopping_points, end_where_nothing_is_that_wide)
{
    struct stopping_points points;

    stopping_points_init(&points, 0.05);
    for (unsigned k = 2; k <= STOPPING_MAX_HOPS; k++)
        cr_assert_gt(stopping_point(&points, k), stopping_point(&points, k - 1));
    cr_expect_lt(stopping_point(&points, STOPPING_MAX_HOPS), 10 * STOPPING_MAX_HOPS);
    cr_expect_eq(stopping_point(&points, STOPPING_MAX_HOPS + 1), STOPPING_NEVER);
}
