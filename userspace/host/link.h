// SPDX-License-Identifier: GPL-2.0-or-later
/* Network devices of the calling thread's namespace, through rtnetlink (libmnl) and the ethtool ioctl. */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "address.h"

struct link_info {
    unsigned index;
    char name[IF_NAMESIZE];
    char driver[32];        /* "" if not reported */
    char kind[16];          /* for a device made by software ("bond", "veth"); "" for others */
    uint16_t hardware_type; /* ARPHRD_… */
    uint8_t mac[6];
    uint32_t mtu;
    bool up, loopback;
    uint32_t rx_queues, tx_queues; /* in use (ethtool channels), at least 1 */
    uint32_t rx_queues_most; /* that may be used, after ethtool -L or with an XDP program (virtio_net) */
};

/* What the kernel counts for the device (IFLA_STATS64). `rx_dropped` includes frames that arrived intact but
 * that no protocol of this host wanted; `rx_missed` counts frames without room in the device's own ring. */
struct link_counters {
    uint64_t rx_packets, tx_packets, rx_dropped, tx_dropped, rx_errors, tx_errors, rx_missed;
};

/* link_by_name() and link_by_index() fill in what a device is. Return 0; -ENODEV if there is none, also if
 * the name cannot be a device's name; or another negative errno, with `out` undefined. */
int link_by_name(const char *name, struct link_info *out);
int link_by_index(unsigned index, struct link_info *out);

struct netlink_kept;

/* link_counters() reads what the device has counted since it was created, through `kept` (host/netlink.h)
 * unless that is NULL. Errors as above. */
int link_counters(struct netlink_kept *kept, unsigned index, struct link_counters *out);

/* link_set_up() brings a device up, link_set_down() brings it down, link_set_mac() sets its Ethernet address.
 * link_add_address() adds an address whose first `prefix_length` bits are on-link. It can be used soon after
 * (address_wait_own()), because there is no check for duplicates (RFC 4862, section 5.4). link_set_arp() sets
 * whether the kernel resolves neighbours on the device, in both families. All return 0, -EINVAL if
 * `prefix_length` is larger than the address, -EEXIST if the device has the address, or another negative errno. */
int link_set_up(unsigned index);
int link_set_down(unsigned index);
int link_set_arp(unsigned index, bool on);
int link_set_mac(unsigned index, const uint8_t mac[6]);
int link_add_address(unsigned index, struct address address, unsigned prefix_length);

/* link_create() creates a device of a kind that needs only a name ("ifb"), with `queues` RX and TX queues, in
 * the calling thread's namespace. The device is down. Returns 0, -EEXIST, -EINVAL if the name is not
 * possible, -EOPNOTSUPP if the kernel lacks the kind, or another negative errno. */
int link_create(const char *name, const char *kind, unsigned queues);

/*
 * link_wait_running() waits until a device that is up can send. When the other end of a pair comes up, the
 * kernel notices it only some time later, and drops everything until then. Returns 0, -ETIMEDOUT, -EINTR if a
 * signal handler ran, or another negative errno.
 */
int link_wait_running(unsigned index, unsigned timeout_ms);

/*
 * link_create_veth() creates a pair of veth devices in one request: `name` in the calling thread's namespace,
 * `peer_name` in the namespace `peer_netns_fd`. Each has `queues` RX and TX queues, all in use: veth accepts
 * an XDP program only while it has at least as many RX queues as its peer has TX queues. Both devices are
 * down, and exist as long as both namespaces. Returns 0, -EEXIST, -EINVAL if a name or the number of queues
 * is not possible, or another negative errno.
 *
 * link_create_veth_numbered() also gives them interface indexes, which must be free in their namespaces. If the two
 * differ, the kernel notices at once that both ends are up. If they are equal, as those of the first devices of two
 * namespaces are, it takes the pair for one device and notices it up to a second later (linkwatch_urgent_event() in
 * net/core/link_watch.c).
 */
int link_create_veth(const char *name, const char *peer_name, int peer_netns_fd, unsigned queues);
int link_create_veth_numbered(const char *name, unsigned index, const char *peer_name, unsigned peer_index,
                              int peer_netns_fd, unsigned queues);
