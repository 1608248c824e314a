// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a probe is, apart from the protocol that carries it: docs/wire-format.md.
 */
#pragma once

#include <stdint.h>

#include "address.h"

/* Higher TTLs would make probes too long for slots of 128 bytes, with UDP lengths that traceroutes never have.
 * No measured path is longer than 50 hops. The atomic word with a path's answered TTLs has 64 bits. */
#define PROBE_MAX_TTL 64

/* The send time travels in 24 bits of microseconds: it wraps after 16.8 s. */
#define PROBE_TIME_BITS 24
#define PROBE_TIME_MASK ((1U << PROBE_TIME_BITS) - 1)

/* The last four fields are for probes in a table (packet/tracked.h); they are 0 in surveys. */
struct probe {
    struct address target_address;
    uint16_t flow;
    uint8_t ttl;
    uint8_t lane;   /* which of the source addresses it has */
    uint32_t owner; /* which part of the strategy it belongs to, for example a target and flow */
    uint16_t query; /* number among probes that are otherwise equal */
    uint16_t size;  /* of the packet in bytes, from the IP header on */
};

/* Whose probe a quotation contains, judged by its fields and tags alone. */
enum probe_origin {
    PROBE_FOREIGN,   /* does not have the form of our probes */
    PROBE_FORGED,    /* has the form of our probes, but no correct tag */
    PROBE_REWRITTEN, /* only the probe tag is correct: a middlebox changed addresses or source port */
    PROBE_UNTIMED,   /* only the target tag is correct: target and flow are valid, the time is not */
    PROBE_CUT, /* likewise, but the quotation ends before the time, so that the probe may be unchanged */
    PROBE_OURS,
};

/* What a reply is. */
enum reply_kind {
    REPLY_ICMP_ERROR, /* Time Exceeded, Destination Unreachable, Parameter Problem */
    REPLY_ECHO,       /* an Echo Reply; this and the next kinds come from the target itself */
    REPLY_TCP_SYN_ACK,
    REPLY_TCP_RST,
    REPLY_KINDS,
};

/* A probe read back from a quotation. */
struct quoted_probe {
    struct probe probe;
    struct address source;
    uint8_t quoted_ttl; /* the TTL with which it arrived at the responder; normally 1 */
    uint32_t sent_at;   /* send time in microseconds, at least PROBE_TIME_BITS of it; valid only if the
                         * probe is ours */
};
