// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "base/key.h"

Test(key, each_is_another)
{
    struct siphash_key one = {0}, other = {0};

    cr_assert_eq(key_draw(&one), 0);
    cr_assert_eq(key_draw(&other), 0);
    cr_expect(one.k0 != 0 && one.k1 != 0 && one.k0 != one.k1);
    cr_expect(one.k0 != other.k0 && one.k1 != other.k1);
}

Test(key, text)
{
    static const char *const bad[] = {
        "",
        "0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef0",
        "0123456789abcdef0123456789abcdeg",
        "0x23456789abcdef0123456789abcdef",
        " 123456789abcdef0123456789abcdef",
    };
    struct siphash_key key;

    cr_assert(key_parse("0123456789abcdefFEDCBA9876543210", &key));
    cr_expect_eq(key.k0, 0x0123456789abcdef);
    cr_expect_eq(key.k1, 0xfedcba9876543210);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_not(key_parse(bad[i], &key), "%s", bad[i]);
}

Test(key, option)
{
    struct option_key option = {0};
    struct error_text error;

    cr_assert_neq(option_key(&(struct option_spec){0}, "12", &option, &error), 0);
    cr_expect_str_eq(error.text, "'12' is not 32 hex digits");
    cr_expect_not(option.given);
    cr_assert_eq(option_key(&(struct option_spec){0}, "00000000000000010000000000000002", &option, &error),
                 0);
    cr_expect(option.given && option.key.k0 == 1 && option.key.k1 == 2);
}
