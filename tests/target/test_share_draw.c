// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/share_draw.h"

#include "addresses.h"
#include "target/prefixes.h"
#include "target/uint128.h"

enum {
    KEY = 12345,
};

static struct share_run run_of(unsigned block_length, struct address more)
{
    return (struct share_run){.block_length = (uint8_t)block_length, .more = more};
}

/* From one block to 2^64 of them and more. */
Test(share_draw, stays_inside_the_share)
{
    static const char *const hosts[] = {"random", "low", "eui", "::", "::ffff:ffff:ffff:ffff"};

    for (unsigned length = 1; length <= 128; length++)
        for (unsigned i = 0; i < 400; i++) {
            unsigned bits = i % (length < 100 ? length : 100);
            uint128 more = bits ? ((uint128)1 << bits) - 1 - (i & 1) : 0;
            struct share_run run = run_of(length, uint128_address(more));
            struct share_draw draw = {.key = i};
            struct address base = address_first(IPV6(mix64(i), mix64(i + 1)), length - bits);

            cr_assert(host6_parse(hosts[i % 5], &draw.host));
            if (address_is_ipv4(base))
                continue;
            struct address host = share_draw_at(&draw, &run, base, i);
            cr_assert(address_compare(host, base) >= 0 && address_compare(host, share_last(&run, base)) <= 0,
                      "/%u, %u bits", length, bits);
        }
}

Test(share_draw, host_is_as_asked_for)
{
    const struct share_run site = run_of(48, IPV6(0, 0)), subnet = run_of(64, IPV6(0, 0)),
                           pair = run_of(127, IPV6(0, 0)), one = run_of(128, IPV6(0, 0));
    const struct address base = IPV6(0x20010db800010000, 0);
    struct share_draw draw = {.key = KEY, .host.kind = HOST6_LOW};

    cr_expect(address_equal(share_draw_at(&draw, &site, base, 0), IPV6(base.high, 1)));
    cr_expect(address_equal(share_draw_at(&draw, &pair, base, 0), IPV6(base.high, 1)));
    cr_expect(address_equal(share_draw_at(&draw, &one, base, 0), base));
    draw.host = (struct host6){HOST6_GIVEN, 0x1234567812345678};
    cr_expect(address_equal(share_draw_at(&draw, &site, base, 0), IPV6(base.high, 0x1234567812345678)));
    draw.host.kind = HOST6_EUI;
    for (uint64_t i = 0; i < 100; i++) {
        struct address host = share_draw_at(&draw, &subnet, IPV6(base.high + i, 0), 0);

        cr_expect_eq(host.high, base.high + i);
        cr_expect_eq(host.low >> 24 & 0xffff, 0xfffe);
        cr_expect_eq(host.low >> 56 & 3, 2, "universal, unicast");
    }
    draw.host.kind = HOST6_RANDOM;
    for (uint64_t i = 0; i < 100; i++) {
        struct address quad = IPV6(base.high, 4 * i);

        cr_expect_neq(share_draw_at(&draw, &(struct share_run){.block_length = 126}, quad, 0).low, 4 * i,
                      "the routers' anycast address");
    }
}

/* 64 places over 65,536 blocks, of random bits and of drawn blocks: 63 degrees of freedom. */
Test(share_draw, spreads)
{
    const struct share_draw draw = {.key = KEY};
    const struct share_run site = run_of(48, IPV6(0, 0)), shares = run_of(48, IPV6(0, 999));
    unsigned high[64] = {0}, low[64] = {0}, block[64] = {0};
    double statistic[3] = {0};

    for (uint64_t i = 0; i < 65536; i++) {
        struct address host = share_draw_at(&draw, &site, IPV6(0x2000000000000000 + (i << 16), 0), 0);
        struct address share = IPV6(0x2000000000000000 + (i * 1000 << 16), 0);

        high[host.high & 63]++;
        low[host.low & 63]++;
        block[((share_draw_at(&draw, &shares, share, 0).high - share.high) >> 16) * 64 / 1000]++;
    }
    for (unsigned i = 0; i < 64; i++) {
        statistic[0] += (high[i] - 1024.0) * (high[i] - 1024.0) / 1024;
        statistic[1] += (low[i] - 1024.0) * (low[i] - 1024.0) / 1024;
        statistic[2] += (block[i] - 1024.0) * (block[i] - 1024.0) / 1024;
    }
    cr_expect(statistic[0] < 130 && statistic[1] < 130, "%.1f %.1f", statistic[0], statistic[1]);
    cr_expect_lt(statistic[2], 160, "%.1f: places of 15 and of 16 blocks", statistic[2]);
}

Test(share_draw, moves_on_where_all_draws_are_withheld)
{
    struct address_set *withheld = address_set_of("2001:db8:1::-2001:db8:1:ffff:ffff:ffff:ffff:fffe");
    struct address_set *all = address_set_of("2001:db8:1::/48");
    const struct share_draw draw = {.key = KEY, .withheld = withheld}, none = {.key = KEY, .withheld = all};
    const struct share_run site = run_of(48, IPV6(0, 0));
    const struct address base = IPV6(0x20010db800010000, 0), last = IPV6(0x20010db80001ffff, UINT64_MAX);

    cr_expect(share_draw_is_possible(&draw, base, last));
    cr_expect_not(share_draw_is_possible(&none, base, last));
    cr_expect(address_equal(share_draw_allowed(&draw, &site, base), last));
    address_set_destroy(withheld);
    withheld = address_set_of("2001:db8:1::1-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    cr_expect(address_equal(
        share_draw_allowed(&(struct share_draw){.key = KEY, .withheld = withheld}, &site, base), base));
    address_set_destroy(withheld);
    address_set_destroy(all);
}

/* Half of each block is in a set: a bad draw stands in one block of 2^8, and never a withheld one. */
Test(share_draw, redraws_what_the_sets_hold)
{
    const struct share_run block = run_of(48, IPV6(0, 0));
    struct prefix_list halves = {0};
    unsigned avoided_hosts = 0;

    for (uint64_t i = 0; i < 4096; i++)
        cr_assert_eq(prefix_list_add(&halves, (struct prefix){IPV6(0x20010db800000000 + (i << 16), 0), 49}),
                     0);
    struct address_set *set = address_set_create(&halves);
    for (uint64_t i = 0; i < 4096; i++) {
        struct address base = IPV6(0x20010db800000000 + (i << 16), 0);

        avoided_hosts += address_set_contains(
            set, share_draw_allowed(&(struct share_draw){.key = KEY, .avoided = set}, &block, base));
        cr_assert_not(address_set_contains(
            set, share_draw_allowed(&(struct share_draw){.key = KEY, .withheld = set}, &block, base)));
    }
    cr_expect(avoided_hosts >= 1 && avoided_hosts <= 40, "%u of 4096, expected about 16", avoided_hosts);
    address_set_destroy(set);
    prefix_list_free(&halves);
}
