// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/ways.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "addresses.h"
#include "host/link.h"
#include "host/neighbour.h"
#include "host/netns.h"
#include "host/route.h"
#include "host/two_hosts.h"
#include "packet/frame.h"
#include "support/some_targets.h"
#include "support/wire.h"
#include "table.h"

#define ELSEWHERE "8.8.8.0/24"

/* Two hosts; near also has devices that a survey cannot use: "down", "tun", "narrow", and "bare" without an
 * address. */
static struct two_hosts make_hosts(void)
{
    struct two_hosts hosts;
    uint8_t mac[6];

    two_hosts_make(&hosts);
    /* The first frames of a device that has just come up may be lost, and the kernel asks again a second
     * later. */
    cr_assert_eq(neighbour_resolve(hosts.near_index, FAR_ADDRESS, 60000, mac), 0);
    cr_assert_eq(link_create_veth("down", "down-peer", hosts.far_netns, 1), 0);
    cr_assert_eq(link_create_veth("narrow", "narrow-peer", hosts.far_netns, 1), 0);
    cr_assert_eq(link_create_veth("bare", "bare-peer", hosts.far_netns, 1), 0);
    wire_set_up("narrow", 1);
    wire_set_mtu("narrow", UDP4_LONGEST - 1);
    wire_set_up("bare", 1);
    return hosts;
}

static void make_tun(void)
{
    struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "tun"};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

    if (fd < 0)
        cr_skip_test("there is no /dev/net/tun");
    cr_assert_eq(ioctl(fd, TUNSETIFF, &request), 0); /* lives as long as the descriptor */
    wire_set_up("tun", 1);
}

static struct egress_options plain(void)
{
    const struct layout_choice udp = layout_choose(&layouts[LAYOUT_UDP4], (struct siphash_key){1, 2});

    return (struct egress_options){
        .vlan = FRAME_NO_VLAN,
        .protocol = PROTOCOL_UDP,
        .port = udp.port,
        .layouts = layout_pair_of(&udp),
    };
}

static struct option_mac mac_given(uint8_t last)
{
    return (struct option_mac){true, {0x02, 0, 0, 0, 0, last}};
}

static struct ways find_ways(const struct egress_options *options, const char *targets)
{
    struct targets *all = some_targets(targets);
    struct error_text error = {"none"};
    struct ways ways;

    cr_assert_eq(ways_find(&ways, options, all, &error), 0, "%s", error.text);
    targets_destroy(all);
    return ways;
}

/* The only one. */
static struct egress find(const struct egress_options *options, const char *targets)
{
    struct ways ways = find_ways(options, targets);

    cr_expect_eq(ways.count, 1);
    cr_expect_eq(ways.left_out_count, 0);
    cr_expect_null(ways.withheld);
    ways_free(&ways);
    return ways.list[0].egress;
}

/* What it says must hold `words`, whatever else. */
static void expect_refused(const struct egress_options *options, const char *targets, int code,
                           const char *words)
{
    struct targets *all = some_targets(targets);
    struct error_text error = {"none"};
    struct ways ways;
    int result = ways_find(&ways, options, all, &error);

    cr_expect_eq(result, code, "%d instead of %d: %s", result, code, error.text);
    cr_expect_not_null(strstr(error.text, words), "'%s' does not say '%s'", error.text, words);
    cr_expect_null(strchr(error.text, '\n'), "one line");
    ways_free(&ways);
    targets_destroy(all);
}

Test(ways, through_the_gateway)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    struct egress egress = find(&options, ELSEWHERE);
    cr_expect_eq(egress.link.index, hosts.near_index);
    cr_expect_str_eq(egress.link.name, "near");
    cr_expect(address_equal(egress.source, NEAR_ADDRESS));
    cr_expect(address_equal(egress.gateway, FAR_ADDRESS));
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6, "ARP found it");
    cr_expect_eq(egress.vlan, FRAME_NO_VLAN);

    options.interface = "near";
    egress = find(&options, ELSEWHERE);
    cr_expect_eq(egress.link.index, hosts.near_index);
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);
}

