// SPDX-License-Identifier: GPL-2.0-or-later
/* Network devices of the calling thread's namespace, through rtnetlink (libmnl) and the ethtool ioctl. */
#pragma once

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

struct link_info {
    unsigned index;
    char name[IF_NAMESIZE];
    char driver[32];        /* "" where the device does not tell */
    uint16_t hardware_type; /* ARPHRD_… */
    uint8_t mac[6];
    uint32_t mtu;
    bool up, loopback;
    uint32_t rx_queues, tx_queues; /* in use (ethtool channels), at least 1 */
};

/* What the device itself counted (IFLA_STATS64). */
struct link_counters {
    uint64_t rx_packets, tx_packets, rx_dropped, tx_dropped, rx_errors, tx_errors;
};

/* Both return 0, -ENODEV where there is no such device, or another negative errno. */
int link_by_name(const char *name, struct link_info *out);
int link_by_index(unsigned index, struct link_info *out);
int link_counters(unsigned index, struct link_counters *out);

/* link_set_up() brings a device up; link_set_mac(), link_add_address() (host order, prefix length) say what
 * they do. 0 or a negative errno. */
int link_set_up(unsigned index);
int link_set_mac(unsigned index, const uint8_t mac[6]);
int link_add_address(unsigned index, uint32_t address, unsigned prefix_length);

/*
 * link_create_veth() makes a pair of veth devices in one request: `name` in the calling thread's namespace,
 * `peer_name` in the namespace `peer_netns_fd`, each with `queues` RX and TX queues. Both are down. 0 or a
 * negative errno.
 */
int link_create_veth(const char *name, const char *peer_name, int peer_netns_fd, unsigned queues);
