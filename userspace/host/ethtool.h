// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading and changing what drivers report of their devices, by the ethtool ioctl. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ethtool_facts {
    char driver[32];               /* "" if not reported */
    uint32_t rx_queues, tx_queues; /* channels in use; combined ones count in both; 0 if not reported */
};

/* ethtool_read() asks about the device `name` in the calling thread's namespace. Returns 0 even if the device
 * reports nothing, or a negative errno if it cannot be asked. */
int ethtool_read(const char *name, struct ethtool_facts *out);

/* Facts that matter for sending and receiving fast. */
struct ethtool_device {
    uint32_t speed_mbps;           /* 0: not reported, or no link */
    uint32_t rx_ring, rx_ring_max; /* descriptors; 0: not reported */
    bool large_receive;            /* LRO is on: drivers refuse native XDP with it */
};

/* ethtool_read_device() asks in the same way; facts that are not reported are 0. */
int ethtool_read_device(const char *name, struct ethtool_device *out);

/* ethtool_set_gro() switches the merging of received segments (generic receive offload).
 * ethtool_set_tx_checksum() switches whether the device writes checksums into packets that it sends. Both
 * return 0 or a negative errno: -EOPNOTSUPP if it cannot be changed. */
int ethtool_set_gro(const char *name, bool on);
int ethtool_set_tx_checksum(const char *name, bool on);
