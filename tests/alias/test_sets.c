// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/sets.h"

#include <criterion/criterion.h>
#include <stdlib.h>

Test(alias_sets, members_of_a_set_stand_together_by_its_lowest)
{
    static const uint32_t expected[] = {0, 1, 4, 5, 2, 3, 6};
    static const size_t ends[] = {1, 4, 5, 6, 7};
    struct alias_sets sets;

    cr_assert_eq(alias_sets_open(&sets, 7), 0);
    alias_sets_join(&sets, 5, 4);
    alias_sets_join(&sets, 1, 5);
    alias_sets_join(&sets, 4, 1);

    uint32_t *order = alias_sets_order(&sets);
    cr_assert_not_null(order);
    cr_expect_arr_eq(order, expected, sizeof(expected));
    for (size_t first = 0, i = 0; first < 7; first = ends[i++])
        cr_expect_eq(alias_sets_end(&sets, order, first), ends[i]);
    free(order);
    alias_sets_close(&sets);
}

Test(alias_sets, nothing_is_in_order)
{
    struct alias_sets sets;

    cr_assert_eq(alias_sets_open(&sets, 0), 0);
    free(alias_sets_order(&sets));
    alias_sets_close(&sets);
}
