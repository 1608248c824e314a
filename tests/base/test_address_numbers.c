// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/address_numbers.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "table.h"

Test(address_numbers, each_address_has_one_in_the_order_of_their_coming)
{
    static const struct {
        struct address address;
        uint32_t number;
    } cases[] = {
        {IPV4(5), 0},    {IPV6(0, 5), 1}, {IPV4(0), 2}, {IPV4(5), 0},    {ADDRESS_NONE, 3},
        {IPV6(5, 0), 4}, {IPV6(0, 5), 1}, {IPV4(0), 2}, {IPV6(5, 0), 4},
    };
    struct address_numbers numbers = {0};
    uint32_t number;

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_assert_eq(address_numbers_get(&numbers, cases[i].address, &number), 0);
        cr_expect_eq(number, cases[i].number, "%zu", i);
        cr_expect(address_equal(numbers.addresses[number], cases[i].address), "%zu", i);
    }
    cr_expect_eq(numbers.count, 5);
    address_numbers_free(&numbers);
}

Test(address_numbers, of_many)
{
    struct address_numbers numbers = {0};
    uint32_t number;

    for (uint32_t i = 0; i < 200000; i++) {
        struct address address = i % 2 ? IPV4(i % 100000) : IPV6(i % 100000, 7);

        cr_assert_eq(address_numbers_get(&numbers, address, &number), 0);
        cr_assert_eq(number, i % 100000);
    }
    address_numbers_free(&numbers);
    cr_assert_eq(address_numbers_get(&numbers, IPV4(9), &number), 0);
    cr_expect_eq(number, 0, "nothing is left");
    address_numbers_free(&numbers);
}
