// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "addresses.h"
#include "target/prefix_sort.h"
#include "target/prefixes.h"

static int compare(const void *a, const void *b)
{
    return prefix_compare(a, b);
}

Test(prefix_list, last_address)
{
    cr_assert(address_equal(prefix_last((struct prefix){IPV4(0), 0}), IPV4(0xffffffff)));
    cr_assert(address_equal(prefix_last((struct prefix){IPV4(0x80000000), 1}), IPV4(0xffffffff)));
    cr_assert(address_equal(prefix_last((struct prefix){IPV4(0xc0000200), 24}), IPV4(0xc00002ff)));
    cr_assert(address_equal(prefix_last((struct prefix){IPV4(0xc0000201), 32}), IPV4(0xc0000201)));
}

Test(prefix_list, normalizes)
{
    static const struct {
        const char *name, *given;
        unsigned granularity;
        const char *expected;
    } cases[] = {
        {"nothing", "", 24, ""},
        {"sorts", "10.2.0.0/16 10.0.0.0/16", 24, "10.0.0.0/16 10.2.0.0/16"},
        {"duplicates", "10.0.0.0/16 10.0.0.0/16", 24, "10.0.0.0/16"},
        {"covered", "10.0.5.0/24 10.0.0.0/16 10.0.255.255 10.0.0.0/17", 24, "10.0.0.0/16"},
        {"siblings join", "10.0.0.0/24 10.0.1.0/24", 24, "10.0.0.0/23"},
        {"joins cascade", "10.0.3.0/24 10.0.2.0/24 10.0.0.0/23", 24, "10.0.0.0/22"},
        {"joins cascade to everything", "0.0.0.0/1 128.0.0.0/2 192.0.0.0/2", 24, "0.0.0.0/0"},
        {"neighbours that are no siblings", "10.0.1.0/24 10.0.2.0/24", 24, "10.0.1.0/24 10.0.2.0/24"},
        {"siblings longer than a block", "10.0.0.0/25 10.0.0.128/25", 24, "10.0.0.0/25 10.0.0.128/25"},
        {"addresses are targets", "10.0.0.0 10.0.0.1", 24, "10.0.0.0/32 10.0.0.1/32"},
        {"duplicate addresses", "10.0.0.1 10.0.0.1 10.0.0.1/32", 24, "10.0.0.1/32"},
        {"addresses at granularity 32", "10.0.0.0 10.0.0.1", 32, "10.0.0.0/31"},
        {"at a coarse granularity", "10.0.0.0/17 10.0.128.0/17", 16, "10.0.0.0/17 10.0.128.0/17"},
        {"the joined covers no more", "10.0.0.0/24 10.0.1.0/24 10.0.1.0 10.0.2.0", 24,
         "10.0.0.0/23 10.0.2.0/32"},
        {"ends of the space", "255.255.255.255 0.0.0.0", 24, "0.0.0.0/32 255.255.255.255/32"},
        {"IPv4 first", "2001:db8::/32 10.0.0.0/16 ::/64 9.0.0.0/8", 24,
         "9.0.0.0/8 10.0.0.0/16 ::/64 2001:db8::/32"},
        {"no family covers the other", "10.0.0.0/8 ::/0 0.0.0.0/0", 24, "0.0.0.0/0 ::/0"},
        {"covered across 64 bits", "2001:db8:0:0:8000::/65 2001:db8::/63 2001:db8:0:1::1", 24,
         "2001:db8::/63"},
        {"siblings of IPv6", "2001:db8:1::/48 2001:db8::/48 2001:db8:2::/47", 24, "2001:db8::/46"},
        {"of more than 48 bits", "2001:db8::/49 2001:db8:0:8000::/49 2001:db8:1::/128 2001:db8:1::1", 24,
         "2001:db8::/49 2001:db8:0:8000::/49 2001:db8:1::/128 2001:db8:1::1/128"},
        {"ends of IPv6", "8000::/1 ::/1", 24, "::/0"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prefix_list list = prefixes_of(cases[i].given);
        char text[256];

        prefix_list_normalize(&list, (struct granularity){.ipv4 = cases[i].granularity, .ipv6 = 48});
        cr_expect_str_eq(prefixes_text(&list, text, sizeof(text)), cases[i].expected, "%s: %s", cases[i].name,
                         text);
        cr_expect_leq(list.capacity, list.count, "%s: what is left over is given back", cases[i].name);
        prefix_list_free(&list);
    }
}

static void check_order_and_joins(const struct prefix_list *list, unsigned granularity)
{
    for (size_t i = 1; i < list->count; i++) {
        struct prefix a = list->prefixes[i - 1], b = list->prefixes[i];
        bool siblings = a.length == b.length && (a.base.low ^ b.base.low) == 1U << (32 - a.length);

        cr_assert_lt(address_compare(prefix_last(a), b.base), 0);
        cr_assert_not(siblings && a.length <= granularity);
    }
}

Test(prefix_list, holds_addresses_of_its_family)
{
    const struct prefix all6 = {IPV6(0, 0), 0}, all4 = {IPV4(0), 0}, half = {IPV6(0x20010db800000000, 0), 65};

    cr_expect(prefix_holds(all6, IPV6(UINT64_MAX, 0)));
    cr_expect_not(prefix_holds(all6, IPV4(1)));
    cr_expect(prefix_holds(all4, IPV4(UINT32_MAX)));
    cr_expect_not(prefix_holds(all4, IPV6(0, 1)));
    cr_expect(prefix_holds(half, IPV6(0x20010db800000000, INT64_MAX)));
    cr_expect_not(prefix_holds(half, IPV6(0x20010db800000000, 1ULL << 63)));
}

Test(prefix_list, keeps_prefixes_within_others_where_asked)
{
    struct prefix_list list =
        prefixes_of("2001:db8:1::/48 10.1.0.0/16 2001:db8::/32 10.0.0.0/8 2001:db8::/48 "
                    "2001:db8::/48 2001:db8::/33 2001:db8::");
    char text[256];

    prefix_list_normalize(&list, (struct granularity){24, 48, true});
    cr_expect_str_eq(prefixes_text(&list, text, sizeof(text)),
                     "10.0.0.0/8 2001:db8::/32 2001:db8::/33 2001:db8::/48 2001:db8::/128 2001:db8:1::/48",
                     "%s", text);
    prefix_list_free(&list);
}

/* Of both families, many alike in their first bytes, some twice: as qsort() has it. */
Test(prefix_list, sorts_as_it_compares)
{
    for (uint64_t seed = 0; seed < 30; seed++) {
        struct prefix where = {IPV6(0x20010db800000000, 0), (uint8_t)(seed * 4)};
        struct prefix_list list = random_prefixes6(seed, 40 * seed, where, 4 * (unsigned)seed, 128);
        struct prefix_list ipv4 =
            random_prefixes(seed, 20 * seed, (struct prefix){IPV4(0x0a000000), 8}, 8, 32);

        for (size_t i = 0; i < ipv4.count; i++)
            cr_assert_eq(prefix_list_add(&list, ipv4.prefixes[i]), 0);
        for (size_t i = 0; i < 10 * seed; i++)
            cr_assert_eq(prefix_list_add(&list, list.prefixes[i]), 0);
        struct prefix *expected = calloc(list.count + 1, sizeof(*expected));
        for (size_t i = 0; i < list.count; i++)
            expected[i] = list.prefixes[i];
        if (list.count) {
            qsort(expected, list.count, sizeof(*expected), compare);
            prefix_sort(list.prefixes, list.count);
            cr_assert_eq(memcmp(expected, list.prefixes, list.count * sizeof(*expected)), 0, "seed %lu",
                         seed);
        }
        free(expected);
        prefix_list_free(&list);
        prefix_list_free(&ipv4);
    }
}

/* Random lists in 10.0.0.0/20: the same addresses before and after, in order, disjoint, joined. */
Test(prefix_list, normalizing_keeps_the_addresses)
{
    const struct prefix where = {IPV4(0x0a000000), 20};

    for (uint64_t seed = 0; seed < 60; seed++) {
        unsigned granularity = 20 + (unsigned)seed % 13;
        struct prefix_list given = random_prefixes(seed, 1 + seed, where, 22, 32), list = {0};

        for (size_t i = 0; i < given.count; i++)
            cr_assert_eq(prefix_list_add(&list, given.prefixes[i]), 0);
        prefix_list_normalize(&list, (struct granularity){.ipv4 = granularity, .ipv6 = 128});
        check_order_and_joins(&list, granularity);
        for (uint32_t address = 0x0a000000; address <= 0x0a000fff; address++)
            cr_assert_eq(prefixes_hold(&list, address), prefixes_hold(&given, address));
        prefix_list_free(&given);
        prefix_list_free(&list);
    }
}

Test(prefix_list, grows_and_is_freed_for_another_use)
{
    struct prefix_list list = {0};

    for (uint32_t i = 0; i < 1000; i++)
        cr_assert_eq(prefix_list_add(&list, (struct prefix){IPV4(i << 8), 24}), 0);
    cr_assert_eq(list.count, 1000);
    cr_assert(address_equal(list.prefixes[999].base, IPV4(999 << 8)));
    prefix_list_free(&list);
    cr_assert_eq(list.count, 0);
    cr_assert_eq(prefix_list_add(&list, (struct prefix){IPV4(0), 0}), 0);
    prefix_list_free(&list);
}
