// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "addresses.h"
#include "target/prefixes.h"
#include "target/special.h"
#include "target/targets.h"

static const struct siphash_key key = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

static struct targets *create(const char *text, struct targets_config config)
{
    struct prefix_list list = prefixes_of(text);
    struct targets *targets;

    config.key = key;
    targets_normalize(&list, &config);
    targets = targets_create(&list, &config);
    cr_assert_not_null(targets);
    return targets;
}

static struct address_set *special_set(void)
{
    struct prefix_list list = {0};
    struct address_set *set;

    cr_assert_eq(special_prefixes(&list, false), 0);
    set = address_set_create(&list);
    cr_assert_not_null(set);
    prefix_list_free(&list);
    return set;
}

Test(targets, counts_blocks)
{
    static const struct {
        const char *prefixes;
        unsigned granularity;
        uint64_t expected;
    } cases[] = {
        {"", 24, 0},
        {"192.0.2.1", 24, 1},
        {"192.0.2.1 192.0.2.2 192.0.2.7", 24, 3},
        {"192.0.2.0/24", 24, 1},
        {"192.0.2.0/24", 28, 16},
        {"192.0.2.0/24", 32, 256},
        {"192.0.2.0/24", 8, 1},
        {"192.0.2.0/25 192.0.2.128/25", 24, 2},
        {"10.0.0.0/8 10.0.1.0/24", 24, 65536},
        {"10.0.0.0/8 10.0.1.1", 24, 65536},
        {"0.0.0.0/0", 1, 2},
        {"0.0.0.0/0", 24, 1 << 24},
        {"0.0.0.0/0", 32, 1ULL << 32},
        {"0.0.0.0/1 128.0.0.0", 32, (1ULL << 31) + 1},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct targets *targets =
            create(cases[i].prefixes, (struct targets_config){.granularity = cases[i].granularity});

        cr_expect_eq(targets_count(targets), cases[i].expected, "%s at %u: %lu", cases[i].prefixes,
                     cases[i].granularity, targets_count(targets));
        cr_expect_eq(targets_withheld_count(targets), 0);
        targets_destroy(targets);
    }
}

Test(targets, leaves_withheld_blocks_out)
{
    const uint64_t special_blocks = 3 * 65536      /* 0/8, 10/8, 127/8 */
                                    + 16384        /* 100.64/10 */
                                    + 2 * 256      /* 169.254/16, 192.168/16 */
                                    + 4096         /* 172.16/12 */
                                    + 512          /* 198.18/15 */
                                    + 5            /* five single /24 */
                                    + 2 * 1048576; /* multicast, class E */
    struct address_set *special = special_set();
    struct targets *targets =
        create("0.0.0.0/0", (struct targets_config){.granularity = 24, .withheld = special});

    cr_expect_eq(targets_withheld_count(targets), special_blocks, "%lu", targets_withheld_count(targets));
    cr_expect_eq(targets_count(targets) + targets_withheld_count(targets), 1 << 24);
    targets_destroy(targets);

    targets = create("10.0.0.0/8 192.0.2.1", (struct targets_config){.granularity = 24, .withheld = special});
    cr_expect_eq(targets_count(targets), 0);
    cr_expect_eq(targets_withheld_count(targets), 65537);
    cr_expect_not(targets_find(targets, IPV4(0x0a000001), &(uint64_t){0}));
    targets_destroy(targets);
    address_set_destroy(special);
}

/* Every index leads to an address of its own, in no withheld range, and back. Visiting them in order also
 * shows that the addresses ascend, so no two are equal. */
static void check_both_ways(const struct targets *targets, const struct prefix_list *list,
                            const struct address_set *withheld)
{
    struct address before = ADDRESS_NONE;

    for (uint64_t index = 0; index < targets_count(targets); index++) {
        struct address address;
        uint64_t found = UINT64_MAX;

        targets_prefetch(targets, index);
        address = targets_address(targets, index);
        cr_assert(address_compare(address, before) > 0, "index %lu", index);
        cr_assert(targets_find(targets, address, &found));
        cr_assert_eq(found, index);
        cr_assert(prefixes_hold(list, address_ipv4(address)));
        cr_assert_not(address_set_contains(withheld, address));
        before = address;
    }
}

