// SPDX-License-Identifier: GPL-2.0-or-later
/* Targets of IPv6, and of both families. */
#include <stdlib.h>

#include "addresses.h"
#include "table.h"
#include "target/prefixes.h"
#include "target/targets.h"
#include "target/uint128.h"

static const struct siphash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

static struct targets *create(const char *text, struct targets_config config)
{
    struct prefix_list list = prefixes_of(text);
    struct targets *targets;

    config.granularity = config.granularity ? config.granularity : 24;
    config.key = key;
    targets_normalize(&list, &config);
    targets = targets_create(&list, &config);
    cr_assert_not_null(targets);
    cr_assert_eq(list.count, 0, "the list is taken over");
    return targets;
}

Test(targets6, counts_blocks_and_shares)
{
    static const struct {
        const char *prefixes;
        unsigned granularity6;
        uint32_t per_prefix;
        uint64_t expected;
    } cases[] = {
        {"2001:db8::1", 48, 0, 1},
        {"2001:db8::1 2001:db8::2 2001:db8::1", 48, 0, 2},
        {"2001:db8::/48", 48, 0, 1},
        {"2001:db8::/32", 48, 0, 65536},
        {"2001:db8::/32", 0, 0, 65536},
        {"2001:db8::/20", 48, 0, 1 << 28},
        {"2001:db8::/32", 16, 0, 1},
        {"2001:db8::/56", 48, 0, 1},
        {"2001:db8::/63", 64, 0, 2},
        {"2001:db8::/63", 65, 0, 4},
        {"2001:db8::/60", 68, 0, 256},
        {"2001:db8::/112", 128, 0, 65536},
        {"2001:db8::/32 2001:db8:1::/48 2001:db8:2::1", 48, 0, 65536},
        {"::/0", 33, 0, 1ULL << 33},
        {"2001:db8::/32", 48, 16, 16},
        {"2001:db8::/45", 48, 16, 8},
        {"2001:db8::/48 2001:db8:1::/49 2001:db8:2::1", 48, 16, 3},
        {"::/0", 48, 5, 5},
        {"::/0", 128, 7, 7},
        {"::/0", 1, 7, 2},
        {"2001:db8::/33 2001:db8:8000::/33", 48, 16, 32},
        {"2001:db8::/32 2001:db8::/40 2001:db8::/48", 48, 16, 33},
        {"2001:db8::/47 2001:db8::/48", 48, 16, 2},
        {"2001:db8::/47 2001:db8::/48 2001:db8:1::/48", 48, 16, 2}, /* nothing is left of the first */
        {"2001:db8::/48 2001:db8::1 2001:db8::2", 48, 16, 2},       /* their block is no other target's */
        {"2001:db8::/32 ::/0 2001:db8::1", 48, 3, 7},
        {"10.0.0.0/8 2001:db8::/32 192.0.2.1", 48, 2, 65536 + 1 + 2},
        {"0.0.0.0/0 ::/0", 1, 0, (1 << 24) + 2},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct targets_config config = {.granularity6 = cases[i].granularity6,
                                              .per_prefix = cases[i].per_prefix};
        struct targets *targets = create(cases[i].prefixes, config);

        cr_expect_eq(targets_count(targets), cases[i].expected, "%s: %lu", cases[i].prefixes,
                     targets_count(targets));
        cr_expect_eq(targets_withheld_count(targets), 0);
        targets_destroy(targets);
    }
}

Test(targets6, wanted_is_told_before_any_memory_is_taken)
{
    static const struct {
        const char *prefixes;
        uint32_t per_prefix;
        uint64_t expected;
    } cases[] = {
        {"", 0, 0},
        {"2001:db8::/20 10.0.0.0/8", 0, (1 << 28) + 65536},
        {"2001:db8::/20 10.0.0.0/8", 9, 9 + 65536},
        {"::/0", 0, 1ULL << 48},
        {"2001:db8::/46 2001:db8::1", 9, 5},
    };
    const struct targets_config all = {.granularity = 24, .granularity6 = 128};
    struct prefix_list list = prefixes_of("::/0 2001:db8::/128");

    cr_expect_eq(targets_wanted(&list, &all), UINT64_MAX);
    prefix_list_free(&list);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct targets_config config = {.granularity = 24, .per_prefix = cases[i].per_prefix};

        list = prefixes_of(cases[i].prefixes);
        targets_normalize(&list, &config);
        cr_expect_eq(targets_wanted(&list, &config), cases[i].expected, "%s", cases[i].prefixes);
        prefix_list_free(&list);
    }
}

