// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/histogram.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "reference.h"
#include "table.h"

static const double percents[] = {0.1, 1, 10, 25, 50, 75, 90, 99, 99.9, 100};

/* One of 32 steps within a power of two, answered by its middle, is off by half a step of 1/32; the header
 * promises 3 %. */
static void expect_near(uint32_t found, uint32_t truth, const char *what)
{
    cr_expect_leq(fabs((double)found - truth), 0.03 * truth, "%s: %u instead of %u", what, found, truth);
}

static int compare(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

    return (left > right) - (left < right);
}

/* The smallest value at or below which `percent` of all lie. */
static uint32_t percentile_of_sorted(const uint32_t *values, size_t count, double percent)
{
    size_t rank = (size_t)ceil((double)count * percent / 100);

    return values[rank ? rank - 1 : 0];
}

static void expect_percentiles(uint32_t *values, size_t count, const char *what)
{
    static struct histogram histogram;

    histogram = (struct histogram){0};
    for (size_t i = 0; i < count; i++)
        histogram_add(&histogram, values[i]);
    qsort(values, count, sizeof(*values), compare);
    for (size_t i = 0; i < COUNT(percents); i++)
        expect_near(histogram_percentile(&histogram, percents[i]),
                    percentile_of_sorted(values, count, percents[i]), what);
}

Test(histogram, empty)
{
    struct histogram histogram = {0};

    for (size_t i = 0; i < COUNT(percents); i++)
        cr_expect_eq(histogram_percentile(&histogram, percents[i]), 0);
    cr_expect_eq(histogram_percentile(&histogram, 0), 0);
    cr_expect_eq(histogram_count(&histogram), 0);
}

/* Each value alone: around every power of two, and to the largest. */
Test(histogram, single_values)
{
    for (unsigned bit = 0; bit < 32; bit++)
        for (int offset = -3; offset <= 3; offset++) {
            uint32_t value = (uint32_t)((1LL << bit) + offset);
            struct histogram histogram = {0};

            if ((1LL << bit) + offset < 0)
                continue;
            histogram_add(&histogram, value);
            expect_near(histogram_percentile(&histogram, 0), value, "lowest");
            expect_near(histogram_percentile(&histogram, 50), value, "median");
            expect_near(histogram_percentile(&histogram, 100), value, "highest");
        }
    struct histogram histogram = {0};
    histogram_add(&histogram, UINT32_MAX);
    expect_near(histogram_percentile(&histogram, 50), UINT32_MAX, "the largest");
}

Test(histogram, small_values_are_exact)
{
    for (uint32_t value = 0; value < 2 * HISTOGRAM_STEPS; value++) {
        struct histogram histogram = {0};

        histogram_add(&histogram, value);
        cr_expect_eq(histogram_percentile(&histogram, 50), value);
    }
}

Test(histogram, agrees_with_sorted_values)
{
    static const size_t counts[] = {1, 2, 3, 10, 99, 100, 101, 20000};
    static uint32_t values[20000];
    uint64_t random = 1;

    for (size_t i = 0; i < COUNT(counts); i++) {
        /* As RTTs are: over several powers of ten. */
        for (size_t at = 0; at < counts[i]; at++)
            values[at] = (uint32_t)(reference_random(&random) >> (32 + reference_random(&random) % 32));
        expect_percentiles(values, counts[i], "many magnitudes");
        for (size_t at = 0; at < counts[i]; at++)
            values[at] = 110000 + (uint32_t)(reference_random(&random) % 1000);
        expect_percentiles(values, counts[i], "one magnitude");
        for (size_t at = 0; at < counts[i]; at++)
            values[at] = (uint32_t)(at % 7 ? 5 : 1000000);
        expect_percentiles(values, counts[i], "two values");
    }
}

Test(histogram, merged_is_the_same_as_added)
{
    static struct histogram parts[3], whole, merged;
    uint64_t random = 2;

    for (unsigned i = 0; i < 30000; i++) {
        uint32_t value = (uint32_t)(reference_random(&random) >> (32 + i % 32));

        histogram_add(&parts[i % 3], value);
        histogram_add(&whole, value);
    }
    for (size_t i = 0; i < COUNT(parts); i++)
        histogram_merge(&merged, &parts[i]);
    for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++)
        cr_assert_eq(counter_read(&merged.buckets[i]), counter_read(&whole.buckets[i]));
    for (size_t i = 0; i < COUNT(percents); i++)
        cr_expect_eq(histogram_percentile(&merged, percents[i]), histogram_percentile(&whole, percents[i]));
}