/* Blocks of a normalized list with at least one host, counted one by one. */
static uint64_t count_blocks(const struct prefix_list *list, unsigned granularity,
                             const struct prefix_list *withheld)
{
    uint64_t blocks = 0;

    for (size_t i = 0; i < list->count; i++) {
        struct prefix prefix = list->prefixes[i];
        unsigned length = prefix.length > granularity ? prefix.length : granularity;
        uint64_t size = 1ULL << (32 - length), edge = size >= 4;

        for (uint64_t base = address_ipv4(prefix.base); base <= address_ipv4(prefix_last(prefix));
             base += size) {
            bool possible = false;

            for (uint64_t host = base + edge; host < base + size - edge; host++)
                possible |= !prefixes_hold(withheld, (uint32_t)host);
            blocks += possible;
        }
    }
    return blocks;
}

Test(targets, agree_with_a_plain_count_of_random_lists)
{
    const struct prefix where = {IPV4(0x0b000000), 20};

    for (uint64_t seed = 0; seed < 100; seed++) {
        unsigned granularity = 20 + (unsigned)seed % 13;
        struct prefix_list list = random_prefixes(3 * seed, 1 + seed / 4, where, 21, 32);
        struct prefix_list withheld_list = random_prefixes(3 * seed + 1, seed / 3, where, 22, 32);
        struct prefix_list avoided_list = random_prefixes(3 * seed + 2, seed / 5, where, 22, 32);
        struct address_set *withheld = address_set_create(&withheld_list);
        struct address_set *avoided = address_set_create(&avoided_list);
        const struct targets_config config = {
            .granularity = granularity, .key = key, .withheld = withheld, .avoided = avoided};

        targets_normalize(&list, &config);
        struct targets *targets = targets_create(&list, &config);
        list = *targets_list(targets);
        cr_assert_eq(targets_count(targets), count_blocks(&list, granularity, &withheld_list), "seed %lu",
                     seed);
        cr_assert_eq(targets_count(targets) + targets_withheld_count(targets),
                     count_blocks(&list, granularity, &(struct prefix_list){0}), "seed %lu", seed);
        check_both_ways(targets, &list, withheld);
        targets_destroy(targets);
        address_set_destroy(withheld);
        address_set_destroy(avoided);
        prefix_list_free(&withheld_list);
        prefix_list_free(&avoided_list);
    }
}

/* Found from any address of a block: only the drawn one is the target. */
Test(targets, find_only_the_drawn_host)
{
    struct targets *targets = create("192.0.2.0/24 192.0.4.0/23", (struct targets_config){.granularity = 24});
    unsigned found = 0;
    uint64_t index;

    for (uint32_t address = 0xc0000000; address < 0xc0001000; address++)
        if (targets_find(targets, IPV4(address), &index)) {
            cr_assert(address_equal(targets_address(targets, index), IPV4(address)));
            found++;
        }
    cr_assert_eq(found, 3);
    targets_destroy(targets);
}

Test(targets, of_single_addresses_are_these)
{
    struct targets *targets =
        create("192.0.2.0 192.0.2.255 198.51.100.77", (struct targets_config){.granularity = 24});

    cr_assert(address_equal(targets_address(targets, 0), IPV4(0xc0000200)));
    cr_assert(address_equal(targets_address(targets, 1), IPV4(0xc00002ff)));
    cr_assert(address_equal(targets_address(targets, 2), IPV4(0xc633644d)));
    targets_destroy(targets);
}

/* The host of a block does not depend on what else is surveyed, nor on sets that do not touch the block. */
Test(targets, draw_the_same_host_whatever_surrounds_the_block)
{
    struct address_set *special = special_set();
    struct targets *alone = create("8.8.8.0/24", (struct targets_config){.granularity = 24});
    struct targets *among =
        create("0.0.0.0/0", (struct targets_config){.granularity = 24, .withheld = special});
    uint64_t index = 0;

    cr_assert(targets_find(among, targets_address(alone, 0), &index));
    cr_assert_eq(index, 0x080808 - 0x010000, "0.0.0.0/8 is withheld before it");
    targets_destroy(alone);
    targets_destroy(among);
    address_set_destroy(special);
}

Test(targets, other_keys_draw_other_hosts)
{
    struct prefix_list list = prefixes_of("11.0.0.0/8"), again = prefixes_of("11.0.0.0/8");
    struct targets *one = targets_create(&list, &(struct targets_config){.granularity = 24, .key = key});
    struct targets *other =
        targets_create(&again, &(struct targets_config){.granularity = 24, .key = {key.k0, key.k1 ^ 1}});
    unsigned equal = 0;

    for (uint64_t index = 0; index < targets_count(one); index++)
        equal += address_equal(targets_address(one, index), targets_address(other, index));
    cr_assert(equal > 150 && equal < 370, "%u of 65536, expected about 258", equal);
    targets_destroy(one);
    targets_destroy(other);
}