static bool list_holds(const struct prefix_list *list, struct address address)
{
    for (size_t i = 0; i < list->count; i++)
        if (prefix_holds(list->prefixes[i], address))
            return true;
    return false;
}

/* An index leads to an address that ascends with it, in the list and in no withheld range, and back. */
static void check_both_ways(const struct targets *targets, const struct address_set *withheld, uint64_t step)
{
    const struct prefix_list *list = targets_list(targets);
    struct address before = ADDRESS_NONE;

    for (uint64_t index = 0; index < targets_count(targets); index += step) {
        struct address address;
        uint64_t found = UINT64_MAX;

        targets_prefetch(targets, index);
        address = targets_address(targets, index);
        cr_assert_eq(address_is_ipv4(address), index < targets_ipv4_count(targets));
        cr_assert(index == targets_ipv4_count(targets) || index == 0 || address_compare(address, before) > 0,
                  "index %lu", index);
        cr_assert(targets_find(targets, address, &found), "index %lu", index);
        cr_assert_eq(found, index);
        cr_assert_eq(targets_below(targets, address), index);
        if (!address_is_none(address_next(address)))
            cr_assert_eq(targets_below(targets, address_next(address)), index + 1);
        cr_assert(list->count > 1000 || list_holds(list, address));
        cr_assert_not(address_set_contains(withheld, address));
        before = address;
    }
}

Test(targets6, lead_both_ways)
{
    static const struct {
        const char *prefixes;
        unsigned granularity6;
        uint32_t per_prefix;
    } cases[] = {
        {"2001:db8::/32 3000::/16", 48, 1000},
        {"2001:db8::/32 2001:db8::/48 2001:db8:8000::/40 2001:db8:ffff::/48", 48, 999},
        {"::/0", 48, 10007},
        {"::/0", 64, 10007},
        {"::/0", 128, 10007},
        {"::/0", 1, 0},
        {"::/0", 12, 0},
        {"ffff:ffff:ffff::/48 ::/48", 64, 100},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff::/112", 128, 0},
        {"2001:db8::/60", 72, 0},
        {"2001:db8::/60", 72, 100},
        {"2001:db8::/126 2001:db8::8/127 2001:db8::f", 48, 0},
        {"2001:db8::/126 2001:db8::8/127 2001:db8::f", 128, 0},
        {"10.0.0.0/16 10.1.2.3 10.1.2.4 12.0.0.0/24 13.1.1.1 ::/0 2001:db8::7 2001:db8::8", 48, 50},
        {"10.0.0.0/16 10.0.2.3 ::/36 2001:db8::/40 2001:db8:1::7 2a00::1 2a00::2 2a00::/47", 48, 0},
    };
    static const char *const hosts[] = {"random", "low", "eui", "::", "::1234:5678:9abc:def0"};

    for (size_t i = 0; i < COUNT(cases) * COUNT(hosts); i++) {
        struct targets_config config = {.granularity6 = cases[i % COUNT(cases)].granularity6,
                                        .per_prefix = cases[i % COUNT(cases)].per_prefix};
        struct targets *targets;

        cr_assert(host6_parse(hosts[i / COUNT(cases)], &config.host6));
        targets = create(cases[i % COUNT(cases)].prefixes, config);
        check_both_ways(targets, NULL, 1);
        targets_destroy(targets);
    }
}

/* How many blocks of `bits` bits of `where` are a prefix's own: it touches them, and no longer one does. */
static uint64_t own_blocks(const struct prefix_list *list, size_t entry, struct prefix where, unsigned bits)
{
    uint64_t blocks = 0;

    for (uint64_t block = 0; block < 1ULL << (bits - where.length); block++) {
        struct prefix at = {uint128_address(uint128_of(where.base) + ((uint128)block << (128 - bits))),
                            (uint8_t)bits};
        bool own = prefix_holds(list->prefixes[entry], at.base);

        for (size_t i = entry + 1; own && i < list->count; i++)
            own = !prefix_holds(at, list->prefixes[i].base) && !prefix_holds(list->prefixes[i], at.base);
        blocks += own;
    }
    return blocks;
}

static uint64_t plain_count(const struct prefix_list *list, struct prefix where, unsigned bits,
                            uint32_t per_prefix)
{
    uint64_t count = 0;

    for (size_t i = 0; i < list->count; i++) {
        bool inner = i + 1 < list->count && prefix_holds(list->prefixes[i], list->prefixes[i + 1].base);
        uint64_t blocks = own_blocks(list, i, where, bits);

        if (list->prefixes[i].length >= bits)
            blocks = !inner;
        count += blocks < per_prefix ? blocks : per_prefix;
    }
    return count;
}