/* What is given by hand replaces what the kernel says, each for itself. */
Test(ways, given_by_hand)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    options.sources.ipv4 = IPV4(0x09090909);
    struct egress egress = find(&options, ELSEWHERE);
    cr_expect(address_equal(egress.source, IPV4(0x09090909)));
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);

    options = plain();
    options.gateway_mac = mac_given(7);
    egress = find(&options, ELSEWHERE);
    cr_expect(address_equal(egress.source, NEAR_ADDRESS));
    cr_expect_arr_eq(egress.next_hop_mac, mac_given(7).bytes, 6);
}

/* With all of it given no route is needed. */
Test(ways, all_given_by_hand)
{
    struct egress_options options = plain();

    make_hosts();
    options.interface = "bare";
    options.sources.ipv4 = IPV4(0x09090909);
    options.gateway_mac = mac_given(7);
    struct egress egress = find(&options, ELSEWHERE);
    cr_expect_str_eq(egress.link.name, "bare");
    cr_expect(address_equal(egress.source, IPV4(0x09090909)));
    cr_expect(address_is_none(egress.gateway));
    cr_expect_arr_eq(egress.next_hop_mac, mac_given(7).bytes, 6);
}

Test(ways, on_link)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();
    struct egress egress = find(&options, "198.18.0.1");

    cr_expect_eq(egress.link.index, hosts.near_index);
    cr_expect(address_equal(egress.source, NEAR_ADDRESS));
    cr_expect(address_is_none(egress.gateway));
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);
}

/* Behind a router that answers ARP for all: one Ethernet address serves them. */
Test(ways, on_link_behind_one_address)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(neighbour_add(hosts.near_index, NOBODY_ADDRESS, hosts.far_mac), 0);
    struct egress egress = find(&options, "198.18.0.1 198.18.0.253");
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);
}

/* Few targets get a way each. */
Test(ways, on_link_with_an_address_each)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(neighbour_add(hosts.near_index, NOBODY_ADDRESS, mac_given(9).bytes), 0);
    struct ways ways = find_ways(&options, "198.18.0.1 198.18.0.253");
    cr_assert_eq(ways.count, 2);
    cr_expect_arr_eq(ways.list[0].egress.next_hop_mac, hosts.far_mac, 6);
    cr_expect_arr_eq(ways.list[1].egress.next_hop_mac, mac_given(9).bytes, 6);
    cr_expect(address_is_none(ways.list[1].egress.gateway));
    cr_expect_eq(stretches_find(&ways.map, FAR_ADDRESS), 0);
    cr_expect_eq(stretches_find(&ways.map, NOBODY_ADDRESS), 1);
    ways_free(&ways);
    options.gateway_mac = mac_given(7);
    cr_expect_arr_eq(find(&options, "198.18.0.1 198.18.0.253").next_hop_mac, mac_given(7).bytes, 6);
}

/* Many must share one, as far as samples tell. */
Test(ways, many_on_link)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();
    char targets[512] = "";

    for (unsigned i = 0; i < 20; i++) {
        cr_assert_eq(neighbour_add(hosts.near_index, IPV4(0xc6120010 + i), mac_given(9).bytes), 0);
        snprintf(targets + strlen(targets), sizeof(targets) - strlen(targets), "198.18.0.%u ", 16 + i);
    }
    cr_expect_arr_eq(find(&options, targets).next_hop_mac, mac_given(9).bytes, 6);
    cr_assert_eq(neighbour_add(hosts.near_index, IPV4(0xc6120011), mac_given(8).bytes), 0);
    expect_refused(&options, targets, -EINVAL, "--gateway-mac");
}

Test(ways, on_link_where_some_are_silent)
{
    make_hosts();
    struct egress_options options = plain();
    struct ways ways = find_ways(&options, "198.18.0.1 198.18.0.200 198.18.0.253");

    cr_expect_eq(ways.count, 1);
    cr_expect_eq(ways.list[0].targets, 1);
    cr_assert_eq(ways.left_out_count, 1);
    cr_expect_eq(ways.left_out[0].targets, 2);
    cr_expect(address_set_contains(ways.withheld, NOBODY_ADDRESS));
    cr_expect_not(address_set_contains(ways.withheld, FAR_ADDRESS));
    ways_free(&ways);
}

