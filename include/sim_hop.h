// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What every kind of simulated Internet shares: its own addresses, what a hop is, what a flow is.
 * The same code in userspace (truth) and in BPF (the responder).
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mix.h"

/* The uplink: 198.18.0.0/30, from the range set aside for benchmarks (RFC 2544). */
#define SIM_UPLINK_PREFIX_LENGTH 30
#define SIM_GATEWAY_ADDRESS      0xc6120001U
#define SIM_HOST_ADDRESS         0xc6120002U

/* Routers live in class E (RFC 1112, section 4), from here on: nobody's real address is theirs. */
#define SIM_ROUTER_BASE 0xf0000000U

/* TTLs with which replies leave: network equipment commonly starts at 255, Unix hosts at 64. */
#define SIM_ROUTER_INITIAL_TTL 255
#define SIM_HOST_INITIAL_TTL   64

enum sim_hop_kind {
    SIM_HOP_NOTHING, /* no route leads that far */
    SIM_HOP_ROUTER,
    SIM_HOP_TARGET,
};

/* What a probe meets where its TTL ends, or at its target. */
struct sim_hop {
    uint32_t address;
    uint8_t kind;      /* enum sim_hop_kind */
    uint8_t distance;  /* the lowest TTL that comes this far */
    uint8_t reply_ttl; /* with which its replies arrive at the host */
    bool answers;
    uint32_t delay_us; /* round-trip time as measured; 0: none, sim_rtt.h makes one up */
};

/* sim_is_unicast() is false for groups and for the limited broadcast, to which no route leads. */
static inline bool sim_is_unicast(uint32_t address)
{
    return address >> 28 != 0xe && address != 0xffffffff;
}

/* sim_flow_hash() is what load balancers see of a packet: its addresses, protocol and ports. */
static inline uint64_t sim_flow_hash(uint32_t source, uint32_t target, uint8_t protocol, uint16_t source_port,
                                     uint16_t destination_port)
{
    uint64_t addresses = (uint64_t)source << 32 | target;
    uint64_t ports = (uint64_t)protocol << 32 | (uint32_t)source_port << 16 | destination_port;

    return mix64(mix64(addresses) + ports);
}