/* Prefixes within prefixes, some longer than a block, on both sides of the 64th bit; shares that come out
 * even and others; sets that touch them in all ways. */
Test(targets6, agree_with_a_plain_count_of_random_lists)
{
    for (uint64_t seed = 0; seed < 150; seed++) {
        unsigned length = 40 + (unsigned)(seed % 3) * 22, bits = length + 8;
        const struct prefix where = {address_first(IPV6(0x20010db8a5a5a5a5, 0x5a5a5a5a5a5a5a5a), length),
                                     (uint8_t)length};
        struct prefix_list list = random_prefixes6(3 * seed, 1 + seed / 4, where, length, length + 12);
        struct prefix_list withheld_list =
            random_prefixes6(3 * seed + 1, seed / 10, where, length + 2, length + 12);
        struct prefix_list avoided_list =
            random_prefixes6(3 * seed + 2, seed / 7, where, length + 2, length + 12);
        struct address_set *withheld = address_set_create(&withheld_list);
        struct address_set *avoided = address_set_create(&avoided_list);
        const struct targets_config config = {.granularity = 24,
                                              .granularity6 = bits,
                                              .per_prefix = 1 + (uint32_t)seed % 20,
                                              .key = key,
                                              .withheld = withheld,
                                              .avoided = avoided};

        targets_normalize(&list, &config);
        uint64_t expected = plain_count(&list, where, bits, config.per_prefix);
        struct targets *targets = targets_create(&list, &config);
        cr_assert_eq(targets_count(targets) + targets_withheld_count(targets), expected,
                     "seed %lu: %lu + %lu, not %lu", seed, targets_count(targets),
                     targets_withheld_count(targets), expected);
        check_both_ways(targets, withheld, 1);
        targets_destroy(targets);
        address_set_destroy(withheld);
        address_set_destroy(avoided);
        prefix_list_free(&withheld_list);
        prefix_list_free(&avoided_list);
    }
}

/* Found from any address near: only the drawn one is the target. */
Test(targets6, find_only_the_drawn_host)
{
    struct targets *targets = create("2001:db8::/112 2001:db8::1:0/120 2001:db8::2:1 2001:db8::2:3",
                                     (struct targets_config){.granularity6 = 120, .per_prefix = 4});
    unsigned found = 0;
    uint64_t index;

    for (uint32_t low = 0; low < 0x30000; low++)
        if (targets_find(targets, IPV6(0x20010db800000000, low), &index)) {
            cr_assert(address_equal(targets_address(targets, index), IPV6(0x20010db800000000, low)));
            found++;
        }
    cr_assert_eq(found, 4 + 1 + 2);
    cr_assert_not(targets_find(targets, IPV6(0x20010db7ffffffff, 1), &index));
    cr_assert_not(targets_find(targets, IPV6(0, 0), &index));
    cr_assert_not(targets_find(targets, IPV4(1), &index));
    targets_destroy(targets);
}

/* What is withheld of a share is never drawn, whatever the host is; a share wholly withheld is left out. */
Test(targets6, leave_out_what_is_withheld)
{
    static const char *const hosts[] = {"random", "low", "eui", "::"};

    for (size_t i = 0; i < COUNT(hosts); i++) {
        struct address_set *withheld = address_set_of("2001:db8::/33 2001:db8:8000::/34 2001:db8:c000::/49");
        struct targets_config config = {.per_prefix = 8, .withheld = withheld};
        struct targets *targets;

        cr_assert(host6_parse(hosts[i], &config.host6));
        targets = create("2001:db8::/32", config);
        cr_expect_eq(targets_count(targets), 2);
        cr_expect_eq(targets_withheld_count(targets), 6);
        check_both_ways(targets, withheld, 1);
        targets_destroy(targets);

        config = (struct targets_config){.withheld = withheld, .host6 = config.host6};
        targets = create("2001:db8:c000::/47 2001:db8::1", config);
        cr_expect_eq(targets_count(targets), 2, "half of a block is no reason to leave it out");
        cr_expect_eq(targets_withheld_count(targets), 1);
        check_both_ways(targets, withheld, 1);
        targets_destroy(targets);
        address_set_destroy(withheld);
    }
}

/* The host of a block does not depend on what else is surveyed. */
Test(targets6, draw_the_same_host_whatever_surrounds_the_block)
{
    struct targets *alone = create("2001:db8:5::/48", (struct targets_config){.per_prefix = 4});
    struct targets *among = create("2001:db8::/32 10.0.0.0/8 2001:db8:4::1", (struct targets_config){0});
    uint64_t index;

    cr_assert(targets_find(among, targets_address(alone, 0), &index));
    cr_assert_eq(index, 65536 + 5);
    targets_destroy(alone);
    targets_destroy(among);
}