Test(ways, nobody_on_link)
{
    struct egress_options options = plain();

    make_hosts();
    expect_refused(&options, "198.18.0.253", -EHOSTUNREACH, "--gateway-mac");
}

Test(ways, a_gateway_that_is_not_there)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(route_add_default(hosts.near_index, NOBODY_ADDRESS), 0);
    expect_refused(&options, ELSEWHERE, -EHOSTUNREACH, "the gateway 198.18.0.253 on near");
}

/* For a dry run: what the kernel knows is told, what it does not know is no error. */
Test(ways, passive)
{
    static const uint8_t unknown[6];
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    options.passive = true;
    cr_expect_arr_eq(find(&options, "198.18.0.1").next_hop_mac, hosts.far_mac, 6);
    cr_expect_arr_eq(find(&options, "198.18.0.253").next_hop_mac, unknown, 6);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    struct egress egress = find(&options, ELSEWHERE);
    cr_expect(address_equal(egress.gateway, FAR_ADDRESS));
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);
}

Test(ways, without_a_route)
{
    struct egress_options options = plain();

    make_hosts();
    expect_refused(&options, ELSEWHERE, -ENETUNREACH, "there is no route to 8.8.8.");
    options.interface = "near";
    expect_refused(&options, ELSEWHERE, -ENETUNREACH, "through near");
}

Test(ways, by_a_route_that_forbids_it)
{
    static const struct {
        const char *command, *reason;
        int error;
    } rows[] = {
        {"ip route add prohibit 8.0.0.0/8", ": a route of this host prohibits it", -EACCES},
        {"ip route add blackhole 8.0.0.0/8", ": a route of this host is a blackhole", -EINVAL},
        {"ip route add unreachable 8.0.0.0/8", ": a route of this host says that it is unreachable",
         -EHOSTUNREACH},
    };
    struct egress_options options = plain();

    make_hosts();
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        cr_assert_eq(system(rows[i].command), 0);
        expect_refused(&options, ELSEWHERE, rows[i].error, rows[i].reason);
        cr_assert_eq(system("ip route flush 8.0.0.0/8"), 0);
    }
}

Test(ways, to_this_host_or_to_many)
{
    struct egress_options options = plain();

    make_hosts();
    expect_refused(&options, "198.18.0.2", -EINVAL, "198.18.0.2 is an address of this host");
    expect_refused(&options, "198.18.0.255", -EINVAL, "198.18.0.255 is a broadcast address");
    expect_refused(&options, "224.0.0.1", -EINVAL, "224.0.0.1 is a multicast address");
    /* Through an interface that has it not, and to a next hop by hand. */
    options = (struct egress_options){.vlan = FRAME_NO_VLAN,
                                      .interface = "bare",
                                      .sources.ipv4 = IPV4(0x09090909),
                                      .gateway_mac = mac_given(7)};
    expect_refused(&options, "198.18.0.2", -EINVAL, "198.18.0.2 is an address of this host");
}

/* near has a second way out, by "bare": 9.0.0.1/24, where 9.0.0.2 and 9.0.0.3 are known. */
static unsigned make_second_way(void)
{
    struct link_info bare;

    cr_assert_eq(link_by_name("bare", &bare), 0);
    cr_assert_eq(link_add_address(bare.index, IPV4(0x09000001), 24), 0);
    cr_assert_eq(neighbour_add(bare.index, IPV4(0x09000002), mac_given(2).bytes), 0);
    cr_assert_eq(neighbour_add(bare.index, IPV4(0x09000003), mac_given(3).bytes), 0);
    return bare.index;
}

static void expect_way(const struct ways *ways, uint32_t target_address, const char *device,
                       struct address gateway)
{
    const struct egress *egress = &ways->list[stretches_find(&ways->map, IPV4(target_address))].egress;

