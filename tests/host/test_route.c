// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/route.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <linux/rtnetlink.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "base/clock.h"
#include "host/fib.h"
#include "host/link.h"
#include "host/netlink.h"
#include "host/netns.h"
#include "host/two_hosts.h"

enum {
    LOOPBACK_INDEX = 1,
    SHORT_MS = 50,   /* where nobody answers */
    LONG_MS = 10000, /* where somebody does */
};

static void add_route(uint8_t type, uint32_t destination, uint8_t prefix_length)
{
    struct netlink_request request;
    struct rtmsg *route = netlink_request_init(&request, RTM_NEWROUTE, NLM_F_CREATE, sizeof(*route));

    route->rtm_family = AF_INET;
    route->rtm_dst_len = prefix_length;
    route->rtm_table = RT_TABLE_MAIN;
    route->rtm_type = type;
    mnl_attr_put_u32(&request.header, RTA_DST, htonl(destination));
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
    cr_expect_eq(ask(IPV4(0x01020304), hosts.near_index, &route), -EHOSTUNREACH);
    cr_expect_eq(ask(IPV4(0x01020304), 9999, &route), -ENODEV);
}

Test(route, with_a_default_route)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    cr_expect_eq(route_add_default(hosts.near_index, FAR_ADDRESS), -EEXIST);

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
        {RTN_BLACKHOLE, -ENETUNREACH},
        {RTN_PROHIBIT, -ENETUNREACH},
        {RTN_UNREACHABLE, -EHOSTUNREACH},
    };
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint32_t network = 0x0a000000 + ((uint32_t)i << 24);
        struct route route;

        add_route(table[i].type, network, 8);
        cr_expect_eq(ask(IPV4(network + 1), 0, &route), table[i].expected, "type %u", table[i].type);
    }
}

/* "A route to an IPv4 destination through an IPv6 router", RFC 8950. */
Test(route, through_an_ipv6_gateway_is_refused)
{
    static const uint8_t link_local[16] = {0xfe, 0x80, [15] = 1};
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
    memcpy(via.address, link_local, sizeof(link_local));
    mnl_attr_put(&request.header, RTA_VIA, sizeof(via), &via);
    mnl_attr_put_u32(&request.header, RTA_OIF, hosts.near_index);
    cr_assert_eq(netlink_change(&request), 0);
    cr_expect_eq(ask(IPV4(0x01020304), 0, &route), -EAFNOSUPPORT);
}

Test(neighbour, is_found_by_arp)
{
    struct two_hosts hosts;
    struct link_info near;
    uint8_t mac[6] = {0};

    two_hosts_make(&hosts);
    cr_assert_eq(link_by_name("near", &near), 0);
    cr_expect_eq(neighbour_resolve(hosts.near_index, FAR_ADDRESS, LONG_MS, mac), 0);
    cr_expect_arr_eq(mac, hosts.far_mac, 6);
    cr_assert_eq(netns_enter(hosts.far_netns), 0);
    cr_expect_eq(neighbour_resolve(hosts.far_index, NEAR_ADDRESS, LONG_MS, mac), 0);
    cr_expect_arr_eq(mac, near.mac, 6);
}

Test(neighbour, that_does_not_answer)
{
    unsigned before;
    struct two_hosts hosts;
    uint64_t start;
    uint8_t mac[6];

    two_hosts_make(&hosts);
    before = open_descriptors();
    start = clock_now_ns();
    cr_expect_eq(neighbour_resolve(hosts.near_index, NOBODY_ADDRESS, SHORT_MS, mac), -EHOSTUNREACH);
    cr_expect_geq(clock_now_ns() - start, SHORT_MS * NS_PER_MS);
    cr_expect_eq(neighbour_resolve(9999, NOBODY_ADDRESS, SHORT_MS, mac), -ENODEV);
    cr_expect_eq(open_descriptors(), before);
}

