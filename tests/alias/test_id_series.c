// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/id_series.h"

#include <criterion/criterion.h>
#include <string.h>

#include "reference.h"

enum {
    MS = 1000,
    RTT = 20 * MS,
    SPACING = 500 * MS,
};

/* IDs as they came, half a second apart. */
static struct id_series series_of(const uint16_t *ids, unsigned count)
{
    struct id_series series = {0};

    for (unsigned i = 0; i < count; i++)
        id_series_add(&series, (struct id_sample){i * SPACING, RTT, ids[i], false});
    return series;
}

/* A counter that stands at `start` at 0 and goes up by `velocity` a second, asked from `first_us` on. */
static struct id_series counted_by(uint32_t start, double velocity, uint64_t first_us, unsigned count,
                                   uint64_t spacing_us)
{
    struct id_series series = {0};

    for (unsigned i = 0; i < count; i++) {
        uint64_t at = first_us + i * spacing_us;
        uint16_t id = (uint16_t)(uint64_t)(start + velocity * (double)at / 1e6);

        id_series_add(&series, (struct id_sample){at, RTT, id, false});
    }
    return series;
}

static struct id_series counted(uint32_t start, double velocity, uint32_t first_us, unsigned count)
{
    return counted_by(start, velocity, first_us, count, SPACING);
}

#define SERIES(...) series_of((const uint16_t[]){__VA_ARGS__}, sizeof((const uint16_t[]){__VA_ARGS__}) / 2)