    cr_expect_not(address_set_contains(ways->withheld, IPV4(target_address)), "%#x", target_address);
    cr_expect_str_eq(egress->link.name, device, "%#x", target_address);
    cr_expect(address_equal(egress->gateway, gateway), "%#x", target_address);
}

Test(ways, by_route)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();
    const struct route_hop near = {hosts.near_index, FAR_ADDRESS};
    const struct route_hop second = {make_second_way(), IPV4(0x09000002)},
                           third = {second.interface_index, IPV4(0x09000003)};

    cr_assert_eq(route_add(IPV4(0x08000000), 8, &near, 1), 0);
    cr_assert_eq(route_add(IPV4(0x08080000), 16, &second, 1), 0);
    cr_assert_eq(route_add(IPV4(0x08090000), 24, &third, 1), 0);
    cr_assert_eq(route_add(IPV4(0x30000000), 8, &near, 1), 0);
    cr_assert_eq(system("ip route add blackhole 8.10.0.0/24"), 0);
    cr_assert_eq(system("ip route add unreachable 48.9.0.0/24"), 0);

    struct ways ways =
        find_ways(&options, "8.7.0.0/16 8.8.0.0/16 8.9.0.0/16 8.10.0.0/23 48.8.0.0/15 50.0.0.0/23");
    cr_assert_eq(ways.count, 3);
    expect_way(&ways, 0x08070001, "near", FAR_ADDRESS);
    expect_way(&ways, 0x08080001, "bare", IPV4(0x09000002));
    expect_way(&ways, 0x0808ff01, "bare", IPV4(0x09000002));
    expect_way(&ways, 0x08090001, "bare", IPV4(0x09000003));
    expect_way(&ways, 0x08090101, "near", FAR_ADDRESS);
    expect_way(&ways, 0x080a0101, "near", FAR_ADDRESS);
    expect_way(&ways, 0x30080001, "near", FAR_ADDRESS);
    cr_expect_eq(ways.list[0].targets, 256 + 255 + 1 + 511);
    cr_expect_eq(ways.list[1].targets, 256);
    cr_expect_eq(ways.list[2].targets, 1);
    cr_expect(address_equal(ways.list[1].egress.source, IPV4(0x09000001)));
    cr_expect(address_set_contains(ways.withheld, IPV4(0x080a0001)), "a blackhole");
    cr_expect(address_set_contains(ways.withheld, IPV4(0x30090001)), "unreachable");
    cr_expect(address_set_contains(ways.withheld, IPV4(0x32000001)), "no route at all");
    cr_assert_eq(ways.left_out_count, 3, "by the kernel's words for it");
    cr_expect_eq(ways.left_out[0].targets + ways.left_out[1].targets + ways.left_out[2].targets, 1 + 1 + 2);
    ways_free(&ways);

    options.interface = "bare";
    ways = find_ways(&options, "8.7.0.0/16 8.8.0.0/16 8.9.0.0/16");
    cr_expect_eq(ways.count, 2);
    cr_expect_eq(ways.list[0].targets + ways.list[1].targets, 257);
    cr_expect_eq(ways.left_out_count, 1);
    ways_free(&ways);

    options = plain();
    options.gateway_mac = mac_given(7);
    expect_refused(&options, "8.7.0.0/16 8.8.0.0/16", -EINVAL, "give --interface, too");
}

