// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/route.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "host/link.h"
#include "host/netlink.h"
#include "host/two_hosts.h"

#define ELSEWHERE6 IPV6(0x20010db800990000, 1)
#define LINK_LOCAL IPV6(0xfe80000000000000, 1)

static void add_route(uint8_t type, struct address destination, uint8_t prefix_length)
{
    struct netlink_request request;
    struct rtmsg *route = netlink_request_init(&request, RTM_NEWROUTE, NLM_F_CREATE, sizeof(*route));

    route->rtm_family = (uint8_t)netlink_family(destination);
    route->rtm_dst_len = prefix_length;
    route->rtm_table = RT_TABLE_MAIN;
    route->rtm_type = type;
    netlink_put_address(&request.header, RTA_DST, destination);
    cr_assert_eq(netlink_change(&request), 0);
}

static int ask(struct address destination, unsigned through, struct route *route)
{
    return route_get(&(const struct route_query){.destination = destination, .interface_index = through},
                     route);
}

Test(route, without_a_default_route)
{
    struct two_hosts hosts;
    struct route route;

    two_hosts_make(&hosts);
    cr_expect_eq(ask(IPV4(0x01020304), 0, &route), -ENETUNREACH);
    cr_expect_eq(ask(IPV4(0x01020304), hosts.near_index, &route), -ENETUNREACH);
    cr_expect_eq(ask(IPV4(0x01020304), 9999, &route), -ENODEV);
    cr_expect_eq(ask(ELSEWHERE6, 0, &route), -ENETUNREACH);
    cr_expect_eq(ask(ELSEWHERE6, hosts.near_index, &route), -ENETUNREACH);
    cr_expect_neq(ask(ELSEWHERE6, 9999, &route), 0);
}

Test(route, with_a_default_route)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    cr_expect_eq(route_add_default(hosts.near_index, FAR_ADDRESS), -EEXIST);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS6), 0);
    cr_expect_eq(route_add_default(hosts.near_index, FAR_ADDRESS6), -EEXIST);
    cr_assert_eq(link_set_up(LOOPBACK_INDEX), 0);

    const struct {
        struct address destination;
        unsigned through;
        struct route expected;
    } table[] = {
        {IPV4(0x01020304), 0, {hosts.near_index, NEAR_ADDRESS, FAR_ADDRESS, RTN_UNICAST}},
        {IPV4(0x01020304), hosts.near_index, {hosts.near_index, NEAR_ADDRESS, FAR_ADDRESS, RTN_UNICAST}},
        {IPV4(0xf0000001), 0, {hosts.near_index, NEAR_ADDRESS, FAR_ADDRESS, RTN_UNICAST}},
        {FAR_ADDRESS, 0, {hosts.near_index, NEAR_ADDRESS, ADDRESS_NONE, RTN_UNICAST}},
        {NOBODY_ADDRESS, hosts.near_index, {hosts.near_index, NEAR_ADDRESS, ADDRESS_NONE, RTN_UNICAST}},
        {NEAR_ADDRESS, 0, {LOOPBACK_INDEX, NEAR_ADDRESS, ADDRESS_NONE, RTN_LOCAL}},
        {IPV4(INADDR_LOOPBACK), 0, {LOOPBACK_INDEX, IPV4(INADDR_LOOPBACK), ADDRESS_NONE, RTN_LOCAL}},
        {ELSEWHERE6, 0, {hosts.near_index, NEAR_ADDRESS6, FAR_ADDRESS6, RTN_UNICAST}},
        {ELSEWHERE6, hosts.near_index, {hosts.near_index, NEAR_ADDRESS6, FAR_ADDRESS6, RTN_UNICAST}},
        {FAR_ADDRESS6, 0, {hosts.near_index, NEAR_ADDRESS6, ADDRESS_NONE, RTN_UNICAST}},
        {NOBODY_ADDRESS6, hosts.near_index, {hosts.near_index, NEAR_ADDRESS6, ADDRESS_NONE, RTN_UNICAST}},
        {NEAR_ADDRESS6, 0, {LOOPBACK_INDEX, NEAR_ADDRESS6, ADDRESS_NONE, RTN_LOCAL}},
        {IPV6(0, 1), 0, {LOOPBACK_INDEX, IPV6(0, 1), ADDRESS_NONE, RTN_LOCAL}},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct route route;

        cr_assert_eq(ask(table[i].destination, table[i].through, &route), 0, "row %zu", i);
        cr_expect_eq(route.interface_index, table[i].expected.interface_index, "row %zu", i);
        cr_expect(address_equal(route.source, table[i].expected.source), "row %zu", i);
        cr_expect(address_equal(route.gateway, table[i].expected.gateway), "row %zu", i);
        cr_expect_eq(route.type, table[i].expected.type, "row %zu", i);
    }
}

