// SPDX-License-Identifier: GPL-2.0-or-later
/* What counts in bounded memory: exact as long as it can be, and then as near as it says. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "output/records.h"
#include "report/sample.h"
#include "report/time_bins.h"
#include "report/top_hops.h"

enum {
    MOST = 1 << 16,
};

static void add_many(struct sample *sample, uint64_t count)
{
    int error = 0;

    for (uint64_t i = 0; i < count; i++) {
        struct sample_entry *entry = sample_find(sample, mix64(i + 1), i % 10, &error);

        cr_assert_eq(error, 0);
        if (entry)
            cr_assert_eq(entry->value, i % 10);
    }
}

Test(sample, few_are_exact)
{
    struct sample sample;

    cr_assert_eq(sample_open(&sample, MOST), 0);
    add_many(&sample, 5000);
    add_many(&sample, 5000);
    cr_expect_eq(sample.count, 5000);
    cr_expect_eq(sample_weight(&sample), 1);
    sample_close(&sample);
}

/* Five times as many as there is room for: their number, and how they are divided, are known to a percent. */
Test(sample, many_are_estimated)
{
    const uint64_t all = 5ULL * MOST;
    uint64_t tenths[10] = {0};
    struct sample sample;

    cr_assert_eq(sample_open(&sample, MOST), 0);
    add_many(&sample, all);
    cr_expect_leq(sample.count, MOST);
    cr_expect_float_eq((double)sample_count(&sample), (double)all, 0.02 * (double)all);
    for (size_t i = 0; i < sample.slot_count; i++)
        if (sample.slots[i].hash)
            tenths[sample.slots[i].value]++;
    for (int i = 0; i < 10; i++)
        cr_expect_float_eq((double)tenths[i], (double)sample.count / 10, 0.02 * (double)sample.count);
    sample_close(&sample);
}

static void answer(struct top_hops *hops, uint32_t responder, uint8_t ttl, uint32_t rtt_us)
{
    struct record record = record_plain();

    record.responder = IPV4(responder);
    record.probe_ttl = ttl;
    record.rtt_us = rtt_us;
    top_hops_add(hops, &record);
}

Test(top_hops, few_are_exact)
{
    struct top_hops *hops = calloc(1, sizeof(*hops));
    struct top_hop best[3];

    cr_assert_not_null(hops);
    for (uint32_t i = 1; i <= 100; i++)
        for (uint32_t k = 0; k < i; k++)
            answer(hops, i, (uint8_t)(k % 5 + 3), k ? 1000 - k : RECORD_NO_RTT);
    cr_assert_eq(top_hops_best(hops, best, 3), 3);
    for (uint32_t i = 0; i < 3; i++) {
        cr_expect(address_equal(best[i].address, IPV4(100 - i)));
        cr_expect_eq(best[i].count, 100 - i);
        cr_expect_eq(best[i].over, 0);
        cr_expect_eq(best[i].min_ttl, 3);
        cr_expect_eq(best[i].max_ttl, 7);
        cr_expect_eq(best[i].min_rtt_us, 1000 - (99 - i));
    }
    free(hops);
}

/* Thirty times as many as there is room for, and ten who answer often between them. */
Test(top_hops, those_who_answer_often_are_found_among_many)
{
    const uint32_t many = 30 * TOP_HOPS_KEPT;
    struct top_hops *hops = calloc(1, sizeof(*hops));
    struct top_hop best[10];

    cr_assert_not_null(hops);
    for (uint32_t i = 0; i < many; i++) {
        answer(hops, 1000 + i, 9, 5);
        answer(hops, 1 + i % 10, 2, 5);
    }
    cr_assert_eq(top_hops_best(hops, best, 10), 10);
    for (int i = 0; i < 10; i++) {
        uint64_t true_count = many / 10;

        cr_expect_leq(address_ipv4(best[i].address), 10);
        cr_expect_geq(best[i].count, true_count);
        cr_expect_leq(best[i].count - best[i].over, true_count);
        cr_expect_leq(best[i].over, 2 * many / TOP_HOPS_KEPT);
    }
    free(hops);
}

static uint64_t all_answers(const struct time_bins *bins)
{
    uint64_t all = 0;

    for (uint64_t i = 0; i < time_bins_count(bins); i++)
        all += time_bins_at(bins, i).answers;
    return all;
}

/* A microsecond, an hour, 500,000 years, forward and back: nothing is lost, and the ends stand where they belong. */
Test(time_bins, spans_of_any_length_in_any_order)
{
    static const uint64_t starts[] = {1700000000000000, 1699996400000000, 1700000000000001, 0, UINT64_MAX, 5};
    struct time_bins bins = {0};

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        time_bins_add(&bins, starts[i], (struct time_bin){1, 0});
        cr_expect_eq(all_answers(&bins), i + 1);
        cr_expect_leq(time_bins_count(&bins), TIME_BINS);
        cr_expect_gt(time_bins_at(&bins, 0).answers, 0);
        cr_expect_gt(time_bins_at(&bins, time_bins_count(&bins) - 1).answers, 0);
    }
}

Test(time_bins, an_even_rate_stays_even)
{
    struct time_bins bins = {0};

    for (uint64_t i = 0; i < 100000; i++)
        time_bins_add(&bins, i * 100, (struct time_bin){1, i % 2});
    cr_expect_eq(bins.width_us, 64000);
    for (uint64_t i = 0; i + 1 < time_bins_count(&bins); i++) {
        cr_expect_eq(time_bins_at(&bins, i).answers, 640);
        cr_expect_eq(time_bins_at(&bins, i).interfaces, 320);
    }
}