Test(ways, by_rule)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    make_second_way();
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    cr_assert_eq(system("ip route add default via 9.0.0.2 table 77"), 0);
    cr_assert_eq(system("ip rule add from 9.0.0.1 table 77 pref 10"), 0);
    struct ways ways = find_ways(&options, ELSEWHERE);
    expect_way(&ways, 0x08080808, "near", FAR_ADDRESS);
    ways_free(&ways);

    options.sources.ipv4 = IPV4(0x09000001);
    ways = find_ways(&options, ELSEWHERE);
    expect_way(&ways, 0x08080808, "bare", IPV4(0x09000002));
    ways_free(&ways);
    options.sources.ipv4 = NEAR_ADDRESS;
    ways = find_ways(&options, ELSEWHERE);
    expect_way(&ways, 0x08080808, "near", FAR_ADDRESS);
    ways_free(&ways);

    options = plain();
    cr_assert_eq(system("ip rule add to 8.8.8.0/24 ipproto udp dport 33434-33500 table 77 pref 11"), 0);
    ways = find_ways(&options, "8.8.7.0/24 8.8.8.0/24 8.8.9.0/24");
    expect_way(&ways, 0x08080701, "near", FAR_ADDRESS);
    expect_way(&ways, 0x08080801, "bare", IPV4(0x09000002));
    expect_way(&ways, 0x08080901, "near", FAR_ADDRESS);
    ways_free(&ways);
}

#define ELSEWHERE6 "2001:db8:99::/48"

static const struct way *way_of(const struct ways *ways, enum address_family family)
{
    for (unsigned i = 0; i < ways->count; i++)
        if (address_family(ways->list[i].egress.source) == family)
            return &ways->list[i];
    cr_assert_fail("no way of IPv%d", family);
    return NULL;
}

/* Each family has its own way, through the same device and to the same next hop. */
Test(ways, of_both_families)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS6), 0);
    struct ways ways = find_ways(&options, "8.8.8.0/23 " ELSEWHERE6);
    cr_expect_eq(ways.count, 2);
    cr_expect_eq(ways.left_out_count, 0);
    const struct way *ipv4 = way_of(&ways, FAMILY_IPV4), *ipv6 = way_of(&ways, FAMILY_IPV6);
    cr_expect_eq(ipv4->targets, 2);
    cr_expect_eq(ipv6->targets, 1);
    cr_expect(address_equal(ipv4->egress.source, NEAR_ADDRESS));
    cr_expect(address_equal(ipv6->egress.source, NEAR_ADDRESS6));
    cr_expect(address_equal(ipv6->egress.gateway, FAR_ADDRESS6));
    cr_expect_arr_eq(ipv6->egress.next_hop_mac, hosts.far_mac, 6, "neighbour discovery found it");
    cr_expect_eq(&ways.list[stretches_find(&ways.map, IPV4(0x08080801))], ipv4);
    cr_expect_eq(&ways.list[stretches_find(&ways.map, IPV6(0x20010db800990000, 9))], ipv6);
    ways_free(&ways);

    options.sources = (struct address_pair){IPV4(0x09090909), IPV6(0x20010db800770000, 7)};
    ways = find_ways(&options, "8.8.8.0/24 " ELSEWHERE6);
    cr_expect(address_equal(way_of(&ways, FAMILY_IPV4)->egress.source, IPV4(0x09090909)));
    cr_expect(address_equal(way_of(&ways, FAMILY_IPV6)->egress.source, IPV6(0x20010db800770000, 7)));
    ways_free(&ways);

    /* Nobody is asked, and no route is needed. */
    options.single = true;
    options.interface = "bare";
    options.gateway_mac = mac_given(7);
    ways = find_ways(&options, "8.8.8.0/24 " ELSEWHERE6);
    cr_expect_eq(ways.count, 2);
    cr_expect_arr_eq(way_of(&ways, FAMILY_IPV6)->egress.next_hop_mac, mac_given(7).bytes, 6);
    ways_free(&ways);
}

