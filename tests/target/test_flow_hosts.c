// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/flow_hosts.h"

#include "addresses.h"
#include "target/prefixes.h"

enum {
    MANY = 1 << 16,
};

static struct flow_hosts hosts_of(uint32_t target, uint32_t first, uint32_t last)
{
    return (struct flow_hosts){
        .target_address = IPV4(target), .first = IPV4(first).low, .last = IPV4(last).low, .key = 77};
}

static bool is_left_out(const struct flow_hosts *hosts, uint64_t low)
{
    struct address address = {hosts->target_address.high, low};

    return address_set_contains(hosts->withheld, address) || address_set_contains(hosts->avoided, address);
}

/* Each host that is not left out comes once, the target first, and then all of them again. */
static void check_all(const struct flow_hosts *hosts)
{
    uint64_t count = hosts->last - hosts->first + 1;
    unsigned *seen = calloc(count, sizeof(*seen)), others = 0;

    for (uint64_t i = 0; i < count; i++)
        others += hosts->first + i != hosts->target_address.low && !is_left_out(hosts, hosts->first + i);
    for (unsigned flow = 0; flow <= others; flow++) {
        struct address host = flow_hosts_at(hosts, flow);

        if (flow == 0) {
            cr_assert(address_equal(host, hosts->target_address));
            continue;
        }
        cr_assert_eq(host.high, hosts->target_address.high);
        cr_assert(hosts->first <= host.low && host.low <= hosts->last, "flow %u", flow);
        cr_assert_neq(host.low, hosts->target_address.low, "flow %u", flow);
        cr_assert_not(is_left_out(hosts, host.low), "flow %u", flow);
        cr_assert_eq(seen[host.low - hosts->first]++, 0, "flow %u", flow);
    }
    for (unsigned flow = 0; flow <= 2 * others; flow++)
        cr_assert(address_equal(flow_hosts_at(hosts, flow + others + 1), flow_hosts_at(hosts, flow)));
    free(seen);
}

Test(flow_hosts, come_once_each_and_then_again)
{
    for (uint32_t count = 1; count <= 300; count++)
        for (uint32_t target = 0; target < count; target += 1 + count / 5) {
            struct flow_hosts hosts = hosts_of(0x0b000000 + target, 0x0b000000, 0x0b000000 + count - 1);

            check_all(&hosts);
            hosts.ascending = true;
            check_all(&hosts);
        }
}