/* Two thousand blocks of 65,536, drawn in shares: every part of the prefix has its own. */
Test(targets6, shares_spread_over_the_prefix)
{
    struct targets *targets = create("2001:db8::/32", (struct targets_config){.per_prefix = 2000});
    unsigned seen[16] = {0}, low_bits[16] = {0};

    for (uint64_t index = 0; index < 2000; index++) {
        uint64_t high = targets_address(targets, index).high;

        seen[high >> 28 & 15]++;
        low_bits[high >> 16 & 15]++;
    }
    for (unsigned i = 0; i < 16; i++) {
        cr_expect(seen[i] >= 123 && seen[i] <= 129, "%u", seen[i]);
        cr_expect(low_bits[i] > 80 && low_bits[i] < 175, "%u, expected about 125", low_bits[i]);
    }
    targets_destroy(targets);
}

Test(targets6, are_counted_below_any_address)
{
    struct targets *targets = create("10.0.0.0/8 11.0.0.1 11.0.0.3 2001:db8::/32 2001:db9::1 2001:db9::3",
                                     (struct targets_config){.per_prefix = 3});
    static const struct {
        const char *address;
        uint64_t expected;
    } cases[] = {
        {"0.0.0.0", 0},        {"10.255.255.255", 65536},  {"11.0.0.1", 65536},    {"11.0.0.2", 65537},
        {"11.0.0.3", 65537},   {"255.255.255.255", 65538}, {"::", 65538},          {"2001:db8::", 65538},
        {"2001:db9::", 65541}, {"2001:db9::1", 65541},     {"2001:db9::2", 65542}, {"2001:db9::ffff", 65543},
        {"ffff::", 65543},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct prefix address;

        cr_assert_eq(prefix_parse(cases[i].address, &address), 0);
        cr_expect_eq(targets_below(targets, address.base), cases[i].expected, "%s", cases[i].address);
    }
    targets_destroy(targets);
}

static void write_list(FILE *out, uint64_t hosts)
{
    uint64_t random = 1;

    for (uint64_t i = 0; i < hosts; i++) {
        random = mix64(random + i);
        if (i % 4)
            fprintf(out, "2001:db8:%lx:%lx::%lx\n", random >> 48, random >> 40 & 0xff, random >> 20 & 0xffff);
        else
            fprintf(out, "%lu.%lu.%lu.%lu\n", 1 + (random >> 58), random >> 48 & 0xff, random >> 40 & 0xff,
                    random >> 32 & 0xff);
    }
}

/* In no order, some of them twice. */
Test(targets6, of_a_list_of_hosts)
{
    const struct targets_config config = {.granularity = 24, .key = key};
    struct prefix_list list = {0};
    struct error_text error;
    FILE *file = tmpfile();
    char path[64];

    write_list(file, 100000);
    write_list(file, 1000);
    cr_assert_eq(fflush(file), 0);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
    cr_assert_eq(prefix_list_read_file(&list, path, &error), 0, "%s", error.text);
    cr_assert_eq(list.count, 101000);
    targets_normalize(&list, &config);
    struct targets *targets = targets_create(&list, &config);
    cr_assert(targets_count(targets) > 99900 && targets_count(targets) <= 100000, "%lu",
              targets_count(targets));
    check_both_ways(targets, NULL, 1);
    targets_destroy(targets);
    fclose(file);
}

/* All prefixes of IPv6 that are announced; the expected figure was counted apart. */
Test(targets6, of_a_full_routing_table)
{
    const char *corpus = getenv("HOPWIRE_CORPUS");
    const struct targets_config config = {.granularity = 24, .per_prefix = 16, .key = key};
    struct prefix_list list = {.only = FAMILY_IPV6};
    struct error_text error;
    char path[4096];

    if (!corpus)
        cr_skip_test("HOPWIRE_CORPUS names no folder with a routing table");
    snprintf(path, sizeof(path), "%s/prefixes/bgp-table.txt.gz", corpus);
    cr_assert_eq(prefix_list_read_file(&list, path, &error), 0, "%s", error.text);
    cr_assert_eq(list.count, 160147);
    targets_normalize(&list, &config);
    struct targets *targets = targets_create(&list, &config);
    cr_expect_eq(targets_count(targets), 1281546, "%lu", targets_count(targets));
    check_both_ways(targets, NULL, 1);
    targets_destroy(targets);
}
