// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>

#include "sim/cells.h"

enum { MANY = 200000, FLOWS = 100000 };

static uint32_t target_at(uint32_t i)
{
    return i * 0x9e3779b1U; /* odd: a bijection */
}

/* Cells with `count` targets, the entry of the i-th at cell i + 1. */
static struct sim_cells make_cells(uint32_t count)
{
    union sim_cell *slots = calloc(count + 1, sizeof(*slots));
    struct cell_list list = {.count = 0};
    struct sim_cells cells;

    for (uint32_t i = 0; i < count; i++) {
        slots[i].slot.target = target_at(i);
        cr_assert_eq(cell_list_add(&list, (union sim_cell){.hop = {.address = i}}, &slots[i].slot.entry), 0);
        cr_assert_eq(slots[i].slot.entry, i + 1);
    }
    cr_assert_eq(cell_list_index(&list, slots, count, &cells), 0);
    cr_assert_null(list.cells);
    free(slots);
    return cells;
}

Test(cells, each_target_leads_to_its_entry_and_no_other_to_any)
{
    static const uint32_t counts[] = {0, 1, 8, 9, 1000, MANY};

    for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
        struct sim_cells cells = make_cells(counts[c]);

        for (uint32_t i = 0; i < counts[c]; i++)
            cr_assert_eq(sim_entry(&cells, target_at(i)), i + 1);
        for (uint32_t i = counts[c]; i < counts[c] + 1000; i++)
            cr_assert_eq(sim_entry(&cells, target_at(i)), 0);
        free((void *)(uintptr_t)cells.cells);
    }
}

Test(cells, there_is_nothing_beyond_the_last)
{
    struct sim_cells cells = make_cells(3);

    cr_expect_not_null(sim_cell(&cells, cells.count - 1));
    cr_expect_null(sim_cell(&cells, cells.count));
    cr_expect_null(sim_cell(&cells, UINT32_MAX));
    free((void *)(uintptr_t)cells.cells);
}

Test(cells, an_abandoned_list_can_be_freed)
{
    struct cell_list list = {.count = 0};

    for (uint32_t i = 0; i < 10000; i++)
        cr_assert_eq(cell_list_add(&list, (union sim_cell){.hop = {.address = i}}, NULL), 0);
    cell_list_free(&list);
    cr_expect_null(list.cells);
    cr_expect_eq(list.count, 0);
}

/* Chi-squared over `cells` equally likely outcomes of FLOWS draws: beyond `limit` in one of 1,000 cases. */
static void expect_even(const uint32_t *counts, uint32_t cells, double limit)
{
    double expected = (double)FLOWS / cells, sum = 0;

    for (uint32_t i = 0; i < cells; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    cr_expect_lt(sum, limit, "chi-squared of %u outcomes is %f", cells, sum);
}

Test(cells, load_balancers_choose_evenly)
{
    static const struct {
        uint32_t count;
        double limit;
    } table[] = {{2, 10.83}, {3, 13.82}, {5, 18.47}, {10, 27.88}, {28, 55.48}};

    for (size_t t = 0; t < sizeof(table) / sizeof(table[0]); t++) {
        uint32_t counts[28] = {0};

        for (uint64_t flow = 0; flow < FLOWS; flow++)
            counts[sim_choose(mix64(flow), 7, table[t].count)]++;
        expect_even(counts, table[t].count, table[t].limit);
    }
}

/* 4 × 4 outcomes of two balancers, 15 degrees of freedom. */
Test(cells, load_balancers_choose_independently)
{
    for (uint64_t key = 1; key < 20; key++) {
        uint32_t counts[16] = {0};

        for (uint64_t flow = 0; flow < FLOWS; flow++)
            counts[sim_choose(mix64(flow), key, 4) * 4 + sim_choose(mix64(flow), key + 1, 4)]++;
        expect_even(counts, 16, 45.0); /* for the largest of 19: one in 10,000 each */
    }
}