Test(route, that_forbids_sending_is_none)
{
    static const struct {
        uint8_t type;
        int expected;
    } table[] = {
        {RTN_BLACKHOLE, -EINVAL},
        {RTN_PROHIBIT, -EACCES},
        {RTN_UNREACHABLE, -EHOSTUNREACH},
        {RTN_THROW, -ENETUNREACH}, /* no other table has one */
    };
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS6), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint32_t network = 0x0a000000 + ((uint32_t)i << 24);
        struct address network6 = IPV6(0x20010db800000000 + network, 0);
        struct route route;

        add_route(table[i].type, IPV4(network), 8);
        add_route(table[i].type, network6, 40);
        cr_expect_eq(ask(IPV4(network + 1), 0, &route), table[i].expected, "type %u", table[i].type);
        cr_expect_eq(ask(address_next(network6), 0, &route), table[i].expected, "type %u", table[i].type);
        /* With IPv6 the kernel then skips routes that do not lead through that interface. */
        cr_expect_eq(ask(IPV4(network + 1), hosts.near_index, &route), table[i].expected, "type %u",
                     table[i].type);
        cr_expect_eq(ask(address_next(network6), hosts.near_index, &route), 0, "type %u", table[i].type);
    }
}

/* "A route to an IPv4 destination through an IPv6 router", RFC 8950. */
Test(route, through_an_ipv6_gateway)
{
    struct {
        uint16_t family;
        uint8_t address[16];
    } via = {.family = AF_INET6};
    struct netlink_request request;
    struct two_hosts hosts;
    struct rtmsg *message;
    struct route route;

    two_hosts_make(&hosts);
    message = netlink_request_init(&request, RTM_NEWROUTE, NLM_F_CREATE, sizeof(*message));
    message->rtm_family = AF_INET;
    message->rtm_table = RT_TABLE_MAIN;
    message->rtm_type = RTN_UNICAST;
    address_store(via.address, LINK_LOCAL);
    mnl_attr_put(&request.header, RTA_VIA, sizeof(via), &via);
    mnl_attr_put_u32(&request.header, RTA_OIF, hosts.near_index);
    cr_assert_eq(netlink_change(&request), 0);
    cr_assert_eq(ask(IPV4(0x01020304), 0, &route), 0);
    cr_expect(address_equal(route.gateway, LINK_LOCAL));
    cr_expect(address_equal(route.source, NEAR_ADDRESS));
}

/* The kernel gives up after 20 ms here, long before the neighbour comes: only asking again finds it. */
Test(route, through_a_link_local_gateway)
{
    struct two_hosts hosts;
    struct route route;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add_default(hosts.near_index, LINK_LOCAL), 0);
    cr_assert_eq(ask(ELSEWHERE6, 0, &route), 0);
    cr_expect_eq(route.interface_index, hosts.near_index);
    cr_expect(address_equal(route.gateway, LINK_LOCAL));
    cr_expect(address_equal(route.source, NEAR_ADDRESS6), "known beyond the link");
}

Test(route, to_a_prefix)
{
    struct two_hosts hosts;
    struct route route;

    two_hosts_make(&hosts);
    const struct route_hop hop = {hosts.near_index, FAR_ADDRESS};
    cr_assert_eq(route_add(IPV4(0x0a010000), 16, &hop, 1), 0);
    cr_expect_eq(route_add(IPV4(0x0a010000), 16, &hop, 1), -EEXIST);
    cr_assert_eq(ask(IPV4(0x0a01ffff), 0, &route), 0);
    cr_expect(address_equal(route.gateway, FAR_ADDRESS));
    cr_expect_eq(ask(IPV4(0x0a020000), 0, &route), -ENETUNREACH);

    const struct route_hop hop6 = {hosts.near_index, FAR_ADDRESS6};
    cr_assert_eq(route_add(IPV6(0x20010db80a010000, 0), 48, &hop6, 1), 0);
    cr_expect_eq(route_add(IPV6(0x20010db80a010000, 0), 48, &hop6, 1), -EEXIST);
    cr_assert_eq(ask(IPV6(0x20010db80a01ffff, 1), 0, &route), 0);
    cr_expect(address_equal(route.gateway, FAR_ADDRESS6));
    cr_expect_eq(ask(IPV6(0x20010db80a020000, 1), 0, &route), -ENETUNREACH);
}