Test(neighbour, added_ones_are_known_and_replaced)
{
    static const uint8_t first[6] = {2, 0, 0, 0, 0, 1}, second[6] = {2, 0, 0, 0, 0, 2};
    struct two_hosts hosts;
    uint8_t mac[6] = {0};

    two_hosts_make(&hosts);
    cr_expect_eq(neighbour_resolve(hosts.near_index, NOBODY_ADDRESS, 0, mac), -EHOSTUNREACH);
    cr_assert_eq(neighbour_add(hosts.near_index, NOBODY_ADDRESS, first), 0);
    cr_expect_eq(neighbour_resolve(hosts.near_index, NOBODY_ADDRESS, 0, mac), 0);
    cr_expect_arr_eq(mac, first, 6);
    cr_assert_eq(neighbour_add(hosts.near_index, NOBODY_ADDRESS, second), 0);
    cr_expect_eq(neighbour_resolve(hosts.near_index, NOBODY_ADDRESS, 0, mac), 0);
    cr_expect_arr_eq(mac, second, 6);
}

Test(neighbour, asking_needs_a_privilege_reading_does_not)
{
    struct two_hosts hosts;
    uint8_t mac[6] = {0};

    two_hosts_make(&hosts);
    cr_assert_eq(neighbour_resolve(hosts.near_index, FAR_ADDRESS, LONG_MS, mac), 0);
    drop_capability(CAP_NET_ADMIN);
    cr_expect_eq(neighbour_resolve(hosts.near_index, FAR_ADDRESS, LONG_MS, mac), 0);
    cr_expect_arr_eq(mac, hosts.far_mac, 6);
    cr_expect_eq(neighbour_resolve(hosts.near_index, NOBODY_ADDRESS, LONG_MS, mac), -EPERM);
}

static void set_neighbour_parameter(const char *name, const char *value)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "/proc/sys/net/ipv4/neigh/near/%s", name);
    file = fopen(path, "w");
    cr_assert_not_null(file, "%s", path);
    fputs(value, file);
    cr_assert_eq(fclose(file), 0, "%s", path);
}

static void *answer_late(void *context)
{
    const struct two_hosts *hosts = context;

    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    usleep(300000);
    cr_assert_eq(link_add_address(hosts->far_index, LATE_ADDRESS, 24), 0);
    return NULL;
}

/* The kernel gives up after 20 ms here, long before the neighbour comes: only another question finds it. */
Test(neighbour, is_asked_again_after_the_kernel_gave_up)
{
    struct two_hosts hosts;
    uint8_t mac[6] = {0};
    pthread_t thread;

    two_hosts_make(&hosts);
    set_neighbour_parameter("mcast_solicit", "1");
    set_neighbour_parameter("retrans_time_ms", "20");
    cr_assert_eq(pthread_create(&thread, NULL, answer_late, &hosts), 0);
    cr_expect_eq(neighbour_resolve(hosts.near_index, LATE_ADDRESS, LONG_MS, mac), 0);
    cr_expect_arr_eq(mac, hosts.far_mac, 6);
    pthread_join(thread, NULL);
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
}

Test(route, over_several_hops)
{
    struct two_hosts hosts;
    unsigned taken[2] = {0};

    two_hosts_make(&hosts);
    const struct route_hop hops[] = {{hosts.near_index, FAR_ADDRESS}, {hosts.near_index, NOBODY_ADDRESS}};
    cr_assert_eq(route_add(IPV4(0x0a010000), 16, hops, 2), 0);
    for (uint32_t i = 0; i < 200; i++) {
        struct route route;

        cr_assert_eq(ask(IPV4(0x0a010000 + i), 0, &route), 0);
        taken[0] += address_equal(route.gateway, FAR_ADDRESS);
        taken[1] += address_equal(route.gateway, NOBODY_ADDRESS);
    }
    cr_expect_eq(taken[0] + taken[1], 200);
    cr_expect_gt(taken[0], 50);
    cr_expect_gt(taken[1], 50);
}

Test(route, that_cannot_be)
{
    static const struct route_hop hops[ROUTE_MAX_HOPS + 1];

    cr_expect_eq(route_add(IPV4(0), 33, hops, 1), -EINVAL);
    cr_expect_eq(route_add(IPV4(0), 0, hops, 0), -EINVAL);
    cr_expect_eq(route_add(IPV4(0), 0, hops, ROUTE_MAX_HOPS + 1), -EINVAL);
    cr_expect_eq(route_add_local(IPV4(0), 33), -EINVAL);
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
}