/* A block wholly in the blocklist stays a target; where it has a way out, the draw takes it. */
Test(targets, keep_avoided_blocks_but_draw_around_avoided_hosts)
{
    struct address_set *avoided = address_set_of("11.0.0.0/24 11.0.1.0/25 11.0.1.128/26");
    struct targets *targets =
        create("11.0.0.0/22", (struct targets_config){.granularity = 24, .avoided = avoided});

    cr_assert_eq(targets_count(targets), 4);
    cr_assert_eq(targets_withheld_count(targets), 0);
    cr_assert(address_set_contains(avoided, targets_address(targets, 0)));
    cr_assert_not(address_set_contains(avoided, targets_address(targets, 1)));
    targets_destroy(targets);
    address_set_destroy(avoided);
}

static struct prefix_list read_routing_table(const char *corpus)
{
    struct prefix_list list = {0};
    struct error_text error;
    char command[4096], path[64];
    FILE *pipe;

    snprintf(command, sizeof(command), "zcat '%s/prefixes/bgp-table.txt.gz' | grep -v :", corpus);
    pipe = popen(command, "r");
    cr_assert_not_null(pipe);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(pipe));
    cr_assert_eq(prefix_list_read_file(&list, path, &error), 0, "%s", error.text);
    cr_assert_eq(pclose(pipe), 0);
    return list;
}

/* The expected figures were counted apart, by a set of all /24. */
Test(targets, of_a_full_routing_table)
{
    const char *corpus = getenv("HOPWIRE_CORPUS");
    struct targets_config config = {.granularity = 24, .key = key};
    struct address_set *special;
    struct prefix_list list;
    struct targets *targets;

    if (!corpus)
        cr_skip_test("HOPWIRE_CORPUS names no folder with a routing table");
    list = read_routing_table(corpus);
    cr_assert_eq(list.count, 901899);
    targets_normalize(&list, &config);
    targets = targets_create(&list, &config);
    cr_expect_eq(targets_count(targets), 11962702 + 7, "all /24, and 7 longer prefixes in none of them");
    targets_destroy(targets);

    config.withheld = special = special_set();
    list = read_routing_table(corpus);
    targets_normalize(&list, &config);
    targets = targets_create(&list, &config);
    cr_expect_eq(targets_count(targets), 11962702 + 7 - 1);
    cr_expect_eq(targets_withheld_count(targets), 1, "192.88.99.0/24");
    for (uint64_t index = 0, found; index < targets_count(targets); index += 101) {
        cr_assert(targets_find(targets, targets_address(targets, index), &found));
        cr_assert_eq(found, index);
    }
    targets_destroy(targets);
    address_set_destroy(special);
}

/* By what targets_address() says, one by one. */
Test(targets, are_counted_below_any_address)
{
    static const char *const lists[] = {"0.0.0.0/0",
                                        "10.0.0.0/8 10.0.1.1 11.0.0.0/23 192.0.2.1 192.0.2.7",
                                        "255.255.255.255",
                                        "0.0.0.0",
                                        "1.0.0.0/25 1.0.0.128",
                                        "1.0.0.1 1.0.0.2 1.0.0.4 1.0.0.128/30 1.0.0.132 1.0.0.133"};
    struct address_set *special = special_set();

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
        for (unsigned granularity = 12; granularity <= 24; granularity += 12) {
            const struct targets_config config = {.granularity = granularity, .withheld = i ? NULL : special};
            struct targets *targets = create(lists[i], config);
            uint64_t count = targets_count(targets);

            cr_expect_eq(targets_below(targets, IPV4(0)), 0);
            cr_expect_eq(targets_below(targets, address_next(IPV4(UINT32_MAX))), count);
            cr_expect_eq(targets_below(targets, (struct address){1, 0}), count);
            cr_expect_eq(targets_below(targets, (struct address){0, 1}), count, "IPv6 is behind IPv4");
            for (uint64_t index = 0; index < count; index += 1 + count / 5000) {
                struct address address = targets_address(targets, index);

                cr_assert_eq(targets_below(targets, address), index, "%s: %lu", lists[i], index);
                cr_assert_eq(targets_below(targets, address_next(address)), index + 1, "%s: %lu", lists[i],
                             index);
            }
            targets_destroy(targets);
        }
    address_set_destroy(special);
}
