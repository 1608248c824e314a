// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes whose headers somebody else has chosen: destination, ports, TTL, protocol, flow label. Nothing of these
 * can carry a tag, and what routers hash must be as given. So time and proof stand in what is left:
 *
 *              send time, 100 µs    in quotations of IPv4: proof, 16 bits    in what comes back whole
 *   UDP        checksum             IP ID                                    data: proof, 64 bits
 *   ICMP echo  sequence number      IP ID                                    likewise
 *
 *   ICMP checksum and identifier are the source port, as caracal has them. The TTL is in the length: data are what
 *   makes the checksum true (2 bytes), the proof (8), and as many zeros as the TTL.
 *
 * The proof is SipHash-2-4 over all that was given and the time: of what comes back as an IP header and eight bytes
 * one in 2^16 of unrelated packets passes, of echo replies and quotations of IPv6, which have all, one in 2^64.
 * The source is not covered: clouds translate that of their machines, and quotations not always back.
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
    GIVEN_TICK_NS = 100000,  /* the unit of its send time: it comes round after 6.5 s */
    GIVEN_TICKS = UINT16_MAX /* 0 is not sent: as a UDP checksum it would mean "none" (RFC 768) */
};

/* struct probe has of such a probe, beside target address and TTL: the destination port as `flow`, the source port as
 * `query`, and protocol and flow label (RFC 6437) as `owner`. */
static inline uint32_t given_owner(uint8_t protocol, uint32_t flow_label)
{
    return (uint32_t)protocol << 24 | (flow_label & IPV6_FLOW_LABEL);
}

static inline uint8_t given_protocol(const struct probe *probe)
{
    return (uint8_t)(probe->owner >> 24);
}

/* What all have in common. */
struct given {
    struct siphash_key key;
    struct address_pair sources; /* that of a probe's target has its family */
    bool unproven;  /* replies to what has the shape of such a probe are taken, whatever its proof is */
    unsigned most;  /* answers to one probe that are taken, below CELL_NO_LIMIT; 0: all */
    uint32_t *seen; /* CELLS of them (answer_cell.h) */
};

/* given_open() begins without an answer. 0 or -ENOMEM; given_close() is right after both. */
int given_open(struct given *given, struct siphash_key key, const struct address_pair *sources);
void given_close(struct given *given);

/* given_craft() writes the packet of a probe sent at `now_ns` (CLOCK_MONOTONIC), from its IP header on; returns its
 * length. */
unsigned given_craft(const struct given *given, const struct probe *probe, uint64_t now_ns,
                     uint8_t packet[GIVEN_LONGEST]);

/*
 * given_decode() decodes a packet that came at `received_ns`, from its IP header on. With DECODE_ACCEPTED `out` has
 * what tracked_decode() has, but `sent`: instead, `quoted.sent_at` is the send time in microseconds. DECODE_EXCESS
 * where its probe had as many answers as it can get.
 */
enum decode_verdict given_decode(struct given *given, const uint8_t *ip, size_t length, uint64_t received_ns,
                                 struct reply *out);
