// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/record_sort.h"
#include "output/records.h"
#include "reference.h"

enum {
    RECORDS = 20000,
};

/* Few targets, so that much is equal; `icmp_code` and `rtt_us` say when a record came. */
static struct record made_record(uint64_t *random, uint32_t number)
{
    struct record record = record_plain();
    uint64_t draw = reference_random(random);

    record.target_address = draw % 5 ? IPV4(0xf0000000 + (uint32_t)(draw >> 8) % 300)
                                     : (struct address){(draw >> 8) % 3 << 62 | 5, (draw >> 16) % 4};
    record.flow = (uint16_t)((draw >> 24) % 3 * 0x7fff);
    record.round = (uint16_t)(126 + (draw >> 32) % 3);
    record.probe_ttl = (uint8_t)(1 + (draw >> 40) % 4);
    record.time_us = 1700000000000000 + (draw >> 48) % 3;
    record.rtt_us = number;
    return record;
}

static int compare_u64(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Within one target the order is fixed; that of targets is the sorter's own. */
static bool is_of_same_target(const struct record *a, const struct record *b)
{
    return address_equal(a->target_address, b->target_address);
}

static void expect_order(const struct record *before, const struct record *after)
{
    int order = compare_u64(before->flow, after->flow);

    if (!order)
        order = compare_u64(before->round, after->round);
    if (!order)
        order = compare_u64(before->probe_ttl, after->probe_ttl);
    if (!order)
        order = compare_u64(before->time_us, after->time_us);
    if (!order)
        order = compare_u64(before->rtt_us, after->rtt_us);
    cr_assert_lt(order, 0, "%u before %u", before->rtt_us, after->rtt_us);
}

static void sort_in(uint64_t memory)
{
    static bool seen[RECORDS];
    struct record_sort *sort;
    const struct record *record;
    struct record before = {0};
    struct address targets[400];
    uint64_t random = 1;
    unsigned target_count = 0, count = 0;

    memset(seen, 0, sizeof(seen));
    cr_assert_eq(record_sort_open(&sort, memory, "/tmp"), 0);
    for (uint32_t i = 0; i < RECORDS; i++) {
        struct record made = made_record(&random, i);

        cr_assert_eq(record_sort_add(sort, &made), 0);
    }
    for (; record_sort_next(sort, &record) == 0 && record; before = *record, count++) {
        cr_assert_not(seen[record->rtt_us]);
        seen[record->rtt_us] = true;
        if (count && is_of_same_target(&before, record)) {
            expect_order(&before, record);
            continue;
        }
        for (unsigned i = 0; i < target_count; i++)
            cr_assert_not(address_equal(targets[i], record->target_address), "its records stand together");
        targets[target_count++] = record->target_address;
    }
    cr_expect_eq(count, RECORDS);
    cr_expect_eq(target_count, 300 + 12);
    record_sort_close(sort);
}

Test(record_sort, in_memory)
{
    sort_in(1 << 26);
}

Test(record_sort, beyond_memory)
{
    sort_in(0); /* the least that it takes */
}

Test(record_sort, nothing)
{
    struct record_sort *sort;
    const struct record *record;

    cr_assert_eq(record_sort_open(&sort, 1 << 20, "/tmp"), 0);
    cr_expect_eq(record_sort_next(sort, &record), 0);
    cr_expect_null(record);
    record_sort_close(sort);
}

Test(record_sort, no_place_for_what_memory_does_not_hold)
{
    struct record_sort *sort;
    struct record record = record_plain();
    int error = 0;

    cr_assert_eq(record_sort_open(&sort, 0, "/nowhere"), 0);
    for (int i = 0; i < RECORDS && !error; i++)
        error = record_sort_add(sort, &record);
    cr_expect_eq(error, -ENOENT);
    record_sort_close(sort);
}