Test(flow_hosts, leave_out_what_the_sets_hold)
{
    static const struct {
        const char *withheld, *avoided;
    } cases[] = {
        {"11.0.0.0/25", ""},
        {"", "11.0.0.128/25"},
        {"11.0.0.0/26", "11.0.0.32/27 11.0.0.255"},
        {"11.0.0.1 11.0.0.254", "11.0.0.2 11.0.0.77"},
        {"10.0.0.0/8", "11.0.0.4/30 12.0.0.0/8"},
        {"11.0.0.0/25", "11.0.0.128/25"},
        {"", "11.0.0.0/24"},
        {"11.0.0.1 11.0.0.3 11.0.0.5 11.0.0.7 11.0.0.9 11.0.0.11", "11.0.0.13 11.0.0.14 11.0.0.200/29"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address_set *withheld = address_set_of(cases[i].withheld);
        struct address_set *avoided = address_set_of(cases[i].avoided);

        for (uint32_t target = 0x0b000001; target < 0x0b0000ff; target += 19) {
            struct flow_hosts hosts = hosts_of(target, 0x0b000001, 0x0b0000fe);

            hosts.withheld = withheld;
            hosts.avoided = avoided;
            check_all(&hosts);
        }
        address_set_destroy(withheld);
        address_set_destroy(avoided);
    }
}

/* Every second address of a /24, the most stretches that one can have. */
Test(flow_hosts, of_a_block_in_as_many_pieces_as_can_be)
{
    struct prefix_list list = {0};

    for (uint32_t host = 0; host < 256; host += 2)
        cr_assert_eq(prefix_list_add(&list, (struct prefix){IPV4(0x0b000000 + host), 32}), 0);

    struct address_set *avoided = address_set_create(&list);
    struct flow_hosts hosts = hosts_of(0x0b000003, 0x0b000001, 0x0b0000fe);

    hosts.avoided = avoided;
    check_all(&hosts);
    address_set_destroy(avoided);
    prefix_list_free(&list);
}

Test(flow_hosts, of_a_large_block_in_many_pieces_have_those_of_the_first)
{
    struct prefix_list list = {0};
    struct flow_hosts hosts = hosts_of(0x0b800001, 0x0b000001, 0x0bfffffe);

    for (uint32_t i = 0; i < MANY; i++)
        cr_assert_eq(prefix_list_add(&list, (struct prefix){IPV4(0x0b000000 + (i << 8)), 25}), 0);

    struct address_set *avoided = address_set_create(&list);
    hosts.avoided = avoided;
    for (unsigned flow = 1; flow < 256; flow++) {
        struct address host = flow_hosts_at(&hosts, flow);

        cr_assert_not(address_set_contains(avoided, host));
        for (unsigned before = 0; before < flow; before++)
            cr_assert_not(address_equal(flow_hosts_at(&hosts, before), host));
    }
    address_set_destroy(avoided);
    prefix_list_free(&list);
}

Test(flow_hosts, of_a_subnet_of_ipv6_are_distinct)
{
    const struct flow_hosts hosts = {
        .target_address = IPV6(0x2001, 0xfedcba9876543210), .first = 1, .last = UINT64_MAX, .key = 5};

    for (unsigned flow = 1; flow < 1024; flow++) {
        struct address host = flow_hosts_at(&hosts, flow);

        cr_assert_eq(host.high, 0x2001);
        cr_assert_neq(host.low, 0);
        for (unsigned before = 0; before < flow; before++)
            cr_assert_neq(flow_hosts_at(&hosts, before).low, host.low);
    }
}

/* Each flow's host in 65,536 blocks: Pearson's statistic with 252 degrees of freedom, of the places behind the
 * target's, as if drawn. */
Test(flow_hosts, are_spread_over_the_block)
{
    for (unsigned flow = 1; flow < 40; flow += 6) {
        const double expected = MANY / 253.0;
        unsigned seen[254] = {0};
        double statistic = 0;

        for (uint32_t block = 0; block < MANY; block++) {
            struct flow_hosts hosts = hosts_of(0x0b000000 + (block << 8) + 1, 0x0b000000 + (block << 8) + 1,
                                               0x0b000000 + (block << 8) + 254);

            hosts.key = mix64(block);
            seen[flow_hosts_at(&hosts, flow).low - hosts.first]++;
        }
        for (unsigned place = 1; place < 254; place++)
            statistic += (seen[place] - expected) * (seen[place] - expected) / expected;
        cr_expect_eq(seen[0], 0);
        cr_expect(statistic > 160 && statistic < 360, "flow %u: %.1f", flow, statistic);
    }
}

/* A balancer that looks at one bit of the address, or at two, has flows on both sides from the first ones on. */
Test(flow_hosts, part_by_any_bit_as_coins_do)
{
    for (unsigned bit = 0; bit < 8; bit++) {
        unsigned alike = 0;

        for (uint32_t block = 0; block < MANY; block++) {
            uint32_t base = 0x0b000000 + (block << 8);
            struct flow_hosts hosts = hosts_of(base + 100, base + 1, base + 254);
            unsigned ones = 0;

            hosts.key = mix64(block);
            for (unsigned flow = 0; flow < 6; flow++)
                ones += flow_hosts_at(&hosts, flow).low >> bit & 1;
            alike += ones == 0 || ones == 6;
        }
        cr_expect(alike > MANY / 32 * 0.8 && alike < MANY / 32 * 1.1, "bit %u: %u", bit, alike);
    }
}

Test(flow_hosts, names)
{
    enum flows_by by;

    cr_expect(flows_by_parse("host", &by) && by == FLOWS_BY_HOST);
    cr_expect(flows_by_parse(flows_by_name(FLOWS_BY_PORT), &by) && by == FLOWS_BY_PORT);
    cr_expect_not(flows_by_parse("hosts", &by));
    cr_expect_not(flows_by_parse("", &by));
}
