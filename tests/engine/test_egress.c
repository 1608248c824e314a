// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/egress.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <string.h>
#include <sys/ioctl.h>

#include "host/link.h"
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
    cr_assert_eq(neighbour_resolve(hosts.near_index, FAR_ADDRESS, 5000, mac), 0);
    cr_assert_eq(link_create_veth("down", "down-peer", hosts.far_netns, 1), 0);
    cr_assert_eq(link_create_veth("narrow", "narrow-peer", hosts.far_netns, 1), 0);
    cr_assert_eq(link_create_veth("bare", "bare-peer", hosts.far_netns, 1), 0);
    wire_set_up("narrow", 1);
    wire_set_mtu("narrow", UDP_PROBE_MAX_LENGTH - 1);
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
    return (struct egress_options){.vlan = FRAME_NO_VLAN};
}

static struct option_mac mac_given(uint8_t last)
{
    return (struct option_mac){true, {0x02, 0, 0, 0, 0, last}};
}

static struct egress find(const struct egress_options *options, const char *targets)
{
    struct targets *all = some_targets(targets);
    struct egress_error error = {"none"};
    struct egress egress;

    cr_assert_eq(egress_find(&egress, options, all, &error), 0, "%s", error.text);
    targets_destroy(all);
    return egress;
}

/* What it says must hold `words`, whatever else. */
static void expect_refused(const struct egress_options *options, const char *targets, int code,
                           const char *words)
{
    struct targets *all = some_targets(targets);
    struct egress_error error = {"none"};
    struct egress egress;
    int result = egress_find(&egress, options, all, &error);

    cr_expect_eq(result, code, "%d instead of %d: %s", result, code, error.text);
    cr_expect_not_null(strstr(error.text, words), "'%s' does not say '%s'", error.text, words);
    cr_expect_null(strchr(error.text, '\n'), "one line");
    targets_destroy(all);
}

Test(egress, through_the_gateway)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    struct egress egress = find(&options, ELSEWHERE);
    cr_expect_eq(egress.link.index, hosts.near_index);
    cr_expect_str_eq(egress.link.name, "near");
    cr_expect_eq(egress.source, NEAR_ADDRESS);
    cr_expect_eq(egress.gateway, FAR_ADDRESS);
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6, "ARP found it");
    cr_expect_eq(egress.vlan, FRAME_NO_VLAN);

    options.interface = "near";
    egress = find(&options, ELSEWHERE);
    cr_expect_eq(egress.link.index, hosts.near_index);
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);
}

/* What is given by hand replaces what the kernel says, each for itself. */
Test(egress, given_by_hand)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    options.source_ip = (struct option_address){true, 0x09090909};
    struct egress egress = find(&options, ELSEWHERE);
    cr_expect_eq(egress.source, 0x09090909);
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);

    options = plain();
    options.gateway_mac = mac_given(7);
    egress = find(&options, ELSEWHERE);
    cr_expect_eq(egress.source, NEAR_ADDRESS);
    cr_expect_arr_eq(egress.next_hop_mac, mac_given(7).bytes, 6);
}

/* With all of it given no route is needed. */
Test(egress, all_given_by_hand)
{
    struct egress_options options = plain();

    make_hosts();
    options.interface = "bare";
    options.source_ip = (struct option_address){true, 0x09090909};
    options.gateway_mac = mac_given(7);
    struct egress egress = find(&options, ELSEWHERE);
    cr_expect_str_eq(egress.link.name, "bare");
    cr_expect_eq(egress.source, 0x09090909);
    cr_expect_eq(egress.gateway, 0);
    cr_expect_arr_eq(egress.next_hop_mac, mac_given(7).bytes, 6);
}

Test(egress, on_link)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();
    struct egress egress = find(&options, "198.18.0.1");

    cr_expect_eq(egress.link.index, hosts.near_index);
    cr_expect_eq(egress.source, NEAR_ADDRESS);
    cr_expect_eq(egress.gateway, 0);
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);
}

