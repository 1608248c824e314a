// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/id_search.h"

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
                uint64_t sent = s * SPACING_US + (i + twin) * 1000;
                double at = start + velocity * (double)sent / 1e6;

                id_series_add(
                    &series[i + twin],
                    (struct id_sample){sent, RTT_US, (uint16_t)((uint64_t)at + 2 * s + twin), false});
            }
        }
    }
}

/* Searches to the end, and says in how many steps. */
static unsigned search_all(struct id_search *search, struct id_pairs *pairs)
{
    unsigned steps = 1;

    while (id_search_go_on(search, pairs) > 0)
        steps++;
    return steps;
}

/* The sliding window finds what comparing all with all would. */
Test(id_search, no_pair_is_overlooked)
{
    struct id_series *series = calloc(COUNTERS, sizeof(*series));
    uint32_t members[COUNTERS];
    struct id_search search;
    struct id_pairs pairs = {0};
    size_t all = 0;

    fill(series);
    for (uint32_t i = 0; i < COUNTERS; i++)
        members[i] = i;
    for (uint32_t a = 0; a < COUNTERS; a++)
        for (uint32_t b = a + 1; b < COUNTERS; b++)
            all += !id_bounds_test(&series[a], &series[b]).broken;
    cr_assert_eq(id_search_begin(&search, series, members, COUNTERS), 0);
    cr_expect_eq(search_all(&search, &pairs), 1);
    cr_expect_geq(all, COUNTERS / 2);
    cr_expect_eq(pairs.count, all, "%zu of %zu", pairs.count, all);
    for (size_t i = 0; i < pairs.count; i++)
        for (size_t j = i + 1; j < pairs.count; j++)
            cr_expect(pairs.list[i].a != pairs.list[j].a || pairs.list[i].b != pairs.list[j].b);
    id_search_free(&search);
    id_pairs_free(&pairs);
    free(series);
}

/* All stand at one place, as nobody's counters do: each is compared with each. */
static void crowd(struct id_series *series, uint32_t *members, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        members[i] = i;
        for (uint32_t s = 0; s < ID_SAMPLES; s++)
            id_series_add(&series[i],
                          (struct id_sample){s * SPACING_US, RTT_US, (uint16_t)(s * 5 + i % 3), false});
    }
}

Test(id_search, works_in_steps_and_up_to_a_bound)
{
    enum { CROWD = 1000, ALL = CROWD * (CROWD - 1) / 2 };
    struct id_series *series = calloc(CROWD, sizeof(*series));
    uint32_t members[CROWD];
    struct id_search search;
    struct id_pairs pairs = {0};

    crowd(series, members, CROWD);
    cr_assert_eq(id_search_begin(&search, series, members, CROWD), 0);
    cr_expect_geq(search_all(&search, &pairs), ALL / (ID_COMPARED_AT_ONCE + CROWD));
    cr_expect_eq(search.compared, ALL);
    cr_expect_eq(search.left_out, 0);
    id_search_free(&search);

    cr_assert_eq(id_search_begin(&search, series, members, CROWD), 0);
    search.most = ALL / 4;
    search_all(&search, &pairs);
    cr_expect_geq(search.compared, ALL / 4);
    cr_expect_leq(search.compared, ALL / 4 + CROWD);
    cr_expect_gt(search.left_out, 0);
    id_search_free(&search);
    id_pairs_free(&pairs);
    free(series);
}
