// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/fib.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/address_order.h"
#include "host/route.h"
#include "host/two_hosts.h"

static bool has_edge(const struct fib *fib, struct address edge)
{
    for (size_t i = 0; i < fib->edge_count; i++)
        if (address_equal(fib->edges[i], edge))
            return true;
    return false;
}

static bool has_own(const struct fib *fib, struct address base, uint8_t length)
{
    for (size_t i = 0; i < fib->own_count; i++)
        if (address_equal(fib->own[i].base, base) && fib->own[i].length == length)
            return true;
    return false;
}

Test(fib, edges_and_own_addresses)
{
    static const struct address edges[] = {
        IPV4(0),
        IPV4(0x0a000000),
        IPV4(0x0b000000),
        IPV4(0x0a010200),
        IPV4(0x0a010300),
        IPV4(0xc6120002),
        IPV4(0xc6120003),
        IPV4(0x14000000),
        IPV4(0x15000000),
        IPV4(0xff000000),
        IPV4(0xffffffff),
        IPV6(0, 0),
        IPV6(0x20010db80a000000, 0),
        IPV6(0x20010db80b000000, 0),
        IPV6(0x20010db80a010200, 0),
        IPV6(0x20010db80a010300, 0),
        IPV6(0x20010db800120000, 2),
        IPV6(0x20010db800120000, 3),
        IPV6(0x20010db814000000, 0),
        IPV6(0x20010db815000000, 0),
        IPV6(0xff00000000000000, 0),
    };
    struct two_hosts hosts;
    struct fib fib;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add(IPV4(0x0a000000), 8, &(const struct route_hop){hosts.near_index, FAR_ADDRESS}, 1),
                 0);
    cr_assert_eq(system("ip route add blackhole 10.1.2.0/24 table 77"), 0);
    cr_assert_eq(system("ip route add blackhole 255.0.0.0/8 table 77"), 0);
    cr_assert_eq(system("ip rule add to 20.0.0.0/8 table 77"), 0);
    cr_assert_eq(route_add(IPV6(0x20010db80a000000, 0), 40,
                           &(const struct route_hop){hosts.near_index, FAR_ADDRESS6}, 1),
                 0);
    cr_assert_eq(system("ip -6 route add blackhole 2001:db8:a01:200::/56 table 77"), 0);
    cr_assert_eq(system("ip -6 rule add to 2001:db8:1400::/40 table 77"), 0);
    cr_assert_eq(fib_read(&fib), 0);
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
        cr_expect(has_edge(&fib, edges[i]), "%zu", i);
    cr_expect_not(has_edge(&fib, IPV4(0x0a010000)));
    cr_expect_not(has_edge(&fib, IPV6(0x20010db80a010000, 0)));
    for (size_t i = 1; i < fib.edge_count; i++)
        cr_expect_lt(address_order(fib.edges[i - 1], fib.edges[i]), 0);
    cr_expect(address_equal(fib.edges[0], IPV4(0)));
    cr_expect(has_own(&fib, NEAR_ADDRESS, 32));
    cr_expect(has_own(&fib, IPV4(0xc61200ff), 32), "the broadcast address");
    cr_expect_not(has_own(&fib, FAR_ADDRESS, 32));
    cr_expect(has_own(&fib, NEAR_ADDRESS6, 128));
    cr_expect_not(has_own(&fib, FAR_ADDRESS6, 128));
    fib_free(&fib);
}

Test(fib, rules_by_port)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_expect_not(fib_looks_at_ports());
    cr_assert_eq(system("ip rule add ipproto udp dport 53 table 77"), 0);
    cr_expect(fib_looks_at_ports());
    cr_assert_eq(system("ip rule del ipproto udp dport 53 table 77"), 0);
    cr_expect_not(fib_looks_at_ports());
    cr_assert_eq(system("ip -6 rule add ipproto udp dport 53 table 77"), 0);
    cr_expect(fib_looks_at_ports());
}
