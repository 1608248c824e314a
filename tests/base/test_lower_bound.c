// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/lower_bound.h"

#include <criterion/criterion.h>

#include "table.h"

static bool is_less(const void *element, const void *wanted)
{
    return *(const int *)element < *(const int *)wanted;
}

static bool is_no_more(const void *element, const void *wanted)
{
    return *(const int *)element <= *(const int *)wanted;
}

Test(lower_bound, first_that_is_not_before)
{
    static const int list[] = {2, 4, 4, 4, 7, 9};
    static const struct {
        int wanted;
        size_t least, beyond;
    } cases[] = {{1, 0, 0}, {2, 0, 1}, {3, 1, 1}, {4, 1, 4}, {5, 4, 4}, {8, 5, 5}, {9, 5, 6}, {10, 6, 6}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_eq(lower_bound(list, COUNT(list), sizeof(*list), is_less, &cases[i].wanted), cases[i].least,
                     "%d", cases[i].wanted);
        cr_expect_eq(lower_bound(list, COUNT(list), sizeof(*list), is_no_more, &cases[i].wanted),
                     cases[i].beyond, "%d", cases[i].wanted);
    }
}

Test(lower_bound, every_length)
{
    int list[20];

    for (int i = 0; i < 20; i++)
        list[i] = 2 * i;
    for (size_t count = 0; count <= COUNT(list); count++)
        for (int wanted = 0; wanted <= 2 * (int)count; wanted++)
            cr_expect_eq(lower_bound(list, count, sizeof(*list), is_less, &wanted),
                         (size_t)(wanted + 1) / 2 < count ? (size_t)(wanted + 1) / 2 : count);
}
