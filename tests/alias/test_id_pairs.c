// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/id_pairs.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "reference.h"

enum {
    COUNTERS = 400,
    SPACING_US = 500000,
    RTT_US = 10000,
};

/* Counters in twos, asked in turns: the second of each two is the first one's. */
static void fill(struct id_series *series)
{
    uint64_t random = 7;

    for (uint32_t i = 0; i < COUNTERS; i += 2) {
        double start = (double)(reference_random(&random) & 0xffff);
        double velocity = (double)(1U << (reference_random(&random) % 9));

        for (uint32_t twin = 0; twin < 2; twin++) {
            series[i + twin] = (struct id_series){0};
            for (uint32_t s = 0; s < ID_SAMPLES; s++) {
                uint32_t sent = s * SPACING_US + (i + twin) * 1000;
                double at = start + velocity * sent / 1e6;

                id_series_add(
                    &series[i + twin],
                    (struct id_sample){sent, sent + RTT_US, (uint16_t)((uint64_t)at + 2 * s + twin), false});
            }
        }
    }
}

/* The sliding window finds what comparing all with all would. */
Test(id_pairs, no_pair_is_overlooked)
{
    struct id_series *series = calloc(COUNTERS, sizeof(*series));
    uint32_t members[COUNTERS];
    struct id_pairs pairs = {0};
    size_t all = 0;

    fill(series);
    for (uint32_t i = 0; i < COUNTERS; i++)
        members[i] = i;
    for (uint32_t a = 0; a < COUNTERS; a++)
        for (uint32_t b = a + 1; b < COUNTERS; b++)
            all += !id_bounds_test(&series[a], &series[b]).broken;
    cr_assert_eq(id_pairs_find(&pairs, series, members, COUNTERS), 0);
    cr_expect_geq(all, COUNTERS / 2);
    cr_expect_eq(pairs.count, all, "%zu of %zu", pairs.count, all);
    for (size_t i = 0; i < pairs.count; i++)
        for (size_t j = i + 1; j < pairs.count; j++)
            cr_expect(pairs.list[i].a != pairs.list[j].a || pairs.list[i].b != pairs.list[j].b);
    id_pairs_free(&pairs);
    free(series);
}

Test(id_pairs, another_round_drops_what_it_breaks_and_multiplies_chances)
{
    struct id_series *series = calloc(COUNTERS, sizeof(*series));
    uint32_t members[] = {0, 1};
    struct id_pairs pairs = {0};

    fill(series);
    cr_assert_eq(id_pairs_find(&pairs, series, members, 2), 0);
    cr_assert_eq(pairs.count, 1);
    double chance = pairs.list[0].chance;
    id_pairs_judge(&pairs, series);
    cr_expect_float_eq(pairs.list[0].chance, chance * chance, 1e-12);
    for (unsigned i = 0; i < ID_SAMPLES; i++)
        series[1].samples[i].id = (uint16_t)(series[1].samples[i].id + 30000);
    id_pairs_judge(&pairs, series);
    cr_expect_eq(pairs.count, 0);
    id_pairs_free(&pairs);
    free(series);
}