static void expect_balanced(struct address prefix, unsigned length, const struct route_hop hops[2])
{
    struct address destination = prefix;
    unsigned taken[2] = {0};

    cr_assert_eq(route_add(prefix, length, hops, 2), 0);
    for (int i = 0; i < 200; i++, destination = address_next(destination)) {
        struct route route;

        cr_assert_eq(ask(destination, 0, &route), 0);
        for (int k = 0; k < 2; k++)
            taken[k] += address_equal(route.gateway, hops[k].gateway);
    }
    cr_expect_eq(taken[0] + taken[1], 200);
    cr_expect_gt(taken[0], 50);
    cr_expect_gt(taken[1], 50);
}

Test(route, over_several_hops)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    const struct route_hop ipv4[] = {{hosts.near_index, FAR_ADDRESS}, {hosts.near_index, NOBODY_ADDRESS}};
    const struct route_hop ipv6[] = {{hosts.near_index, FAR_ADDRESS6}, {hosts.near_index, NOBODY_ADDRESS6}};
    expect_balanced(IPV4(0x0a010000), 16, ipv4);
    expect_balanced(IPV6(0x20010db80a010000, 0), 48, ipv6);
}

Test(route, that_cannot_be)
{
    static const struct route_hop hops[ROUTE_MAX_HOPS + 1] = {{1, IPV4(1)}};
    static const struct route_hop hop6 = {1, IPV6(0x2000000000000000, 1)};

    cr_expect_eq(route_add(IPV4(0), 33, hops, 1), -EINVAL);
    cr_expect_eq(route_add(IPV4(0), 0, hops, 0), -EINVAL);
    cr_expect_eq(route_add(IPV4(0), 0, hops, ROUTE_MAX_HOPS + 1), -EINVAL);
    cr_expect_eq(route_add(IPV6(0, 0), 129, &hop6, 1), -EINVAL);
    cr_expect_eq(route_add_local(IPV4(0), 33), -EINVAL);
    cr_expect_eq(route_add_local(IPV6(0, 0), 129), -EINVAL);
}

Test(route, to_this_host)
{
    struct two_hosts hosts;
    struct route route;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add_local(IPV4(0x0a010000), 16), 0);
    cr_assert_eq(ask(IPV4(0x0a01ffff), 0, &route), 0);
    cr_expect_eq(route.interface_index, LOOPBACK_INDEX);
    cr_expect_eq(ask(IPV4(0x0a020000), 0, &route), -ENETUNREACH);
    cr_assert_eq(link_set_up(LOOPBACK_INDEX), 0);
    cr_assert_eq(route_add_local(IPV6(0x20010db80a010000, 0), 48), 0);
    cr_assert_eq(ask(IPV6(0x20010db80a010000, 99), 0, &route), 0);
    cr_expect_eq(route.interface_index, LOOPBACK_INDEX);
    cr_expect_eq(route.type, RTN_LOCAL);
}

