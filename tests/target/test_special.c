// SPDX-License-Identifier: GPL-2.0-or-later
#include "addresses.h"
#include "target/address_set.h"
#include "target/prefixes.h"
#include "target/special.h"

Test(special, holds_what_is_not_globally_reachable)
{
    static const char *const inside[] = {
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "169.254.0.0",
        "169.254.255.255",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.255",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.0",
        "255.255.255.255",
        "::",
        "::1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "100:0:0:1::1",
        "2001::1",
        "2001:1::1",
        "2001:2::1",
        "2001:4:111::1",
        "2001:4:113::1",
        "2001:10::1",
        "2001:40::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2001:db8:ffff::",
        "2002:808:808::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "5f00::1",
        "fc00::1",
        "fdff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "feff::1",
        "ff00::",
        "ff02::1",
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    };
    static const char *const outside[] = {
        "1.0.0.0",         "9.255.255.255",    "11.0.0.0",        "100.63.255.255", "100.128.0.0",
        "126.255.255.255", "128.0.0.0",        "169.253.255.255", "169.255.0.0",    "172.15.255.255",
        "172.32.0.0",      "192.0.1.0",        "192.0.3.0",       "192.31.196.1",   "192.52.193.1",
        "192.88.98.255",   "192.88.100.0",     "192.167.255.255", "192.169.0.0",    "192.175.48.1",
        "198.17.255.255",  "198.20.0.0",       "198.51.101.0",    "203.0.114.0",    "223.255.255.255",
        "100:0:0:2::",     "2001:3::1",        "2001:4:112::1",   "2001:20::1",     "2001:3f:ffff::1",
        "2001:200::",      "2001:db7:ffff::1", "2001:db9::",      "2003::1",        "2620:4f:8000::1",
        "2a00::1",         "3ffe:ffff::1",     "3fff:1000::",     "4000::1",        "fe7f::1",
    };
    struct prefix_list list = {0};
    struct prefix address;
    struct address_set *set;

    cr_assert_eq(special_prefixes(&list, false), 0);
    set = address_set_create(&list);
    for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++) {
        cr_assert_eq(prefix_parse(inside[i], &address), 0);
        cr_expect(address_set_contains(set, address.base), "%s", inside[i]);
    }
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        cr_assert_eq(prefix_parse(outside[i], &address), 0);
        cr_expect_not(address_set_contains(set, address.base), "%s", outside[i]);
    }
    address_set_destroy(set);
    prefix_list_free(&list);
}

Test(special, appends_well_formed_prefixes)
{
    struct prefix_list list = prefixes_of("192.0.2.7");
    char text[ADDRESS_TEXT_SIZE + 4];

    cr_assert_eq(special_prefixes(&list, false), 0);
    cr_assert(address_equal(list.prefixes[0].base, IPV4(0xc0000207)));
    for (size_t i = 1; i < list.count; i++) {
        struct prefix_list one = {.prefixes = &list.prefixes[i], .count = 1};
        struct prefix parsed;

        cr_expect_eq(prefix_parse(prefixes_text(&one, text, sizeof(text)), &parsed), 0, "%s", text);
    }
    prefix_list_free(&list);
}

Test(special, spares_the_simulators_own_addresses)
{
    struct prefix_list list = {0};

    cr_assert_eq(special_prefixes(&list, true), 0);
    struct address_set *set = address_set_create(&list);
    cr_expect_not(address_set_contains(set, IPV4(0xc6120001)), "198.18.0.1, its gateway");
    cr_expect_not(address_set_contains(set, IPV4(0xf0010203)), "240.1.2.3, one of its routers");
    cr_expect(address_set_contains(set, IPV4(0x0a000001)), "10.0.0.1 is as special there as anywhere");
    cr_expect_not(address_set_contains(set, IPV6(0x3fff000000000000, 1)), "3fff::1, one of its routers");
    cr_expect(address_set_contains(set, IPV6(0x20010db800000000, 1)), "2001:db8::1");
    address_set_destroy(set);
    prefix_list_free(&list);
}
