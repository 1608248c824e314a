// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/id_pairs.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum {
    SPACING_US = 500000,
    RTT_US = 10000,
    ROUND_US = 10000000,
};

/* Two addresses of one counter, 100 a second, asked in turns from `round_us` on. */
static void ask(struct id_series *series, uint64_t round_us)
{
    for (uint32_t twin = 0; twin < 2; twin++) {
        series[twin] = (struct id_series){0};
        for (uint32_t s = 0; s < ID_SAMPLES; s++) {
            uint64_t sent = round_us + s * SPACING_US + twin * SPACING_US / 2;

            id_series_add(&series[twin], (struct id_sample){sent, RTT_US, (uint16_t)(sent / 10000), false});
        }
    }
}

static int add(struct id_pairs *pairs, const struct id_series *series)
{
    return id_pairs_add(pairs, series, 0, 1, id_bounds_test(&series[0], &series[1]).share);
}

static void judge(struct id_pairs *pairs, const struct id_series *series)
{
    id_pairs_judge_begin(pairs);
    while (id_pairs_judge_more(pairs, series))
        continue;
}

Test(id_pairs, another_round_drops_what_it_breaks)
{
    struct id_series series[2];
    struct id_pairs pairs = {0};

    ask(series, 0);
    cr_assert_eq(add(&pairs, series), 0);
    judge(&pairs, series);
    cr_assert_eq(pairs.count, 1);
    for (unsigned i = 0; i < ID_SAMPLES; i++)
        series[1].samples[i].id = (uint16_t)(series[1].samples[i].id + 30000);
    judge(&pairs, series);
    cr_expect_eq(pairs.count, 0);
    id_pairs_free(&pairs);
}

/* What stands together once does so as long as both go at one speed: later rounds are no new draws, and twice as long makes
 * half the chance. */
Test(id_pairs, rounds_add_what_speeds_may_differ_by)
{
    struct id_series series[2];
    struct id_pairs pairs = {0};

    ask(series, 0);
    cr_assert_eq(add(&pairs, series), 0);
    double share = pairs.list[0].first_share, room = 2 * 65536 * share;
    cr_expect_float_eq(pairs.list[0].chance, share, 1e-9);
    for (unsigned round = 1; round < 6; round++) {
        double gone = 100.0 * round * ROUND_US / 1e6;

        ask(series, round * (uint64_t)ROUND_US);
        judge(&pairs, series);
        cr_expect_float_eq(pairs.list[0].chance, share * room / gone, share * room / gone / 20);
    }
    cr_expect_lt(pairs.list[0].shares, 1e-15);
    id_pairs_free(&pairs);
}

Test(id_pairs, are_judged_in_steps)
{
    enum { PAIRS = 2 * ID_JUDGED_AT_ONCE + 1 };
    struct id_series series[2];
    struct id_pairs pairs = {0};
    int error = 0;

    ask(series, 0);
    for (unsigned i = 0; i < PAIRS; i++)
        error |= add(&pairs, series);
    cr_assert_eq(error, 0);
    id_pairs_judge_begin(&pairs);
    cr_expect(id_pairs_judge_more(&pairs, series));
    cr_expect(id_pairs_judge_more(&pairs, series));
    cr_expect_not(id_pairs_judge_more(&pairs, series));
    cr_expect_eq(pairs.count, PAIRS);
    id_pairs_free(&pairs);
}
