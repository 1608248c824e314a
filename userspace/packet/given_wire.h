// SPDX-License-Identifier: GPL-2.0-or-later
/* What the writer and the reader of probes with given headers must agree on. Private to packet/. */
#pragma once

#include "packet/given.h"
#include "packet/reply_facts.h"

#define GIVEN_TICK UDP_CHECKSUM /* offset; ICMP has its sequence number there */

/* The send time as on the wire, 1 … GIVEN_TICKS. */
static inline uint16_t given_tick(uint64_t now_ns)
{
    return (uint16_t)(now_ns / GIVEN_TICK_NS % GIVEN_TICKS + 1);
}

/* Proves that a probe with these headers was sent at `tick`. The destination port of ICMP is not on the wire,
 * so it is not covered. */
static inline uint64_t given_proof(struct siphash_key key, const struct probe *probe, uint16_t tick)
{
    struct siphash_state state = siphash_start(key);
    uint8_t protocol = given_protocol(probe);
    uint16_t port = reply_is_icmp(protocol) ? 0 : probe->flow;

    siphash_absorb(&state, probe->target_address.high);
    siphash_absorb(&state, probe->target_address.low);
    siphash_absorb(&state, probe->query | (uint64_t)port << 16 | (uint64_t)tick << 32 |
                               (uint64_t)probe->ttl << 48 | (uint64_t)protocol << 56);
    return siphash_finish(state, 0, 24);
}

/* The part of the proof that is the IP ID. It is never 0, because some stacks on the path replace that. */
static inline uint16_t given_short_proof(uint64_t proof)
{
    return (uint16_t)proof ? (uint16_t)proof : 1;
}
