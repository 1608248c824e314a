// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/limits.h"

#include <criterion/criterion.h>

#include "table.h"

/* By hand: a megabyte, what waits, and what comes while replies are waited for and until the next look. */
Test(limits, reserve)
{
    static const struct {
        double bytes;
        uint64_t pending;
        double per_second, seconds;
        uint64_t expected;
    } cases[] = {
        {60, 0, 0, 5, 1 << 20},
        {60, 1000, 0, 5, (1 << 20) + 60000},
        {100, 0, 10000, 4.75, (1 << 20) + 5000000},
        {50, 200, 1000000, 0.75, (1 << 20) + 10000 + 50000000},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(limits_reserve(cases[i].bytes, cases[i].pending, cases[i].per_second, cases[i].seconds),
                     cases[i].expected, "%zu", i);
}
