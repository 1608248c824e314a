// SPDX-License-Identifier: GPL-2.0-or-later
/* What drivers tell of their devices, and are told, by the ethtool ioctl. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ethtool_facts {
    char driver[32]; /* "" where the device does not tell */
    uint32_t rx_queues,
        tx_queues; /* channels in use, combined ones counted in both; 0 where it does not tell */
};

/* ethtool_read() asks the device `name` of the calling thread's namespace. 0 even where it says nothing; a
 * negative errno where it cannot be asked. */
int ethtool_read(const char *name, struct ethtool_facts *out);

/* What matters for sending and receiving fast. */
struct ethtool_device {
    uint32_t speed_mbps;           /* 0: not told, or no link */
    uint32_t rx_ring, rx_ring_max; /* descriptors; 0: not told */
    bool large_receive;            /* LRO is on: drivers refuse native XDP with it */
};

/* ethtool_read_device() asks in the same way; what the device does not tell is 0. */
int ethtool_read_device(const char *name, struct ethtool_device *out);

/* ethtool_set_gro() switches the merging of received segments (generic receive offload), and
 * ethtool_set_tx_checksum() whether the device is left to write checksums of packets that it sends. 0 or a
 * negative errno: -EOPNOTSUPP where it cannot be changed. */
int ethtool_set_gro(const char *name, bool on);
int ethtool_set_tx_checksum(const char *name, bool on);