Test(id_series, what_makes_ids)
{
    const struct {
        struct id_series series;
        enum id_kind kind;
    } cases[] = {
        {SERIES(1, 2, 3), ID_UNKNOWN},
        {SERIES(1, 2, 3, 4), ID_COUNTER},
        {SERIES(65500, 65530, 10, 50), ID_COUNTER}, /* comes round */
        {SERIES(0, 0, 0, 0, 0), ID_ZERO},
        {SERIES(7, 7, 7, 7), ID_CONSTANT},
        {SERIES(1, 2, 2, 3), ID_RANDOM}, /* no counter gives one twice */
        {SERIES(10, 30000, 5, 20000), ID_RANDOM},
        {SERIES(0, 19660, 39320, 58980), ID_COUNTER},
        {SERIES(0, 19661, 39322, 58983), ID_RANDOM}, /* too fast to be followed */
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        cr_expect_eq(id_series_kind(&cases[i].series), cases[i].kind, "case %zu", i);
}

Test(id_series, an_id_that_was_sent_is_no_counter)
{
    struct id_series series = SERIES(1, 2, 3, 4);

    for (unsigned i = 0; i < series.count; i++)
        series.samples[i].copied = true;
    cr_assert_eq(id_series_kind(&series), ID_COPIED);
    series.samples[2].copied = false; /* by chance a counter may stand where the probe's is */
    cr_assert_eq(id_series_kind(&series), ID_COUNTER);
}

Test(id_series, answers_that_overtake_others_come_into_their_place)
{
    struct id_series series = {0};

    id_series_add(&series, (struct id_sample){2000, 7000, 12, false});
    id_series_add(&series, (struct id_sample){0, 9500, 10, false});
    id_series_add(&series, (struct id_sample){3000, 500, 13, false});
    id_series_add(&series, (struct id_sample){1000, 8900, 11, false});
    for (unsigned i = 0; i < 4; i++)
        cr_expect_eq(series.samples[i].id, 10 + i);
    cr_assert_eq(id_series_kind(&series), ID_COUNTER);
}

Test(id_series, velocity_and_place)
{
    const struct id_series series = counted(65000, 1000, 0, 6);

    cr_expect_float_eq(id_series_velocity(&series), 1000, 1);
    cr_expect_eq(id_series_at(&series, 1000 * MS), (uint16_t)66000);
    cr_expect_float_eq((int16_t)(id_series_at(&series, 1250 * MS) - (uint16_t)66250), 0, 2);
}

/* Probes to both take turns: one 250 ms after the other. */
Test(id_series, one_counter_passes_and_tells_how_likely_that_was)
{
    const struct id_series a = counted(65400, 100, 0, 8), b = counted(65400, 100, 250 * MS, 8);
    const struct id_bounds bounds = id_bounds_test(&a, &b);

    cr_expect_not(bounds.broken);
    cr_expect_geq(bounds.checks, 14);
    cr_expect_gt(bounds.share, 6 / 65536.0);
    cr_expect_lt(bounds.share, 50 / 65536.0); /* narrower than the bounds: half a second of 100 a second */
}

Test(id_series, two_counters_break)
{
    const struct id_series a = counted(0, 100, 0, 8);

    for (uint32_t start = 12; start < 65500; start += start < 100 ? 1 : 997) {
        const struct id_series b = counted(start, 100, 250 * MS, 8);

        cr_expect(id_bounds_test(&a, &b).broken, "%u", start);
    }
}

/* Equal to one of its bounds is not between them: a counter gives no ID twice. */
Test(id_series, the_same_id_twice_breaks)
{
    struct id_series a = counted(0, 100, 0, 8), b = counted(0, 100, 250 * MS, 8);

    b.samples[3].id = a.samples[3].id;
    cr_assert(id_bounds_test(&a, &b).broken);
}

Test(id_series, loss_widens_bounds_and_breaks_nothing)
{
    struct id_series a = counted(65400, 100, 0, 8), b = {0};
    const struct id_series all = counted(65400, 100, 250 * MS, 8);

    for (unsigned i = 0; i < 8; i += 2)
        id_series_add(&b, all.samples[i]);
    a.samples[3] = a.samples[4]; /* the fourth was lost */
    memmove(&a.samples[3], &a.samples[4], 4 * sizeof(a.samples[0]));
    a.count = 7;

    const struct id_bounds bounds = id_bounds_test(&a, &b), whole = id_bounds_test(&a, &all);
    cr_expect_not(bounds.broken);
    cr_expect_geq(bounds.checks, ID_CHECKS_NEEDED);
    cr_expect_lt(bounds.share, 1);
    cr_expect_not(whole.broken);
}

Test(id_series, too_few_checks_say_nothing)
{
    const struct id_series a = counted(0, 100, 0, 2), b = counted(0, 100, 250 * MS, 2);
    const struct id_bounds bounds = id_bounds_test(&a, &b);

    cr_expect_not(bounds.broken);
    cr_expect_eq(bounds.share, 1);
}

/* Whose probes are under way at the same time may have been answered in either order. */
Test(id_series, what_overlaps_has_no_order)
{
    struct id_series a = {0}, b = {0};

    for (uint32_t i = 0; i < 8; i++) {
        id_series_add(&a, (struct id_sample){i * SPACING, RTT, (uint16_t)(100 * i + 1), false});
        id_series_add(&b, (struct id_sample){i * SPACING + MS, RTT - MS, (uint16_t)(100 * i), false});
    }
    cr_assert_not(id_bounds_test(&a, &b).broken);
}

/* Bounds across which a counter may have come round say nothing. */
Test(id_series, bounds_that_are_too_wide_are_not_looked_at)
{
    const struct id_series a = counted(0, 50000, 0, 8), b = counted(30000, 50000, 250 * MS, 8);

    cr_assert_eq(id_bounds_test(&a, &b).checks, 0);
}

/* A million addresses at 1,000 a second are asked every 17 minutes: all their samples take more than two hours. */
Test(id_series, rounds_of_hours_are_as_good)
{
    const uint64_t spacing = 1000ULL * 1000 * MS, begins[] = {0, UINT32_MAX - spacing, 1ULL << 40};

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        const struct id_series a = counted_by(7, 2, begins[i], 8, spacing);
        const struct id_series b = counted_by(7, 2, begins[i] + spacing / 2, 8, spacing);
        const struct id_series other = counted_by(3000, 2, begins[i] + spacing / 2, 8, spacing);
        const struct id_bounds bounds = id_bounds_test(&a, &b);

        cr_expect_eq(id_series_kind(&a), ID_COUNTER, "from %zu", i);
        cr_expect_float_eq(id_series_velocity(&a), 2, 0.01);
        cr_expect_eq(id_series_at(&a, begins[i] + 3 * spacing / 2), (uint16_t)(a.samples[1].id + 1000));
        cr_expect_not(bounds.broken);
        cr_expect_geq(bounds.checks, 14);
        cr_expect(id_bounds_test(&a, &other).broken);
    }
}

/* As often as the share says, and no more often, unrelated counters pass one round. The share is that of counters of the
 * same speeds which pass. */
Test(id_series, unrelated_counters_pass_as_often_as_is_said)
{
    enum { PAIRS = 200000 };
    uint64_t random = 1;
    double said = 0;
    unsigned passed = 0;

    for (int i = 0; i < PAIRS; i++) {
        double velocity = 200 + (double)(reference_random(&random) % 800);
        uint16_t start = (uint16_t)reference_random(&random);
        const struct id_series a = counted(start, velocity, 0, 8);
        const struct id_series one = counted(start, velocity, 250 * MS, 8);
        const struct id_series b = counted((uint16_t)reference_random(&random), velocity, 250 * MS, 8);

        passed += !id_bounds_test(&a, &b).broken;
        said += id_bounds_test(&a, &one).share;
    }
    cr_expect_leq(passed, said * 1.1, "%u passed of %d, %.0f were said to", passed, PAIRS, said);
    cr_expect_geq(passed, said * 0.02);
}
