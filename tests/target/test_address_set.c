// SPDX-License-Identifier: GPL-2.0-or-later
#include "addresses.h"
#include "target/address_set.h"
#include "target/prefixes.h"

Test(address_set, contains)
{
    static const struct {
        const char *set, *address;
        bool expected;
    } cases[] = {
        {"", "0.0.0.0", false},
        {"", "255.255.255.255", false},
        {"0.0.0.0/0", "0.0.0.0", true},
        {"0.0.0.0/0", "255.255.255.255", true},
        {"10.0.0.0/8", "9.255.255.255", false},
        {"10.0.0.0/8", "10.0.0.0", true},
        {"10.0.0.0/8", "10.255.255.255", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"192.0.2.1", "192.0.2.0", false},
        {"192.0.2.1", "192.0.2.1", true},
        {"192.0.2.1", "192.0.2.2", false},
        {"192.0.2.0/24 192.0.4.0/24", "192.0.3.0", false},
        {"192.0.2.0/24 192.0.4.0/24", "192.0.4.255", true},
        {"192.0.4.0/24 192.0.0.0/16 192.0.2.0/24", "192.0.9.9", true},
        {"255.255.255.255", "255.255.255.255", true},
        {"255.255.255.255", "255.255.255.254", false},
        {"172.16.0.0/17 172.16.128.0/17", "172.16.128.0", true},
        {"0.0.0.0/0", "::1", false},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "192.0.2.1", false}, /* though all IPv4-mapped addresses are under it */
        {"::/0", "::", true},
        {"::/0", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true},
        {"2001:db8::/32", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", false},
        {"2001:db8::/32", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", true},
        {"2001:db8::/32", "2001:db9::", false},
        {"2001:db8::1", "2001:db8::", false},
        {"2001:db8::1", "2001:db8::1", true},
        {"2001:db8::1", "2001:db8::2", false},
        {"2001:db8:0:0:8000::/65 2001:db8:0:1::/65", "2001:db8:0:1:7fff::", true},
        {"2001:db8:0:0:8000::/65 2001:db8:0:1::/65", "2001:db8::7fff:ffff:ffff:ffff", false},
        {"fe80::/10 10.0.0.0/8 2001:db8::/32", "10.1.2.3", true},
        {"fe80::/10 10.0.0.0/8 2001:db8::/32", "febf::1", true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_set *set = address_set_of(cases[i].set);
        struct prefix address;

        cr_assert_eq(prefix_parse(cases[i].address, &address), 0);
        cr_expect_eq(address_set_contains(set, address.base), cases[i].expected, "%s in %s", cases[i].address,
                     cases[i].set);
        address_set_destroy(set);
    }
}

Test(address_set, covers)
{
    static const struct {
        const char *set, *prefix;
        bool expected;
    } cases[] = {
        {"", "0.0.0.0/0", false},
        {"0.0.0.0/0", "0.0.0.0/0", true},
        {"0.0.0.0/1 128.0.0.0/1", "0.0.0.0/0", true},
        {"0.0.0.0/1 128.0.0.0/2", "0.0.0.0/0", false},
        {"10.0.0.0/8", "10.1.0.0/16", true},
        {"10.1.0.0/16", "10.0.0.0/8", false},
        {"10.0.0.0/25 10.0.0.128/25", "10.0.0.0/24", true},
        {"10.0.0.0/25 10.0.0.129", "10.0.0.0/24", false},
        {"192.0.2.1", "192.0.2.1/32", true},
        {"192.0.2.0", "192.0.2.1/32", false},
        {"::/0", "0.0.0.0/0", false},
        {"0.0.0.0/0", "::/0", false},
        {"::/0", "::/0", true},
        {"::/1 8000::/1", "::/0", true},
        {"2001:db8::/33 2001:db8:8000::/34", "2001:db8::/32", false},
        {"2001:db8::/32", "2001:db8::/64", true},
        {"2001:db8::1", "2001:db8::1/128", true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_set *set = address_set_of(cases[i].set);
        struct prefix prefix;

        cr_assert_eq(prefix_parse(cases[i].prefix, &prefix), 0);
        cr_expect_eq(address_set_covers(set, prefix), cases[i].expected, "%s by %s", cases[i].prefix,
                     cases[i].set);
        address_set_destroy(set);
    }
}

Test(address_set, null_is_empty)
{
    cr_assert_not(address_set_contains(NULL, IPV4(0x0a000000)));
    cr_assert_not(address_set_covers(NULL, (struct prefix){IPV4(0), 0}));
    cr_assert_not(address_set_contains(NULL, IPV6(0, 0)));
    cr_assert(address_equal(address_set_alike_to(NULL, IPV4(0)), IPV4(UINT32_MAX)));
    cr_assert(address_equal(address_set_alike_to(NULL, IPV6(0, 0)), IPV6(UINT64_MAX, UINT64_MAX)));
    address_set_destroy(NULL);
}

Test(address_set, says_how_far_addresses_are_alike)
{
    struct address_set *set = address_set_of("10.0.0.0/8 11.0.0.0/8 192.0.2.0/24 255.255.255.255 "
                                             "2001:db8::/64 2001:db8:0:1::/65 2001:db8:2::7 ff00::/8");
    static const struct {
        const char *address, *expected;
    } cases[] = {
        {"0.0.0.0", "9.255.255.255"},
        {"9.255.255.255", "9.255.255.255"},
        {"10.0.0.0", "11.255.255.255"},
        {"11.255.255.255", "11.255.255.255"},
        {"12.0.0.0", "192.0.1.255"},
        {"192.0.2.128", "192.0.2.255"},
        {"192.0.3.0", "255.255.255.254"},
        {"255.255.255.255", "255.255.255.255"},
        {"::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2001:db8::", "2001:db8:0:1:7fff:ffff:ffff:ffff"},
        {"2001:db8:0:1:8000::", "2001:db8:2::6"},
        {"2001:db8:2::7", "2001:db8:2::7"},
        {"2001:db8:2::8", "feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"ff02::1", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prefix address;
        char text[ADDRESS_TEXT_SIZE];

        cr_assert_eq(prefix_parse(cases[i].address, &address), 0);
        address_format(address_set_alike_to(set, address.base), text);
        cr_expect_str_eq(text, cases[i].expected, "from %s", cases[i].address);
    }
    address_set_destroy(set);
}

/* Every address around 10.0.0.0/14 against a look at each prefix: several /16, met wholly, partly, not. */
Test(address_set, agrees_with_the_plain_answer)
{
    for (uint64_t seed = 0; seed < 12; seed++) {
        struct prefix_list list = random_prefixes(seed, seed, (struct prefix){IPV4(0x0a000000), 14}, 15, 32);
        struct address_set *set = address_set_create(&list);
        uint64_t change = 0x0a000000 - 1; /* the address at which it is expected */

        for (uint32_t address = 0x0a000000 - 1; address <= 0x0a040000; address++) {
            bool expected = prefixes_hold(&list, address);

            cr_assert_eq(address_set_contains(set, IPV4(address)), expected, "seed %lu, %08x", seed, address);
            if (address > 0x0a000000 - 1 && expected != prefixes_hold(&list, address - 1))
                cr_assert_eq(change, address, "seed %lu", seed);
            change = 1 + address_ipv4(address_set_alike_to(set, IPV4(address)));
        }
        address_set_destroy(set);
        prefix_list_free(&list);
    }
}
