// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What can happen to packets between the host and the simulated Internet, on the way out (probes) and on the
 * way back (replies). Unlike the world itself this is drawn for each packet.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

enum {
    SIM_REORDER_NS = 3000000, /* how long a packet is held back that others shall overtake */
    /* Bits are flipped in the first bytes behind the Ethernet header: all of a probe or reply that matters. */
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
    uint64_t queue_ns;         /* how long a full queue in front of it takes to empty */
};

/*
 * sim_bottleneck_pass() lets a packet of `bytes` that comes at `now_ns` through the bottleneck, which is busy
 * until `*busy_until_ns`. False where the queue is full, and the packet is dropped; else it has left at the
 * new `*busy_until_ns`.
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
