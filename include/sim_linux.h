// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Real Linux routers: the truth about the network that userspace/sim/linux_world.c builds, as far as it is
 * known without asking the kernel. Only the truth uses it, no BPF program.
 *
 *   linux:N         host - router 1 - … - router N - target
 *   linux:diamond   host - router 1 - router 2 | router 3 - router 4 - target
 *
 * Wire w has the networks 198.18.w.0/30 and 2001:2:0:w::/64; its end towards the host has address 1, the other
 * end address 2. A router sends errors from its address towards the host. The target has all addresses of
 * 198.19.0.0/16 and of 2001:2:0:100::/56.
 */
#pragma once

#include "sim_hop.h"

#define SIM_LINUX_MAX_ROUTERS    32 /* each is a namespace, which takes some milliseconds to create */
#define SIM_LINUX_WIRES          0xc6120000U /* 198.18.0.0/16 */
#define SIM_LINUX_TARGETS        0xc6130000U /* 198.19.0.0/16 */
#define SIM_LINUX_PREFIX_LENGTH  16
#define SIM_LINUX_PREFIX_LENGTH6 56 /* of what these numbers are in IPv6 (sim_address.h) */

struct sim_linux {
    uint32_t routers; /* on the way of each packet; a diamond has one router more */
    uint32_t diamond; /* not 0: two routers follow the first one, and a hash in the kernel chooses */
};

/* sim_linux_near() and sim_linux_far() return the addresses of a wire's two ends, as seen from the host. */
static inline uint32_t sim_linux_near(uint32_t wire)
{
    return SIM_LINUX_WIRES | wire << 8 | 1;
}

static inline uint32_t sim_linux_far(uint32_t wire)
{
    return SIM_LINUX_WIRES | wire << 8 | 2;
}

static inline bool sim_linux_is_target(uint32_t address)
{
    return (address ^ SIM_LINUX_TARGETS) >> (32 - SIM_LINUX_PREFIX_LENGTH) == 0;
}

/* The wire by which replies of the router at a TTL leave. In a diamond, those of the last router take the first
 * of the two ways. */
static inline uint32_t sim_linux_wire(const struct sim_linux *s, uint8_t ttl)
{
    return s->diamond && ttl == 3 ? 3 : ttl - 1U;
}

/* sim_linux_hop() implements sim_hop() for this kind. It returns nothing for a hop that the kernel's hash
 * chooses. */
static inline void sim_linux_hop(const struct sim_linux *s, uint32_t target, uint8_t ttl, struct sim_hop *hop)
{
    bool at_target = ttl > s->routers;
    uint8_t distance = at_target ? (uint8_t)(s->routers + 1) : ttl;

    if (!sim_linux_is_target(target) || (s->diamond && ttl == 2))
        return;
    hop->kind = at_target ? SIM_HOP_TARGET : SIM_HOP_ROUTER;
    if (at_target)
        hop->address = target;
    else
        hop->address = ttl == 1 ? SIM_GATEWAY_ADDRESS : sim_linux_far(sim_linux_wire(s, ttl));
    hop->distance = distance;
    hop->answers = true;
    hop->reply_ttl = (uint8_t)(SIM_HOST_INITIAL_TTL - (distance - 1)); /* Linux routers begin there, too */
}