/* For each rule, and the same rule for IPv6: a query that it must match, and one that it must not. */
Test(route, by_rule)
{
    static const struct {
        const char *rule;
        struct route_query query;
        bool matches;
    } table[] = {
        {"from 198.18.0.3", {.source = IPV4(0xc6120003)}, true},
        {"from 198.18.0.3", {.source = NEAR_ADDRESS}, false},
        {"from 198.18.0.3", {.protocol = 0}, false},
        {"ipproto tcp", {.protocol = IPPROTO_TCP}, true},
        {"ipproto tcp", {.protocol = IPPROTO_UDP}, false},
        {"ipproto udp", {.protocol = 0}, true},
        {"ipproto icmp", {.protocol = IPPROTO_ICMP}, true},
        {"ipproto udp dport 33434-33500", {.protocol = IPPROTO_UDP, .destination_port = 33434}, true},
        {"ipproto udp dport 33434-33500", {.protocol = IPPROTO_UDP, .destination_port = 53}, false},
        {"ipproto udp dport 33434-33500", {.protocol = IPPROTO_UDP}, false},
        {"ipproto udp sport 32768-65534", {.protocol = IPPROTO_UDP, .source_port = 0x8001}, true},
        {"to 8.0.0.0/8", {.protocol = 0}, true},
        {"to 8.0.0.0/8", {.protocol = IPPROTO_UDPLITE}, true},
        {"to 9.0.0.0/8", {.protocol = 0}, false},
        {"-6 from 2001:db8:12::3", {.source = IPV6(0x20010db800120000, 3)}, true},
        {"-6 from 2001:db8:12::3", {.source = NEAR_ADDRESS6}, false},
        {"-6 from 2001:db8:12::3", {.protocol = IPPROTO_UDP}, false},
        {"-6 ipproto tcp", {.protocol = IPPROTO_TCP}, true},
        {"-6 ipproto tcp", {.protocol = IPPROTO_UDP}, false},
        {"-6 ipproto ipv6-icmp", {.protocol = IPPROTO_ICMP}, true},
        {"-6 ipproto udp dport 33434-33500", {.protocol = IPPROTO_UDP, .destination_port = 33434}, true},
        {"-6 ipproto udp dport 33434-33500", {.protocol = IPPROTO_UDP, .destination_port = 53}, false},
        {"-6 ipproto udp sport 32768-65534", {.protocol = IPPROTO_UDP, .source_port = 0x8001}, true},
        {"-6 to 2001:db8::/32", {.protocol = 0}, true},
        {"-6 to 2001:db9::/32", {.protocol = 0}, false},
    };
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(link_add_address(hosts.near_index, IPV4(0xc6120003), 24), 0);
    cr_assert_eq(link_add_address(hosts.near_index, IPV6(0x20010db800120000, 3), 64), 0);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS6), 0);
    cr_assert_eq(system("ip route add default via 198.18.0.253 table 77"), 0);
    cr_assert_eq(system("ip -6 route add default via 2001:db8:12::fd table 77"), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        bool ipv6 = strncmp(table[i].rule, "-6 ", 3) == 0;
        struct address other = ipv6 ? NOBODY_ADDRESS6 : NOBODY_ADDRESS;
        struct address usual = ipv6 ? FAR_ADDRESS6 : FAR_ADDRESS;
        struct route_query query = table[i].query;
        struct route route;
        char command[128];

        query.destination = ipv6 ? ELSEWHERE6 : IPV4(0x08080808);
        snprintf(command, sizeof(command), "ip %s rule add %s table 77 pref 10", ipv6 ? "-6" : "-4",
                 table[i].rule + (ipv6 ? 3 : 0));
        cr_assert_eq(system(command), 0, "%s", command);
        cr_assert_eq(route_get(&query, &route), 0, "row %zu", i);
        cr_expect(address_equal(route.gateway, table[i].matches ? other : usual), "row %zu: %s", i,
                  table[i].rule);
        cr_assert_eq(system(ipv6 ? "ip -6 rule del pref 10" : "ip rule del pref 10"), 0);
    }
    cr_expect_eq(route_get(&(const struct route_query){IPV4(0x08080808), .source = IPV4(0x01020304)},
                           &(struct route){0}),
                 -ENETUNREACH, "not one of ours");
}

/* Many queries at once have the same answers as each alone. */
Test(route, to_many)
{
    enum { MANY = 1000 };
    static struct address destinations[MANY];
    static struct route_answer answers[MANY];
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add(IPV4(0x0a000000), 8, &(const struct route_hop){hosts.near_index, FAR_ADDRESS}, 1),
                 0);
    add_route(RTN_BLACKHOLE, IPV4(0x0a010000), 16);
    add_route(RTN_UNREACHABLE, IPV4(0x0a020000), 16);
    for (uint32_t i = 0; i < MANY; i++)
        destinations[i] = IPV4(0x09f00000 + i * 0x1234);
    destinations[7] = NEAR_ADDRESS;
    destinations[8] = NEAR_ADDRESS6;
    destinations[9] = FAR_ADDRESS6;
    destinations[10] = ELSEWHERE6;
    for (unsigned through = 0; through <= 1; through++) {
        const struct route_query query = {.interface_index = through ? hosts.near_index : 0};

        cr_assert_eq(routes_get(&query, destinations, answers, MANY), 0);
        for (size_t i = 0; i < MANY; i++) {
            struct route route = {0};
            int error = ask(destinations[i], query.interface_index, &route);

            cr_assert_eq(answers[i].error, error, "%zu: %d, not %d", i, answers[i].error, error);
            cr_expect(address_equal(answers[i].route.gateway, route.gateway));
            cr_expect_eq(answers[i].route.interface_index, route.interface_index);
            cr_expect_eq(answers[i].route.type, route.type);
        }
    }
}

/* Of all tables and all rules. */
