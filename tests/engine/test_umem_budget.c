// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/umem_budget.h"

#include <criterion/criterion.h>
#include <math.h>

#include "table.h"

#define MB (1ULL << 20)
#define GB (1ULL << 30)

Test(umem_budget, table)
{
    static const struct {
        double rate;
        unsigned queues;
        uint64_t budget;
        uint32_t chunks;
        bool is_short;
    } rows[] = {
        {10e3, 1, 4 * GB, 8192, false},
        {100e3, 1, 4 * GB, 65536, false},
        {1e6, 1, 4 * GB, 524288, false},
        {1e6, 2, 4 * GB, 524288, false},
        {1e6, 16, 4 * GB, 65536, true},
        {100e3, 16, 4 * GB, 16384, false},
        {10e6, 128, 32 * GB, 65536, true},
        {INFINITY, 1, 4 * GB, 65536, false},
        {NAN, 1, 4 * GB, 65536, false},
        {INFINITY, 128, 4 * GB, 8192, true},
        {INFINITY, 128, 64 * GB, 65536, false},
        {10e3, 128, 4 * GB, 8192, false},
        {10e3, 128, 2 * GB, 4096, true},
        {10e3, 128, GB, 0, true},
        {10e3, 1, 8 * MB, 0, true},
        {10e3, 1, 9 * MB, 4096, true},
        {1e9, 1, UINT64_MAX, 2097152, false},
        {10e3, 1024, 64 * GB, 8192, false},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        struct umem_budget budget = umem_budget_make(rows[row].rate, rows[row].queues, rows[row].queues,
                                                     UMEM_MOST_CHUNKS, rows[row].budget);

        cr_expect_eq(budget.chunks, rows[row].chunks, "row %zu: %u", row, budget.chunks);
        cr_expect_eq(umem_budget_is_short(&budget), rows[row].is_short, "row %zu", row);
        cr_expect(budget.bytes <= rows[row].budget, "row %zu", row);
    }
}

/* Whatever is asked for: within the budget, and half a second where nothing is short. */
Test(umem_budget, invariants)
{
    for (unsigned queues = 1; queues <= 1024; queues = queues * 3 / 2 + 1)
        for (double rate = 1; rate < 3e6; rate *= 3)
            for (uint64_t memory = MB; memory < 1024 * GB; memory *= 3) {
                struct umem_budget budget = umem_budget_make(rate, queues, queues, UMEM_MOST_CHUNKS, memory);

                cr_assert_leq(budget.bytes, memory);
                cr_assert_eq(budget.chunks & (budget.chunks - 1), 0);
                cr_assert_eq(budget.chunks == 0, memory < umem_budget_least(queues));
                cr_assert(umem_budget_is_short(&budget) || budget.lasts >= 0.5, "%u %f", queues, rate);
            }
}

Test(umem_budget, knows_its_highest_rate)
{
    for (unsigned queues = 1; queues <= 1024; queues = queues * 3 / 2 + 1)
        for (uint64_t memory = MB; memory < 256 * GB; memory *= 3) {
            double rate = umem_budget_rate(queues, memory);
            struct umem_budget usual = umem_budget_make(1, queues, queues, UMEM_MOST_CHUNKS, memory);
            struct umem_budget below = umem_budget_make(rate, queues, queues, UMEM_MOST_CHUNKS, memory);
            struct umem_budget above =
                umem_budget_make(1.01 * rate, queues, queues, UMEM_MOST_CHUNKS, memory);

            cr_expect_eq(rate == 0 || umem_budget_is_short(&below), umem_budget_is_short(&usual),
                         "%u queues, %f", queues, rate);
            cr_expect(rate == 0 || umem_budget_is_short(&above) || above.chunks == UMEM_MOST_CHUNKS,
                      "%u queues, %f", queues, rate);
        }
}

Test(umem_budget, default_is_a_share_of_the_machine)
{
    cr_expect_eq(umem_budget_default(GB), 128 * MB);
    cr_expect_eq(umem_budget_default(24 * GB), 3 * GB);
    cr_expect_eq(umem_budget_default(1024 * GB), 4 * GB);
}

/* Strategies that walk: half a second of replies as far as 32 MB hold them, and 62 ms at least. */
Test(umem_budget, is_ample_with_less)
{
    static const struct {
        double rate;
        uint32_t chunks;
    } rows[] = {{10e3, 8192}, {30e3, 16384}, {200e3, 16384}, {260e3, 16384}, {270e3, 32768}, {1e6, 65536}};

    for (size_t row = 0; row < COUNT(rows); row++)
        cr_expect_eq(umem_budget_make(rows[row].rate, 1, 1, UMEM_WALK_CHUNKS, 4 * GB).chunks,
                     rows[row].chunks, "row %zu", row);
}

/* Two interfaces, one of them with a single queue: all replies may come in there. */
Test(umem_budget, needs_what_the_narrowest_entrance_needs)
{
    cr_expect_eq(umem_budget_make(1e6, 65, 64, UMEM_MOST_CHUNKS, 1024 * GB).chunks, 131072);
    cr_expect_eq(umem_budget_make(1e6, 65, 1, UMEM_MOST_CHUNKS, 1024 * GB).chunks, 524288);
}
