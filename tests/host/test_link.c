// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/netns.h"
#include "host/own_address.h"
#include "host/two_hosts.h"

enum {
    FRAMES = 7,
};

Test(link, missing_devices)
{
    static const char *const names[] = {"", "nosuch0", "a-name-of-16-chr",
                                        "a-name-far-beyond-what-a-device-may-have"};
    static const unsigned indexes[] = {0, 9999, UINT32_MAX};
    struct link_counters counters;
    struct link_info link;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        cr_expect_eq(link_by_name(names[i], &link), -ENODEV, "\"%s\"", names[i]);
    for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++) {
        cr_expect_eq(link_by_index(indexes[i], &link), -ENODEV, "%u", indexes[i]);
        cr_expect_eq(link_counters(NULL, indexes[i], &counters), -ENODEV, "%u", indexes[i]);
        cr_expect_eq(link_set_up(indexes[i]), -ENODEV, "%u", indexes[i]);
    }
}

Test(link, loopback)
{
    struct link_info link;

    cr_assert_eq(netns_enter(netns_create()), 0);
    cr_assert_eq(link_by_index(LOOPBACK_INDEX, &link), 0);
    cr_expect_str_eq(link.name, "lo");
    cr_expect_str_eq(link.driver, "");
    cr_expect_eq(link.hardware_type, ARPHRD_LOOPBACK);
    cr_expect(link.loopback && link.up);
    cr_expect_eq(link.rx_queues, 1);
    cr_expect_eq(link.tx_queues, 1);
}

/* The pair: `near` in the thread's new namespace, `far` in another, into which the descriptor leads. */
static int create_pair(unsigned queues)
{
    int far_netns = netns_create();

    cr_assert_eq(netns_enter(netns_create()), 0);
    cr_assert_eq(link_create_veth("near", "far", far_netns, queues), 0);
    return far_netns;
}

static void expect_queues(const char *name, unsigned queues)
{
    struct link_info link;

    cr_assert_eq(link_by_name(name, &link), 0);
    cr_expect_eq(link.rx_queues, queues, "%s has %u of %u RX queues", name, link.rx_queues, queues);
    cr_expect_eq(link.rx_queues_most, queues, "%s may have %u of %u RX queues", name, link.rx_queues_most,
                 queues);
    cr_expect_eq(link.tx_queues, queues, "%s has %u of %u TX queues", name, link.tx_queues, queues);
}

Test(link, both_ends_of_veth_use_all_queues)
{
    static const unsigned counts[] = {1, 2, 5, 16};

    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        int far_netns = create_pair(counts[i]);

        expect_queues("near", counts[i]);
        cr_assert_eq(netns_enter(far_netns), 0);
        expect_queues("far", counts[i]);
    }
}

Test(link, veth_begins_down)
{
    int far_netns = create_pair(1);
    struct link_info near, far, again;

    cr_assert_eq(link_by_name("near", &near), 0);
    cr_expect_str_eq(near.name, "near");
    cr_expect_str_eq(near.driver, "veth");
    cr_expect_eq(near.hardware_type, ARPHRD_ETHER);
    cr_expect_eq(near.mtu, 1500);
    cr_expect(!near.up && !near.loopback);
    cr_assert_eq(netns_enter(far_netns), 0);
    cr_assert_eq(link_by_name("far", &far), 0);
    cr_expect(!far.up);
    cr_expect_neq(memcmp(near.mac, far.mac, 6), 0);
    cr_assert_eq(link_by_index(far.index, &again), 0);
    cr_expect_arr_eq(&again, &far, sizeof(far));
}

Test(link, set_up_and_mac)
{
    static const uint8_t mac[6] = {0x02, 0x11, 0x22, 0x33, 0x44, 0x55};
    struct link_info link;

    create_pair(1);
    cr_assert_eq(link_by_name("near", &link), 0);
    cr_expect_eq(link_set_up(link.index), 0);
    cr_expect_eq(link_set_mac(link.index, mac), 0);
    cr_assert_eq(link_by_name("near", &link), 0);
    cr_expect(link.up);
    cr_expect_arr_eq(link.mac, mac, 6);
}

Test(link, set_down)
{
    struct link_info link;

    create_pair(1);
    cr_assert_eq(link_by_name("near", &link), 0);
    cr_expect_eq(link_set_up(link.index), 0);
    cr_expect_eq(link_set_down(link.index), 0);
    cr_assert_eq(link_by_name("near", &link), 0);
    cr_expect_not(link.up);
    cr_expect_eq(link_set_down(0), -ENODEV);
}

