// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "addresses.h"
#include "target/prefixes.h"

Test(prefix_text, parses_prefixes_and_addresses)
{
    static const struct {
        const char *text;
        struct prefix expected;
    } cases[] = {
        {"192.0.2.0/24", {IPV4(0xc0000200), 24}},
        {"192.0.2.1", {IPV4(0xc0000201), 32}},
        {"192.0.2.1/32", {IPV4(0xc0000201), 32}},
        {"0.0.0.0/0", {IPV4(0), 0}},
        {"128.0.0.0/1", {IPV4(0x80000000), 1}},
        {"255.255.255.255", {IPV4(0xffffffff), 32}},
        {"255.255.255.254/31", {IPV4(0xfffffffe), 31}},
        {"::ffff:192.0.2.0/120", {IPV4(0xc0000200), 24}},
        {"::/0", {IPV6(0, 0), 0}},
        {"8000::/1", {IPV6(1ULL << 63, 0), 1}},
        {"2001:db8::/32", {IPV6(0x20010db800000000, 0), 32}},
        {"2001:DB8::1", {IPV6(0x20010db800000000, 1), 128}},
        {"2001:db8:0:0:8000::/65", {IPV6(0x20010db800000000, 1ULL << 63), 65}},
        {"2001:db8:0:1::/64", {IPV6(0x20010db800000001, 0), 64}},
        {"::/96", {IPV6(0, 0), 96}},
        {"::fffe:0:0/95", {IPV6(0, 0xfffe00000000), 95}},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prefix prefix;

        cr_assert_eq(prefix_parse(cases[i].text, &prefix), 0, "%s", cases[i].text);
        cr_assert(address_equal(prefix.base, cases[i].expected.base), "%s", cases[i].text);
        cr_assert_eq(prefix.length, cases[i].expected.length, "%s", cases[i].text);
    }
}

