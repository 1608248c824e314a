// SPDX-License-Identifier: GPL-2.0-or-later
#include "addresses.h"
#include "target/host_draw.h"
#include "target/prefixes.h"

enum {
    KEY = 12345,
};

Test(host_draw, stays_inside_the_block)
{
    for (unsigned length = 1; length <= 32; length++)
        for (uint64_t i = 0; i < 1000; i++) {
            uint64_t size = 1ULL << (32 - length);
            uint32_t base = (uint32_t)(i * 0x9e3779b1) & ~(uint32_t)(size - 1);
            uint32_t offset = host_draw_at(i, (struct ipv4_block){base, (uint8_t)length}, 0) - base;

            cr_assert_lt(offset, size);
            if (size >= 4)
                cr_assert(offset > 0 && offset < size - 1, "network or broadcast address of a /%u", length);
        }
}

/* 254 hosts over 65,536 blocks: Pearson's statistic with 253 degrees of freedom. */
Test(host_draw, spreads_over_all_hosts)
{
    unsigned seen[256] = {0};
    const double expected = 65536 / 254.0;
    double statistic = 0;

    for (uint32_t block = 0; block < 65536; block++)
        seen[host_draw_at(KEY, (struct ipv4_block){0x0b000000 + (block << 8), 24}, 0) & 0xff]++;
    for (unsigned host = 1; host < 255; host++)
        statistic += (seen[host] - expected) * (seen[host] - expected) / expected;
    cr_assert_eq(seen[0] + seen[255], 0);
    cr_assert(statistic > 160 && statistic < 360, "%.1f", statistic);
}

Test(host_draw, depends_on_key_base_size_and_attempt)
{
    const struct ipv4_block block = {0x0b000000, 8};
    uint32_t host = host_draw_at(KEY, block, 0);

    cr_assert_eq(host_draw_at(KEY, block, 0), host);
    cr_assert_neq(host_draw_at(KEY + 1, block, 0), host);
    cr_assert_neq(host_draw_at(KEY, (struct ipv4_block){0x0c000000, 8}, 0) & 0xffffff, host & 0xffffff);
    cr_assert_neq(host_draw_at(KEY, (struct ipv4_block){0x0b000000, 9}, 0) & 0x7fffff, host & 0x7fffff);
    cr_assert_neq(host_draw_at(KEY, block, 1), host);
}

static struct ipv4_block only(const char *text)
{
    struct prefix prefix;

    cr_assert_eq(prefix_parse(text, &prefix), 0);
    return ipv4_block_of(prefix);
}

/* Half of each block is in a set: a bad draw stands in one block of 2^8, and never a withheld one. */
Test(host_draw, redraws_what_the_sets_hold)
{
    struct prefix_list halves = {0};
    struct address_set *set;
    unsigned avoided_hosts = 0;

    for (uint32_t i = 0; i < 4096; i++)
        cr_assert_eq(prefix_list_add(&halves, (struct prefix){IPV4(0x0b000000 + (i << 8)), 25}), 0);
    set = address_set_create(&halves);
    for (uint32_t i = 0; i < 4096; i++) {
        struct ipv4_block block = {0x0b000000 + (i << 8), 24};

        avoided_hosts += address_set_contains(
            set, IPV4(host_draw_allowed(&(struct host_draw){.key = KEY, .avoided = set}, block)));
        cr_assert_not(address_set_contains(
            set, IPV4(host_draw_allowed(&(struct host_draw){.key = KEY, .withheld = set}, block))));
    }
    cr_assert(avoided_hosts >= 1 && avoided_hosts <= 40, "%u of 4096, expected about 16", avoided_hosts);
    address_set_destroy(set);
    prefix_list_free(&halves);
}

Test(host_draw, finds_the_only_host_that_is_not_withheld)
{
    static const struct {
        const char *withheld, *expected;
    } cases[] = {
        {"192.0.2.0/25 192.0.2.128-192.0.2.253 192.0.2.255", "192.0.2.254"},
        {"192.0.2.0 192.0.2.2-192.0.2.255", "192.0.2.1"},
        {"0.0.0.0-192.0.2.76 192.0.2.78-255.255.255.255", "192.0.2.77"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_set *withheld = address_set_of(cases[i].withheld);
        struct host_draw draw = {.key = KEY, .withheld = withheld};

        cr_assert(host_draw_is_possible(&draw, only("192.0.2.0/24")));
        cr_expect_eq(host_draw_allowed(&draw, only("192.0.2.0/24")), only(cases[i].expected).base, "case %zu",
                     i);
        address_set_destroy(withheld);
    }
}

/* In a block where every host is avoided the draw stands: the look at the blocklist counts it. */
Test(host_draw, keeps_a_host_of_a_wholly_avoided_block)
{
    struct address_set *withheld = address_set_of("192.0.2.0/25");
    struct address_set *avoided = address_set_of("192.0.2.128/25");
    uint32_t host = host_draw_allowed(&(struct host_draw){KEY, withheld, avoided}, only("192.0.2.0/24"));

    cr_assert(host >= only("192.0.2.128").base && host < only("192.0.2.255").base);
    address_set_destroy(withheld);
    address_set_destroy(avoided);
}

Test(host_draw, is_impossible_where_all_hosts_are_withheld)
{
    static const struct {
        const char *withheld, *block;
        bool expected;
    } cases[] = {
        {"", "192.0.2.0/24", true},
        {"192.0.2.0/24", "192.0.2.0/24", false},
        {"192.0.2.0/25", "192.0.2.0/24", true},
        {"192.0.2.1-192.0.2.254", "192.0.2.0/24", false}, /* the network's and the broadcast address remain */
        {"192.0.2.2-192.0.2.254", "192.0.2.0/24", true},
        {"192.0.2.0", "192.0.2.0/31", true},
        {"192.0.2.1", "192.0.2.1/32", false},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_set *withheld = address_set_of(cases[i].withheld);
        struct host_draw draw = {.key = KEY, .withheld = withheld};

        cr_expect_eq(host_draw_is_possible(&draw, only(cases[i].block)), cases[i].expected, "case %zu", i);
        address_set_destroy(withheld);
    }
}
