// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/stretches.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "reference.h"

Test(stretches, neighbours_that_are_alike_are_one)
{
    struct stretches stretches = {0};

    cr_assert_eq(stretches_add(&stretches, IPV4(0x01000000), 3), 0);
    cr_assert_eq(stretches_add(&stretches, IPV4(0x02000000), 3), 0);
    cr_assert_eq(stretches_add(&stretches, IPV4(0x02000100), 1), 0);
    cr_assert_eq(stretches_index(&stretches), 0);
    cr_expect_eq(stretches.count, 2);
    cr_expect(address_equal(stretches_first(&stretches, 0), IPV4(0)));
    cr_expect(address_equal(stretches_last(&stretches, 0), IPV4(0x020000ff)));
    cr_expect(address_equal(stretches_first(&stretches, 1), IPV4(0x02000100)));
    cr_expect(address_equal(stretches_last(&stretches, 1), IPV4(0xffffffff)));
    cr_expect_eq(stretches_find(&stretches, IPV4(0)), 3, "the first begins at 0");
    cr_expect_eq(stretches_find(&stretches, IPV4(0x020000ff)), 3);
    cr_expect_eq(stretches_find(&stretches, IPV4(0x02000100)), 1);
    cr_expect_eq(stretches_find(&stretches, IPV4(0xffffffff)), 1);
    stretches_free(&stretches);
}

Test(stretches, of_both_families)
{
    struct stretches stretches = {0};

    cr_assert_eq(stretches_add(&stretches, IPV4(0), 3), 0);
    cr_assert_eq(stretches_add(&stretches, IPV4(0x02000000), 4), 0);
    cr_assert_eq(stretches_add(&stretches, IPV6(0x2000000000000000, 0), 4), 0);
    cr_assert_eq(stretches_add(&stretches, IPV6(0x20010db800000000, 1), 5), 0);
    cr_assert_eq(stretches_add(&stretches, IPV6(0x20010db800000000, 2), 6), 0);
    cr_assert_eq(stretches_index(&stretches), 0);
    cr_expect_eq(stretches.count, 5);
    cr_expect(address_equal(stretches_last(&stretches, 1), IPV4(0xffffffff)));
    cr_expect(address_equal(stretches_first(&stretches, 2), IPV6(0, 0)));
    cr_expect(address_equal(stretches_last(&stretches, 2), IPV6(0x20010db800000000, 0)));
    cr_expect(address_equal(stretches_last(&stretches, 3), IPV6(0x20010db800000000, 1)));
    cr_expect(address_equal(stretches_last(&stretches, 4), IPV6(UINT64_MAX, UINT64_MAX)));
    cr_expect_eq(stretches_find(&stretches, IPV4(0xffffffff)), 4);
    cr_expect_eq(stretches_find(&stretches, IPV6(0, 0)), 4);
    cr_expect_eq(stretches_find(&stretches, IPV6(0x20010db800000000, 0)), 4);
    cr_expect_eq(stretches_find(&stretches, IPV6(0x20010db800000000, 1)), 5);
    cr_expect_eq(stretches_find(&stretches, IPV6(0x20010db800000000, 2)), 6);
    cr_expect_eq(stretches_find(&stretches, IPV6(UINT64_MAX, 0)), 6);
    stretches_free(&stretches);
}

/* Beginning close together and far apart, and at both ends of a /16. */
Test(stretches, are_found_by_any_address)
{
    enum { MANY = 3000 };
    static uint32_t firsts[MANY];
    struct stretches stretches = {0};
    uint64_t random = 7;
    uint32_t first = 0;

    for (unsigned i = 0; i < MANY; i++) {
        firsts[i] = first;
        cr_assert_eq(stretches_add(&stretches, IPV4(first), (uint16_t)(i % 7)), 0);
        first = i % 5 == 0   ? (first | 0xffff) + 1
                : i % 5 == 1 ? first | 0xffff
                             : first + 1 + (uint32_t)(reference_random(&random) % 100000);
        first = first > firsts[i] ? first : firsts[i] + 1;
    }
    cr_assert_eq(stretches_index(&stretches), 0);
    cr_assert_eq(stretches.count, MANY);
    for (unsigned i = 0; i < MANY; i++) {
        cr_assert_eq(stretches_find(&stretches, IPV4(firsts[i])), i % 7, "%u", i);
        if (i)
            cr_assert_eq(stretches_find(&stretches, IPV4(firsts[i] - 1)), (i - 1) % 7, "%u", i);
    }
    stretches_free(&stretches);
}