Test(prefix_text, refuses_everything_else)
{
    static const struct {
        const char *text;
        int code;
        const char *error;
    } cases[] = {
        {"", -EINVAL, "'' is not an address or prefix such as 192.0.2.0/24"},
        {"1.2.3", -EINVAL, "'1.2.3' is not an address or prefix such as 192.0.2.0/24"},
        {"1.2.3.4.5", -EINVAL, "'1.2.3.4.5' is not an address or prefix such as 192.0.2.0/24"},
        {"1.2.3.256", -EINVAL, "'1.2.3.256' is not an address or prefix such as 192.0.2.0/24"},
        {"010.1.2.3", -EINVAL, "'010.1.2.3' is not an address or prefix such as 192.0.2.0/24"},
        {"0x1.2.3.4", -EINVAL, "'0x1.2.3.4' is not an address or prefix such as 192.0.2.0/24"},
        {"167772160", -EINVAL, "'167772160' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0/", -EINVAL, "'10.0.0.0/' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0/33", -EINVAL, "'10.0.0.0/33' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0/256", -EINVAL, "'10.0.0.0/256' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0/08", -EINVAL, "'10.0.0.0/08' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0/+8", -EINVAL, "'10.0.0.0/+8' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0/ 8", -EINVAL, "'10.0.0.0/ 8' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0/8x", -EINVAL, "'10.0.0.0/8x' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0/8/8", -EINVAL, "'10.0.0.0/8/8' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0/255.0.0.0", -EINVAL, "'10.0.0.0/255.0.0.0' has a netmask: write it as 10.0.0.0/8"},
        {"192.0.2.1 ", -EINVAL, "'192.0.2.1 ' is not an address or prefix such as 192.0.2.0/24"},
        {"a-host.example", -EINVAL, "'a-host.example' is not an address or prefix such as 192.0.2.0/24"},
        {"\033[31m\n", -EINVAL, "'?[31m?' is not an address or prefix such as 192.0.2.0/24"},
        {"192.0.2.9-192.0.2.1", -EINVAL, "'192.0.2.9-192.0.2.1' is not a range such as 192.0.2.0-192.0.2.9"},
        {"192.0.2.1-9", -EINVAL, "'192.0.2.1-9' is not a range such as 192.0.2.0-192.0.2.9"},
        {"192.0.2.1-", -EINVAL, "'192.0.2.1-' is not a range such as 192.0.2.0-192.0.2.9"},
        {"::ffff:0:0/96", -EAFNOSUPPORT,
         "'::ffff:0:0/96' covers the IPv4-mapped addresses of IPv6, w"
         "hich no packet has: write all of IPv4 as 0.0.0.0/0"},
        {"2001:db8::9-2001:db8::1", -EINVAL,
         "'2001:db8::9-2001:db8::1' is not a range such as 2001:db8::-2001:db8::9"},
        {"::1-192.0.2.1", -EINVAL, "'::1-192.0.2.1' is not a range such as 2001:db8::-2001:db8::9"},
        {"::-::ffff:192.0.2.1", -EINVAL,
         "'::-::ffff:192.0.2.1' is not a range such as 2001:db8::-2001:db8::9"},
        {"2001:db8::/129", -EINVAL, "'2001:db8::/129' is not an address or prefix such as 2001:db8::/32"},
        {"2001:db8::/032", -EINVAL, "'2001:db8::/032' is not an address or prefix such as 2001:db8::/32"},
        {"2001:db8::g", -EINVAL, "'2001:db8::g' is not an address or prefix such as 2001:db8::/32"},
        {"1:2:3:4:5:6:7", -EINVAL, "'1:2:3:4:5:6:7' is not an address or prefix such as 2001:db8::/32"},
        {"fe80::1%eth0", -EINVAL, "'fe80::1%eth0' is not an address or prefix such as 2001:db8::/32"},
        {"12:34", -EINVAL, "'12:34' is not an address or prefix such as 192.0.2.0/24"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prefix_list list = {0};
        struct error_text error;
        struct prefix prefix;
        char expected[256];

        snprintf(expected, sizeof(expected), "argument: %s", cases[i].error);
        cr_expect_eq(prefix_list_add_text(&list, cases[i].text, "argument", &error), cases[i].code);
        cr_expect_str_eq(error.text, expected, "%s", error.text);
        cr_expect_eq(prefix_parse(cases[i].text, &prefix), cases[i].code, "%s", cases[i].text);
        cr_expect_eq(list.count, 0);
    }
}

Test(prefix_text, cuts_what_it_quotes)
{
    struct prefix_list list = {0};
    struct error_text error;
    char text[5000];

    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    cr_assert_eq(prefix_list_add_text(&list, text, "argument", &error), -EINVAL);
    cr_assert_lt(strlen(error.text), 160);
    cr_assert(strstr(error.text, "xxx...' is not an address or prefix such as 192.0.2.0/24"));
}

/* As zmap, masscan and nmap take it; nothing is left out by that. */
Test(prefix_text, host_bits_are_cleared_and_noted)
{
    static const struct {
        const char *text, *expected;
        uint64_t noted;
    } cases[] = {
        {"192.0.2.1/24", "192.0.2.0/24", 1},
        {"128.0.0.0/0", "0.0.0.0/0", 1},
        {"192.0.2.1/32", "192.0.2.1/32", 0},
        {"::ffff:192.0.2.1", "192.0.2.1/32", 0},
        {"::ffff:192.0.2.9/120", "192.0.2.0/24", 1},
        {"2001:db8::1/32", "2001:db8::/32", 1},
        {"2001:db8::8000:0:0:1/65", "2001:db8:0:0:8000::/65", 1},
        {"8000::/0", "::/0", 1},
        {"::1/64", "::/64", 1},
        {"::ffff:1.2.3.4/95", "::fffe:0:0/95", 1},
        {"::ffff:0:0/80", "::/80", 1},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prefix_list list = prefixes_of(cases[i].text);
        struct prefix strict;
        char text[64];

        cr_expect_str_eq(prefixes_text(&list, text, sizeof(text)), cases[i].expected, "%s", text);
        cr_expect_eq(list.notes.host_bits.count, cases[i].noted, "%s", cases[i].text);
        cr_expect_eq(prefix_parse(cases[i].text, &strict), cases[i].noted ? -EINVAL : 0);
        prefix_list_free(&list);
    }
}

Test(prefix_text, cuts_ranges_into_prefixes)
{
    static const struct {
        const char *range, *expected;
    } cases[] = {
        {"192.0.2.7-192.0.2.7", "192.0.2.7/32"},
        {"192.0.2.0-192.0.2.255", "192.0.2.0/24"},
        {"192.0.2.1-192.0.2.6", "192.0.2.1/32 192.0.2.2/31 192.0.2.4/31 192.0.2.6/32"},
        {"50.93.192.0-50.93.197.255", "50.93.192.0/22 50.93.196.0/23"},
        {"0.0.0.0-255.255.255.255", "0.0.0.0/0"},
        {"255.255.255.254-255.255.255.255", "255.255.255.254/31"},
        {"127.255.255.255-128.0.0.0", "127.255.255.255/32 128.0.0.0/32"},
        {"2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::/32"},
        {"2001:db8::1-2001:db8::4", "2001:db8::1/128 2001:db8::2/127 2001:db8::4/128"},
        {"2001:db8:0:0:ffff:ffff:ffff:ffff-2001:db8:0:1::",
         "2001:db8::ffff:ffff:ffff:ffff/128 2001:db8:0:1::/128"},
        {"::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127"},
        {"::ffff:192.0.2.4-::ffff:192.0.2.7", "192.0.2.4/30"},
        {"::fffe:ffff:ffff-::1:0:0:0", "::fffe:ffff:ffff/128 ::1:0:0:0/128"}, /* the mapped ones left out */
        {"::fffe:0:0-::1:0:0:0", "::fffe:0:0/95 ::1:0:0:0/128"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prefix_list list = prefixes_of(cases[i].range);
        char text[256];

        cr_expect_str_eq(prefixes_text(&list, text, sizeof(text)), cases[i].expected, "%s: %s",
                         cases[i].range, text);
        prefix_list_free(&list);
    }
}

Test(prefix_text, takes_one_family_where_one_is_asked_for)
{
    struct prefix_list list = {.only = FAMILY_IPV6};
    struct error_text error;

    cr_expect_eq(prefix_list_add_text(&list, "192.0.2.1", "argument", &error), -EAFNOSUPPORT);
    cr_expect_str_eq(error.text, "argument: '192.0.2.1' is not IPv6, the only family that is selected (-6)");
    cr_expect_eq(prefix_list_add_text(&list, "2001:db8::1", "argument", &error), 0);
    cr_expect_eq(list.count, 1);
    prefix_list_free(&list);
}
