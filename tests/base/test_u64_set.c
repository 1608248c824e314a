// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "base/u64_set.h"
#include "mix.h"

Test(u64_set, keeps_each_key_once_in_order_of_arrival)
{
    static const uint64_t keys[] = {5, 0, UINT64_MAX, 5, 1ULL << 32, 0, 7};
    static const uint64_t kept[] = {5, 0, UINT64_MAX, 1ULL << 32, 7};
    static const int is_new[] = {1, 1, 1, 0, 1, 0, 1};
    struct u64_set set = {0};

    for (size_t i = 0; i < 7; i++)
        cr_expect_eq(u64_set_add(&set, keys[i]), is_new[i], "key %zu", i);
    cr_assert_eq(set.count, 5);
    cr_expect_arr_eq(set.keys, kept, sizeof(kept));
    u64_set_free(&set);
}

Test(u64_set, contains_what_was_added_and_nothing_else)
{
    struct u64_set set = {0};

    cr_expect_not(u64_set_contains(&set, 0));
    for (uint64_t i = 0; i < 100000; i++)
        cr_assert_eq(u64_set_add(&set, mix64(i)), 1);
    for (uint64_t i = 0; i < 100000; i++)
        cr_assert_eq(u64_set_add(&set, mix64(i)), 0);
    for (uint64_t i = 0; i < 200000; i++)
        cr_assert_eq(u64_set_contains(&set, mix64(i)), i < 100000);
    cr_expect_eq(set.count, 100000);
    u64_set_free(&set);
    cr_expect_not(u64_set_contains(&set, mix64(1)));
}

/* At exactly half of the slots the set is about to grow: a known key must not make it. */
Test(u64_set, full_set_recognizes_a_known_key)
{
    struct u64_set set = {0};

    for (uint64_t i = 0; i < 512; i++)
        cr_assert_eq(u64_set_add(&set, i), 1);
    size_t slots = set.slot_count;
    cr_expect_eq(u64_set_add(&set, 3), 0);
    cr_expect_eq(set.slot_count, slots);
    cr_expect_eq(u64_set_add(&set, 512), 1);
    cr_expect_gt(set.slot_count, slots);
    u64_set_free(&set);
}