/* Behind a router that answers ARP for all: one Ethernet address serves them. */
Test(egress, on_link_behind_one_address)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(neighbour_add(hosts.near_index, NOBODY_ADDRESS, hosts.far_mac), 0);
    struct egress egress = find(&options, "198.18.0.1 198.18.0.253");
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);
}

Test(egress, on_link_with_an_address_each)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(neighbour_add(hosts.near_index, NOBODY_ADDRESS, mac_given(9).bytes), 0);
    expect_refused(&options, "198.18.0.1 198.18.0.253", -EINVAL, "--gateway-mac");
    options.gateway_mac = mac_given(7);
    cr_expect_arr_eq(find(&options, "198.18.0.1 198.18.0.253").next_hop_mac, mac_given(7).bytes, 6);
}

Test(egress, nobody_on_link)
{
    struct egress_options options = plain();

    make_hosts();
    expect_refused(&options, "198.18.0.253", -EHOSTUNREACH, "--gateway-mac");
}

Test(egress, a_gateway_that_is_not_there)
{
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    cr_assert_eq(route_add_default(hosts.near_index, NOBODY_ADDRESS), 0);
    expect_refused(&options, ELSEWHERE, -EHOSTUNREACH, "the gateway 198.18.0.253 on near");
}

/* For a dry run: what the kernel knows is told, what it does not know is no error. */
Test(egress, passive)
{
    static const uint8_t unknown[6];
    struct two_hosts hosts = make_hosts();
    struct egress_options options = plain();

    options.passive = true;
    cr_expect_arr_eq(find(&options, "198.18.0.1").next_hop_mac, hosts.far_mac, 6);
    cr_expect_arr_eq(find(&options, "198.18.0.253").next_hop_mac, unknown, 6);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    struct egress egress = find(&options, ELSEWHERE);
    cr_expect_eq(egress.gateway, FAR_ADDRESS);
    cr_expect_arr_eq(egress.next_hop_mac, hosts.far_mac, 6);
}

Test(egress, without_a_route)
{
    struct egress_options options = plain();

    make_hosts();
    expect_refused(&options, ELSEWHERE, -ENETUNREACH, "there is no route to 8.8.8.");
    options.interface = "near";
    expect_refused(&options, ELSEWHERE, -EHOSTUNREACH, "through near");
}

/* The host's own address leads to its loopback. */
Test(egress, to_this_host)
{
    struct egress_options options = plain();

    make_hosts();
    expect_refused(&options, "198.18.0.2", -EINVAL, "loopback");
}

Test(egress, devices_that_cannot)
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
        options.source_ip = (struct option_address){true, 0x09090909};
        options.gateway_mac = mac_given(7);
        expect_refused(&options, ELSEWHERE, cases[i].code, cases[i].words);
    }
}

/* A default route through a device that cannot is no better. */
Test(egress, a_route_through_a_device_that_cannot)
{
    struct egress_options options = plain();
    struct link_info tun;

    make_hosts();
    make_tun();
    cr_assert_eq(link_by_name("tun", &tun), 0);
    cr_assert_eq(link_add_address(tun.index, 0x09090901, 24), 0);
    cr_assert_eq(route_add_default(tun.index, 0x09090902), 0);
    expect_refused(&options, ELSEWHERE, -EINVAL, "interface tun has no Ethernet headers");
}

Test(egress, vlan)
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
    cr_expect_eq(egress.source, NEAR_ADDRESS);
    cr_expect_arr_eq(egress.next_hop_mac, mac_given(7).bytes, 6);

    options.vlan = 0; /* a tag that gives priority only */
    cr_expect_eq(find(&options, ELSEWHERE).vlan, 0);
    options.interface = "bare";
    expect_refused(&options, ELSEWHERE, -EADDRNOTAVAIL, "--source-ip");
    options.source_ip = (struct option_address){true, 0x09090909};
    cr_expect_eq(find(&options, ELSEWHERE).source, 0x09090909);
    options.interface = NULL;
    expect_refused(&options, ELSEWHERE, -EINVAL, "--vlan needs");
}
