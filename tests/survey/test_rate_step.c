// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/rate_step.h"

#include <criterion/criterion.h>

#include "table.h"

Test(rate_step, goes_to_the_next_number)
{
    static const struct {
        double rate, up, down;
    } cases[] = {
        {10000, 12500, 8000},        {12500, 16000, 10000}, {31500, 40000, 25000}, {11000, 12500, 10000},
        {7999.9999999, 10000, 6300}, {1, 1.25, 1},          {0.5, 1, 0.5},         {1e9, 1e9, 8e8},
        {2e12, 2e12, 1e9},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_float_eq(rate_step(cases[i].rate, true), cases[i].up, cases[i].up * 1e-9, "case %zu: %g", i,
                           rate_step(cases[i].rate, true));
        cr_expect_float_eq(rate_step(cases[i].rate, false), cases[i].down, cases[i].down * 1e-9,
                           "case %zu: %g", i, rate_step(cases[i].rate, false));
    }
}

/* From the bottom to the top and back by the same numbers. */
Test(rate_step, comes_back)
{
    for (double rate = 1; rate < 8e8;) {
        double next = rate_step(rate, true);

        cr_assert_gt(next, rate);
        cr_expect_float_eq(rate_step(next, false), rate, rate * 1e-9);
        rate = next;
    }
}
