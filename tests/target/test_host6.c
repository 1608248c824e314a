// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/host6.h"

#include <criterion/criterion.h>

#include "table.h"

Test(host6, is_read_and_written)
{
    static const struct {
        const char *text;
        struct host6 expected;
        const char *written;
    } cases[] = {
        {"random", {HOST6_RANDOM, 0}, "random"},
        {"low", {HOST6_LOW, 0}, "low"},
        {"eui", {HOST6_EUI, 0}, "eui"},
        {"::1", {HOST6_GIVEN, 1}, "::1"},
        {"::", {HOST6_GIVEN, 0}, "::"},
        {"::1234:5678:1234:5678", {HOST6_GIVEN, 0x1234567812345678}, "::1234:5678:1234:5678"},
        {"::ffff:ffff:ffff:ffff", {HOST6_GIVEN, UINT64_MAX}, "::ffff:ffff:ffff:ffff"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[ADDRESS_TEXT_SIZE];
        struct host6 host;

        cr_assert(host6_parse(cases[i].text, &host), "%s", cases[i].text);
        cr_expect_eq(host.kind, cases[i].expected.kind);
        cr_expect_eq(host.identifier, cases[i].expected.identifier);
        cr_expect_str_eq(host6_format(host, text), cases[i].written);
    }
}

Test(host6, is_nothing_else)
{
    static const char *const texts[] = {
        "", "Random", "lowest", "1", "::1::", "2001:db8::1", "0:0:0:1::", "192.0.2.1", "::ffff:1.2.3.4"};
    struct host6 host;

    for (size_t i = 0; i < COUNT(texts); i++)
        cr_expect_not(host6_parse(texts[i], &host), "%s", texts[i]);
}