Test(link, addresses)
{
    struct link_info link;
    struct address address;

    create_pair(1);
    cr_assert_eq(link_by_name("near", &link), 0);
    cr_expect_eq(interface_address(link.index, FAMILY_IPV4, &address), 0);
    cr_expect(address_is_none(address));
    cr_expect_eq(link_add_address(link.index, NEAR_ADDRESS, 33), -EINVAL);
    cr_expect_eq(link_add_address(link.index, NEAR_ADDRESS, 256 + 24), -EINVAL);
    cr_expect_eq(link_add_address(link.index, NEAR_ADDRESS, 24), 0);
    cr_expect_eq(link_add_address(link.index, NEAR_ADDRESS, 24), -EEXIST);
    cr_expect_eq(link_add_address(link.index, LATE_ADDRESS, 24), 0);
    cr_expect_eq(interface_address(link.index, FAMILY_IPV4, &address), 0);
    cr_expect(address_equal(address, NEAR_ADDRESS));
    cr_expect_eq(interface_address(LOOPBACK_INDEX, FAMILY_IPV4, &address), 0);
    cr_expect(address_equal(address, IPV4(INADDR_LOOPBACK)));
}

Test(link, veth_refusals_leave_nothing_behind)
{
    static const char too_long[] = "a-name-of-16-chr";
    int far_netns = create_pair(1);
    unsigned before = open_descriptors();
    struct link_info link;

    cr_expect_eq(link_create_veth("near", "other", far_netns, 1), -EEXIST);
    cr_expect_eq(link_create_veth("other", "far", far_netns, 1), -EEXIST);
    cr_expect_eq(link_create_veth("other", too_long, far_netns, 1), -EINVAL);
    cr_expect_eq(link_create_veth(too_long, "other", far_netns, 1), -EINVAL);
    cr_expect_eq(link_create_veth("other", "", far_netns, 1), -EINVAL);
    cr_expect_eq(link_create_veth("other", "other", far_netns, 0), -EINVAL);
    cr_expect_eq(link_create_veth("other", "other", far_netns, UINT32_MAX), -EINVAL);
    cr_expect_lt(link_create_veth("other", "other", -1, 1), 0);
    cr_expect_eq(link_by_name("other", &link), -ENODEV);
    cr_expect_eq(open_descriptors(), before);
}

/* Bypasses the queueing discipline, so that the driver itself accepts or refuses each frame at once. */
static int packet_socket(unsigned index)
{
    int fd = socket(AF_PACKET, SOCK_RAW, 0), on = 1;
    struct sockaddr_ll device = {.sll_family = AF_PACKET, .sll_ifindex = (int)index};

    cr_assert_geq(fd, 0);
    cr_assert_eq(setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof(on)), 0);
    cr_assert_eq(bind(fd, (const struct sockaddr *)&device, sizeof(device)), 0);
    return fd;
}

static void send_frames(unsigned index)
{
    struct ether_header frame[4] = {{.ether_dhost = "\x02", .ether_type = htons(0x88b5)}};
    int fd = packet_socket(index);

    for (int i = 0; i < FRAMES; i++)
        send(fd, frame, sizeof(frame), 0);
    close(fd);
}

static struct link_counters counters_of(unsigned index)
{
    struct link_counters counters = {0};

    cr_assert_eq(link_counters(NULL, index, &counters), 0);
    return counters;
}

Test(link, counters_move_with_the_frames)
{
    struct link_counters near, far;
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    near = counters_of(hosts.near_index);
    send_frames(hosts.near_index);
    cr_expect_geq(counters_of(hosts.near_index).tx_packets, near.tx_packets + FRAMES);
    cr_expect_eq(counters_of(hosts.near_index).tx_dropped, near.tx_dropped);
    cr_assert_eq(netns_enter(hosts.far_netns), 0);
    far = counters_of(hosts.far_index);
    cr_expect_geq(far.rx_packets, FRAMES);
    cr_expect_eq(far.rx_errors + far.tx_errors, 0);
}

Test(link, counters_tell_drops)
{
    struct link_counters counters;
    struct link_info near;

    create_pair(1);
    cr_assert_eq(link_by_name("near", &near), 0);
    cr_assert_eq(link_set_up(near.index), 0);
    send_frames(near.index); /* its peer is down */
    counters = counters_of(near.index);
    cr_expect_eq(counters.tx_packets, 0);
    cr_expect_eq(counters.tx_dropped, FRAMES);
}

Test(link, running_is_waited_for)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_expect_eq(link_wait_running(hosts.near_index, 10000), 0);
    cr_expect_eq(link_wait_running(9999, 0), -ENODEV);
}

Test(link, a_device_without_its_peer_does_not_run)
{
    int netns = netns_create(), other = netns_create();
    struct link_info link;

    cr_assert_eq(netns_enter(netns), 0);
    cr_assert_eq(link_create_veth("alone", "peer", other, 1), 0);
    cr_assert_eq(link_by_name("alone", &link), 0);
    cr_assert_eq(link_set_up(link.index), 0);
    cr_expect_eq(link_wait_running(link.index, 20), -ETIMEDOUT);
    close(netns);
    close(other);
}
