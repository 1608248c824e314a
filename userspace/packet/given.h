// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes whose headers another program has chosen: destination, ports, TTL, protocol, flow label. None of
 * these can carry a tag, and all that routers hash must be as given. So time and proof use the remaining
 * fields:
 *
 *              send time, 100 µs    in IPv4 quotations: proof, 16 bits    in complete packets
 *   UDP        checksum             IP ID                                 data: proof, 64 bits
 *   ICMP echo  sequence number      IP ID                                 likewise
 *
 *   ICMP checksum and identifier are the source port, as in caracal. The length contains the TTL: the data are 2
 *   bytes that make the checksum correct, the proof (8 bytes), and as many zeros as the TTL.
 *
 * The proof is SipHash-2-4 over all given fields and the time. If only an IP header and eight bytes come
 * back, one in 2^16 unrelated packets passes; in echo replies and IPv6 quotations, which are complete, one in
 * 2^64. The source is not covered: clouds translate the sources of their machines, and do not always
 * translate quotations back.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "answer_cell.h"
#include "base/address_pair.h"
#include "packet/reply.h"
#include "probe.h"
#include "protocol.h"
#include "siphash.h"

enum {
    GIVEN_DATA = 10, /* before the zeros */
    GIVEN_LONGEST = IPV6_HEADER + UDP_HEADER + GIVEN_DATA + UINT8_MAX,
    GIVEN_TICK_NS = 100000,  /* unit of the send time, which wraps after 6.5 s */
    GIVEN_TICKS = UINT16_MAX /* 0 is not sent, because as a UDP checksum it means "none" (RFC 768) */
};

/* Besides target address and TTL, struct probe has these fields of such a probe: the destination port as
 * `flow`, the source port as `query`, and protocol and flow label (RFC 6437) as `owner`. */
static inline uint32_t given_owner(uint8_t protocol, uint32_t flow_label)
{
    return (uint32_t)protocol << 24 | (flow_label & IPV6_FLOW_LABEL);
}

static inline uint8_t given_protocol(const struct probe *probe)
{
    return (uint8_t)(probe->owner >> 24);
}

/* Common to all of these probes. */
struct given {
    struct siphash_key key;
    struct address_pair sources; /* a probe uses the source of its target's family */
    bool unproven;  /* accept replies to everything of the form of such a probe, whatever its proof */
    unsigned most;  /* how many answers to one probe are accepted, below CELL_NO_LIMIT; 0: all */
    uint32_t *seen; /* CELLS counters of answers (answer_cell.h) */
};

/* given_open() starts with no answers. Returns 0 or -ENOMEM; given_close() may be called after either. */
int given_open(struct given *given, struct siphash_key key, const struct address_pair *sources);
void given_close(struct given *given);

/* given_craft() writes the packet of a probe sent at `now_ns` (CLOCK_MONOTONIC), from its IP header on, and
 * returns its length. */
unsigned given_craft(const struct given *given, const struct probe *probe, uint64_t now_ns,
                     uint8_t packet[GIVEN_LONGEST]);

/*
 * given_decode() decodes a packet that came at `received_ns`, from its IP header on. With DECODE_ACCEPTED
 * `out` is as from tracked_decode(), except `sent`: instead, `quoted.sent_at` is the send time in
 * microseconds. Returns DECODE_EXCESS if its probe already had as many answers as it can get.
 */
enum decode_verdict given_decode(struct given *given, const uint8_t *ip, size_t length, uint64_t received_ns,
                                 struct reply *out);
