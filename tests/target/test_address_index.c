// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/address_index.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "reference.h"

static size_t plain_up_to(const struct address_index *index, struct address address)
{
    size_t count = 0;

    while (count < index->count && address_compare(index->firsts[count], address) <= 0)
        count++;
    return count;
}

static void check(const struct address_index *index, struct address address)
{
    cr_assert_eq(address_index_up_to(index, address), plain_up_to(index, address), "%016lx %016lx",
                 address.high, address.low);
}

/* Crowded and far apart, in the upper half and in the lower one alone. */
Test(address_index, agrees_with_a_plain_count)
{
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct address_index index = {0};
        struct address first = IPV6(seed % 3 ? 0x2000000000000000 : 0, 0);
        uint64_t random = seed;

        for (unsigned i = 0; i < 10 * seed; i++) {
            uint64_t step = 1 + (reference_random(&random) >> reference_random(&random) % 64);

            if (i % 8 < seed % 8)
                first =
                    (struct address){first.high, first.low + step > first.low ? first.low + step : first.low};
            else
                first = (struct address){first.high + (step >> 16) + 1, 0};
            if (index.count && address_compare(first, index.firsts[index.count - 1]) <= 0)
                continue;
            cr_assert_eq(address_index_add(&index, first), 0);
        }
        cr_assert_eq(address_index_finish(&index), 0);
        for (size_t i = 0; i < index.count; i++) {
            check(&index, index.firsts[i]);
            check(&index, address_next(index.firsts[i]));
            check(&index, (struct address){index.firsts[i].high - 1, UINT64_MAX});
        }
        check(&index, IPV6(0, 0));
        check(&index, IPV6(UINT64_MAX, UINT64_MAX));
        address_index_free(&index);
    }
}

Test(address_index, of_none_and_of_both_ends)
{
    struct address_index index = {0};

    cr_assert_eq(address_index_finish(&index), 0);
    check(&index, IPV6(0, 0));
    check(&index, IPV6(UINT64_MAX, UINT64_MAX));
    address_index_free(&index);
    cr_assert_eq(address_index_add(&index, IPV6(0, 0)), 0);
    cr_assert_eq(address_index_add(&index, IPV6(UINT64_MAX, UINT64_MAX)), 0);
    cr_assert_eq(address_index_finish(&index), 0);
    cr_expect_eq(address_index_up_to(&index, IPV6(0, 0)), 1);
    cr_expect_eq(address_index_up_to(&index, IPV6(UINT64_MAX, UINT64_MAX - 1)), 1);
    cr_expect_eq(address_index_up_to(&index, IPV6(UINT64_MAX, UINT64_MAX)), 2);
    address_index_free(&index);
}
