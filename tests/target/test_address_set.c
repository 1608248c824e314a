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
    cr_assert_eq(address_set_next_change(NULL, 0), ADDRESS_SPACE);
    address_set_destroy(NULL);
}

Test(address_set, finds_the_next_change)
{
    struct address_set *set = address_set_of("10.0.0.0/8 11.0.0.0/8 192.0.2.0/24 255.255.255.255");
    static const struct {
        uint32_t address;
        uint64_t expected;
    } cases[] = {
        {0, 0x0a000000},          {0x09ffffff, 0x0a000000}, {0x0a000000, 0x0c000000},
        {0x0bffffff, 0x0c000000}, {0x0c000000, 0xc0000200}, {0xc0000280, 0xc0000300},
        {0xc0000300, 0xffffffff}, {0xfffffffe, 0xffffffff}, {0xffffffff, ADDRESS_SPACE},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        cr_expect_eq(address_set_next_change(set, cases[i].address), cases[i].expected, "from %08x",
                     cases[i].address);
    address_set_destroy(set);
}

/* Every address around 10.0.0.0/14 against a look at each prefix: several /16, met wholly, partly, not. */
Test(address_set, agrees_with_the_plain_answer)
{
    for (uint64_t seed = 0; seed < 12; seed++) {
        struct prefix_list list = random_prefixes(seed, seed, (struct prefix){IPV4(0x0a000000), 14}, 15, 32);
        struct address_set *set = address_set_create(&list);
        uint64_t change = 0x0a000000 - 1;

        for (uint32_t address = 0x0a000000 - 1; address <= 0x0a040000; address++) {
            bool expected = prefixes_hold(&list, address);

            cr_assert_eq(address_set_contains(set, IPV4(address)), expected, "seed %lu, %08x", seed, address);
            if (address > 0x0a000000 - 1 && expected != prefixes_hold(&list, address - 1))
                cr_assert_eq(change, address, "seed %lu", seed);
            change = address_set_next_change(set, address);
        }
        address_set_destroy(set);
        prefix_list_free(&list);
    }
}