/* Of each rule: what it must match, and what it must not. */
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
        {"to 9.0.0.0/8", {.protocol = 0}, false},
    };
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(link_add_address(hosts.near_index, IPV4(0xc6120003), 24), 0);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    cr_assert_eq(system("ip route add default via 198.18.0.253 table 77"), 0);
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct route_query query = table[i].query;
        struct route route;
        char command[128];

        query.destination = IPV4(0x08080808);
        snprintf(command, sizeof(command), "ip rule add %s table 77 pref 10", table[i].rule);
        cr_assert_eq(system(command), 0);
        cr_assert_eq(route_get(&query, &route), 0, "row %zu", i);
        cr_expect(address_equal(route.gateway, table[i].matches ? NOBODY_ADDRESS : FAR_ADDRESS),
                  "row %zu: %s", i, table[i].rule);
        cr_assert_eq(system("ip rule del pref 10"), 0);
    }
    cr_expect_eq(route_get(&(const struct route_query){IPV4(0x08080808), .source = IPV4(0x01020304)},
                           &(struct route){0}),
                 -ENETUNREACH, "not one of ours");
}

/* Many at once are what each is alone. */
Test(route, to_many)
{
    enum { MANY = 1000 };
    static struct address destinations[MANY];
    static struct route_answer answers[MANY];
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add(IPV4(0x0a000000), 8, &(const struct route_hop){hosts.near_index, FAR_ADDRESS}, 1),
                 0);
    add_route(RTN_BLACKHOLE, 0x0a010000, 16);
    add_route(RTN_UNREACHABLE, 0x0a020000, 16);
    for (uint32_t i = 0; i < MANY; i++)
        destinations[i] = IPV4(0x09f00000 + i * 0x1234);
    destinations[7] = NEAR_ADDRESS;
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

Test(route, whose_address_it_is)
{
    struct two_hosts hosts;
    unsigned index = 0;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add_local(IPV4(0x0a010000), 16), 0);
    cr_expect(address_is_own(NEAR_ADDRESS));
    cr_expect(address_is_own(IPV4(0x0a01ffff)));
    cr_expect_not(address_is_own(FAR_ADDRESS));
    cr_expect_not(address_is_own(IPV4(0xc61200ff)), "a broadcast address");
    cr_expect_eq(interface_with_address(NEAR_ADDRESS, &index), 0);
    cr_expect_eq(index, hosts.near_index);
    cr_expect_eq(interface_with_address(FAR_ADDRESS, &index), -ENOENT);
}

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

/* Of all tables and all rules. */
Test(route_edges, edges_and_own_addresses)
{
    static const uint32_t edges[] = {
        0,          0x0a000000, 0x0b000000, 0x0a010200, 0x0a010300, 0xc6120002,
        0xc6120003, 0x14000000, 0x15000000, 0xff000000, 0xffffffff,
    };
    struct two_hosts hosts;
    struct fib fib;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add(IPV4(0x0a000000), 8, &(const struct route_hop){hosts.near_index, FAR_ADDRESS}, 1),
                 0);
    cr_assert_eq(system("ip route add blackhole 10.1.2.0/24 table 77"), 0);
    cr_assert_eq(system("ip route add blackhole 255.0.0.0/8 table 77"), 0);
    cr_assert_eq(system("ip rule add to 20.0.0.0/8 table 77"), 0);
    cr_assert_eq(fib_read(&fib), 0);
    for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++)
        cr_expect(has_edge(&fib, IPV4(edges[i])), "%#x", edges[i]);
    cr_expect_not(has_edge(&fib, IPV4(0x0a010000)));
    for (size_t i = 1; i < fib.edge_count; i++)
        cr_expect_lt(address_compare(fib.edges[i - 1], fib.edges[i]), 0);
    cr_expect(has_own(&fib, NEAR_ADDRESS, 32));
    cr_expect(has_own(&fib, IPV4(0xc61200ff), 32), "the broadcast address");
    cr_expect_not(has_own(&fib, FAR_ADDRESS, 32));
    fib_free(&fib);
}

Test(route_edges, rules_by_port)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_expect_not(fib_looks_at_ports());
    cr_assert_eq(system("ip rule add ipproto udp dport 53 table 77"), 0);
    cr_expect(fib_looks_at_ports());
}
