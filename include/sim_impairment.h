// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What can happen to packets between the host and the simulated Internet, on the way out (probes) and on the
 * way back (replies). Unlike the world itself, it is drawn for each packet.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

enum {
    SIM_REORDER_NS = 3000000, /* how long a packet is delayed so that others overtake it */
    /* Bits are flipped in the first bytes after the Ethernet header, which contain all that matters of a probe
     * or reply. */
    SIM_CORRUPTED_BYTES = 46,
    SIM_CORRUPTED_BYTES6 = 100,
};

static inline uint32_t sim_corrupted_bytes(uint16_t ethertype)
{
    return ethertype == ETHERTYPE_IPV6 ? SIM_CORRUPTED_BYTES6 : SIM_CORRUPTED_BYTES;
}

struct sim_impairment {
    uint32_t loss_permille, duplicate_permille, reorder_permille, corrupt_permille;
    uint64_t bytes_per_second; /* of the bottleneck; 0: none */
    uint64_t queue_ns;         /* how long it takes to empty a full queue in front of it */
};

/*
 * sim_bottleneck_pass() sends a packet of `bytes` that arrives at `now_ns` through the bottleneck, which is
 * busy until `*busy_until_ns`. Returns false if the queue is full, and the packet is dropped. Else the packet
 * leaves at the new `*busy_until_ns`.
 */
static inline bool sim_bottleneck_pass(const struct sim_impairment *impairment, uint64_t *busy_until_ns,
                                       uint64_t now_ns, uint32_t bytes)
{
    uint64_t starts_ns = *busy_until_ns > now_ns ? *busy_until_ns : now_ns;

    if (starts_ns - now_ns > impairment->queue_ns)
        return false;
    *busy_until_ns = starts_ns + bytes * 1000000000ULL / impairment->bytes_per_second;
    return true;
}
