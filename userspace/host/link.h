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
    char driver[32];        /* "" where the device does not tell */
    char kind[16];          /* of a device that software makes ("bond", "veth"); "" of others */
    uint16_t hardware_type; /* ARPHRD_… */
    uint8_t mac[6];
    uint32_t mtu;
    bool up, loopback;
    uint32_t rx_queues, tx_queues; /* in use (ethtool channels), at least 1 */
    uint32_t rx_queues_most; /* that may come into use, by ethtool -L or with an XDP program (virtio_net) */
};

/* What the kernel counts for the device (IFLA_STATS64). Among `rx_dropped` are frames that arrived well but
 * that no protocol of this host wanted; `rx_missed` had no room in the device's own ring. */
struct link_counters {
    uint64_t rx_packets, tx_packets, rx_dropped, tx_dropped, rx_errors, tx_errors, rx_missed;
};

/* link_by_name() and link_by_index() tell what a device is. 0; -ENODEV where there is none, also where the
 * name is no device's name at all; or another negative errno, with `out` undefined. */
int link_by_name(const char *name, struct link_info *out);
int link_by_index(unsigned index, struct link_info *out);

struct netlink_kept;

/* link_counters() reads what the device has counted since it was made, by `kept` (host/netlink.h) unless that is
 * NULL. Errors as above. */
int link_counters(struct netlink_kept *kept, unsigned index, struct link_counters *out);

/* link_set_up() brings a device up, link_set_down() down, link_set_mac() gives it an Ethernet address,
 * link_add_address() adds an address whose first `prefix_length` bits are on-link; it can be used soon (address_wait_own()), since
 * nobody is asked whether it is taken (RFC 4862, section 5.4). 0, -EINVAL where `prefix_length` is more than
 * addresses have bits, -EEXIST where the device has the address, or another negative errno. */
int link_set_up(unsigned index);
int link_set_down(unsigned index);
int link_set_mac(unsigned index, const uint8_t mac[6]);
int link_add_address(unsigned index, struct address address, unsigned prefix_length);

/* link_create() makes a device of a kind that needs no more than a name ("ifb"), with `queues` RX and TX
 * queues, down, in the calling thread's namespace. 0, -EEXIST, -EINVAL where the name cannot be, -EOPNOTSUPP
 * where the kernel lacks the kind, or another negative errno. */
int link_create(const char *name, const char *kind, unsigned queues);

/*
 * link_wait_running() waits until a device that is up can send: the kernel notices only some time later that
 * the other end of a pair came up, and meanwhile drops all. 0, -ETIMEDOUT, -EINTR where a signal handler ran,
 * or another negative errno.
 */
int link_wait_running(unsigned index, unsigned timeout_ms);

/*
 * link_create_veth() makes a pair of veth devices in one request: `name` in the calling thread's namespace,
 * `peer_name` in the namespace `peer_netns_fd`, each with `queues` RX and TX queues, all in use: veth takes
 * an XDP program only while it has as many RX queues as its peer has TX queues. Both devices are down, and
 * live as long as both namespaces do. 0, -EEXIST, -EINVAL where a name or the number of queues cannot be, or
 * another negative errno.
 */
int link_create_veth(const char *name, const char *peer_name, int peer_netns_fd, unsigned queues);