/* One family alone: targets of the other are left out for one reason, unless nothing is left. */
Test(ways, of_a_host_with_one_family)
{
    static const struct {
        struct address gateway;
        enum address_family family;
        const char *other, *reason;
    } cases[] = {
        {FAR_ADDRESS, FAMILY_IPV4, ELSEWHERE6 " 2001:db8:100::/47", "there is no route to 2001:db8:"},
        {FAR_ADDRESS6, FAMILY_IPV6, "8.8.8.0/24 9.9.9.0/24 1.1.1.1", "there is no route to 1.1.1.1"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct two_hosts hosts = make_hosts();
        struct egress_options options = plain();

        cr_assert_eq(route_add_default(hosts.near_index, cases[i].gateway), 0);
        struct ways ways =
            find_ways(&options, "8.8.8.0/24 9.9.9.0/24 1.1.1.1 " ELSEWHERE6 " 2001:db8:100::/47");
        cr_expect_eq(ways.count, 1);
        cr_expect_eq(ways.list[0].targets, 3);
        cr_expect_eq(address_family(ways.list[0].egress.source), cases[i].family);
        cr_assert_eq(ways.left_out_count, 1);
        cr_expect_eq(ways.left_out[0].targets, 3);
        cr_expect_eq(strncmp(ways.left_out[0].reason.text, cases[i].reason, strlen(cases[i].reason)), 0, "%s",
                     ways.left_out[0].reason.text);
        ways_free(&ways);
        expect_refused(&options, cases[i].other, -ENETUNREACH, cases[i].reason);
    }
}

/* A link-local gateway leads on for its own family, and for IPv4 too (RFC 8950). */
Test(ways, through_a_link_local_gateway)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(netns_enter(hosts.far_netns), 0);
    cr_assert_eq(system("ip -6 address add fe80::2/64 dev far nodad"), 0);
    cr_assert_eq(netns_enter(hosts.near_netns), 0);
    cr_assert_eq(system("ip -6 route add default via fe80::2 dev near"), 0);
    cr_assert_eq(system("ip -4 route add default via inet6 fe80::2 dev near"), 0);
    struct ways ways = find_ways(&options, ELSEWHERE " " ELSEWHERE6);
    cr_expect_eq(ways.count, 2);
    for (unsigned i = 0; i < ways.count; i++) {
        cr_expect(address_equal(ways.list[i].egress.gateway, IPV6(0xfe80000000000000, 2)));
        cr_expect_arr_eq(ways.list[i].egress.next_hop_mac, hosts.far_mac, 6);
    }
    cr_expect(address_equal(way_of(&ways, FAMILY_IPV4)->egress.source, NEAR_ADDRESS));
    cr_expect(address_equal(way_of(&ways, FAMILY_IPV6)->egress.source, NEAR_ADDRESS6));
    ways_free(&ways);
}

/* Whatever the routes say. */
Test(ways, of_ipv6_to_this_host_or_to_many)
{
    struct egress_options options = plain();

    make_hosts();
    expect_refused(&options, "2001:db8:12::2", -EINVAL, "2001:db8:12::2 is an address of this host");
    expect_refused(&options, "ff02::1", -EINVAL, "ff02::1 is a multicast address");
    options = (struct egress_options){.vlan = FRAME_NO_VLAN,
                                      .interface = "bare",
                                      .sources.ipv6 = IPV6(0x20010db800770000, 7),
                                      .gateway_mac = mac_given(7)};
    expect_refused(&options, "2001:db8:12::2", -EINVAL, "2001:db8:12::2 is an address of this host");
}

/* One way that cannot be gone is no reason to refuse the other. */
Test(ways, what_cannot_be_served_is_left_out)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    make_tun();
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    cr_assert_eq(system("ip address add 9.1.0.1/24 dev tun"), 0);
    cr_assert_eq(system("ip address add 9.2.0.1/24 dev narrow"), 0);
    cr_assert_eq(system("ip route add 50.0.0.0/8 dev tun"), 0);
    cr_assert_eq(system("ip route add 51.0.0.0/8 via 9.2.0.2"), 0);
    cr_assert_eq(system("ip route add 52.0.0.0/8 via 198.18.0.253"), 0);

    struct ways ways = find_ways(&options, "8.8.8.0/24 50.0.0.0/24 51.0.0.0/23 52.0.0.0/22 198.18.0.2");
    cr_expect_eq(ways.count, 1);
    cr_expect_eq(ways.list[0].targets, 1);
    static const struct {
        uint64_t targets;
        const char *words;
    } expected[] = {
        {1, "interface tun has no Ethernet headers"},
        {2, "interface narrow has an MTU of 92"},
        {4, "the gateway 198.18.0.253 on near does not answer ARP"},
        {1, "198.18.0.2 is an address of this host"},
    };
    cr_assert_eq(ways.left_out_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        cr_expect_eq(ways.left_out[i].targets, expected[i].targets, "%zu", i);
        cr_expect_not_null(strstr(ways.left_out[i].reason.text, expected[i].words), "%s",
                           ways.left_out[i].reason.text);
    }
    ways_free(&ways);
}

