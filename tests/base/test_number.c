// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/number.h"

Test(number, put_writes_what_printf_writes)
{
    static const uint64_t borders[] = {0, 9, 10, 99, 100, 101, 999, 1000, 65535, 4294967296, UINT64_MAX};

    for (size_t i = 0; i < sizeof(borders) / sizeof(borders[0]); i++) {
        char expected[NUMBER_DIGITS_MAX + 1], digits[NUMBER_DIGITS_MAX + 1];

        snprintf(expected, sizeof(expected), "%" PRIu64, borders[i]);
        *number_put(digits, borders[i]) = '\0';
        cr_expect_str_eq(digits, expected);
    }
}

Test(number, put_is_right_across_the_lengths)
{
    char expected[NUMBER_DIGITS_MAX + 1], digits[NUMBER_DIGITS_MAX + 1];

    for (uint64_t value = 1; value < UINT64_MAX / 3; value = value * 2 + value / 7 + 1) {
        snprintf(expected, sizeof(expected), "%" PRIu64, value);
        *number_put(digits, value) = '\0';
        cr_assert_str_eq(digits, expected);
    }
}

Test(number, group_puts_a_comma_every_three_digits)
{
    static const struct {
        uint64_t value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {999, "999"},
        {1000, "1,000"},
        {100000, "100,000"},
        {1234567, "1,234,567"},
        {UINT64_MAX, "18,446,744,073,709,551,615"},
    };
    char text[NUMBER_TEXT_SIZE];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        cr_expect_str_eq(number_group(cases[i].value, text), cases[i].text);
}

Test(number, size_is_never_less_than_it_was)
{
    static const struct {
        uint64_t bytes;
        const char *text;
    } cases[] = {
        {0, "0"},
        {4096, "4096"},
        {4097, "5K"},
        {8 << 20, "8M"},
        {(8 << 20) + 1, "9M"},
        {4ULL << 30, "4096M"},
        {5ULL << 30, "5G"},
        {UINT64_MAX, "16777216T"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[SIZE_TEXT_SIZE];

        cr_expect_str_eq(size_format(cases[i].bytes, text), cases[i].text);
    }
}