Test(ways, devices_that_cannot)
{
    static const struct {
        const char *interface;
        int code;
        const char *words;
    } cases[] = {
        {"nosuch0", -ENODEV, "no interface 'nosuch0'"},
        {"a-name-that-is-too-long-for-any-device", -ENODEV, "--interface"},
        {"lo", -EINVAL, "interface lo is a loopback"},
        {"tun", -EINVAL, "interface tun has no Ethernet headers"},
        {"down", -ENETDOWN, "ip link set down up"},
        {"narrow", -EINVAL, "MTU of 92"},
    };

    make_hosts();
    make_tun();
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct egress_options options = plain();

        options.interface = cases[i].interface;
        options.sources.ipv4 = IPV4(0x09090909);
        options.gateway_mac = mac_given(7);
        expect_refused(&options, ELSEWHERE, cases[i].code, cases[i].words);
    }
}

/* Probes over IPv6 are longer: where none is sent, none needs room. */
Test(ways, a_device_that_is_too_narrow_for_one_family)
{
    struct egress_options options = plain();

    make_hosts();
    wire_set_mtu("narrow", UDP4_LONGEST);
    options.interface = "narrow";
    options.sources = (struct address_pair){IPV4(0x09090909), {0x2600000000000000ULL, 9}};
    options.gateway_mac = mac_given(7);

    struct ways ways = find_ways(&options, ELSEWHERE " 2600:44::/128");
    cr_expect_eq(ways.count, 1);
    cr_expect_eq(ways.list[0].targets, 1);
    cr_assert_eq(ways.left_out_count, 1);
    cr_expect_str_eq(ways.left_out[0].reason.text,
                     "interface narrow has an MTU of 93: probes over IPv6 need 133");
    ways_free(&ways);
}

/* A default route through a device that cannot is no better. */
Test(ways, a_route_through_a_device_that_cannot)
{
    struct egress_options options = plain();
    struct link_info tun;

    make_hosts();
    make_tun();
    cr_assert_eq(link_by_name("tun", &tun), 0);
    cr_assert_eq(link_add_address(tun.index, IPV4(0x09090901), 24), 0);
    cr_assert_eq(route_add_default(tun.index, IPV4(0x09090902)), 0);
    expect_refused(&options, ELSEWHERE, -EINVAL, "interface tun has no Ethernet headers");
}

Test(ways, vlan)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    options.vlan = 100;
    expect_refused(&options, ELSEWHERE, -EINVAL, "--vlan needs --interface and --gateway-mac");
    options.interface = "near";
    expect_refused(&options, ELSEWHERE, -EINVAL, "--vlan needs");
    options.gateway_mac = mac_given(7);
    struct egress egress = find(&options, ELSEWHERE);
    cr_expect_eq(egress.vlan, 100);
    cr_expect(address_equal(egress.source, NEAR_ADDRESS));
    cr_expect_arr_eq(egress.next_hop_mac, mac_given(7).bytes, 6);

    options.vlan = 0; /* a tag that gives priority only */
    cr_expect_eq(find(&options, ELSEWHERE).vlan, 0);
    options.interface = "bare";
    expect_refused(&options, ELSEWHERE, -EADDRNOTAVAIL, "--source-ip");
    options.sources.ipv4 = IPV4(0x09090909);
    cr_expect(address_equal(find(&options, ELSEWHERE).source, IPV4(0x09090909)));
    options.interface = NULL;
    expect_refused(&options, ELSEWHERE, -EINVAL, "--vlan needs");
}
