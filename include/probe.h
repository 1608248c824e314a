// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a probe is, apart from the protocol that carries it: docs/wire-format.md.
 */
#pragma once

#include <stdint.h>

#include "address.h"

/* TTLs above 64 would make probes longer than 128 bytes of slot and UDP lengths that routers never see from
 * traceroutes; no path measured is longer than 50 hops. One atomic word of answered TTLs a path holds 64. */
#define PROBE_MAX_TTL 64

/* The send time travels in 24 bits of microseconds: it wraps after 16.8 s. */
#define PROBE_TIME_BITS 24
#define PROBE_TIME_MASK ((1U << PROBE_TIME_BITS) - 1)

/* The last four are for probes that are kept in a table (packet/tracked.h); a survey's have 0 there. */
struct probe {
    struct address target_address;
    uint16_t flow;
    uint8_t ttl;
    uint8_t lane;   /* which of the source addresses it leaves from */
    uint32_t owner; /* which part of the strategy it belongs to: a target and flow, say */
    uint16_t query; /* which one it is of those that are alike otherwise */
    uint16_t size;  /* of the packet in bytes, from the IP header on */
};

/* Whose probe a quotation holds, judged by its fields and tags alone. */
enum probe_origin {
    PROBE_FOREIGN,   /* not shaped like a probe of ours */
    PROBE_FORGED,    /* shaped like one, no tag is right */
    PROBE_REWRITTEN, /* the probe tag alone is right: a middlebox changed the addresses, or the source port */
    PROBE_UNTIMED,   /* the target tag alone is right: target and flow are ours, the time is not */
    PROBE_CUT, /* likewise, in a quotation that ends before the time: nothing says that it was changed */
    PROBE_OURS,
};

/* What a reply is. */
enum reply_kind {
    REPLY_ICMP_ERROR, /* Time Exceeded, Destination Unreachable, Parameter Problem */
    REPLY_ECHO,       /* an Echo Reply; this and what follows comes from the target itself */
    REPLY_TCP_SYN_ACK,
    REPLY_TCP_RST,
    REPLY_KINDS,
};

/* A probe read back from a quotation. */
struct quoted_probe {
    struct probe probe;
    struct address source;
    uint8_t quoted_ttl; /* the TTL with which it arrived at the responder; 1 where nothing unusual happened */
    uint32_t sent_at;   /* send time in microseconds, PROBE_TIME_BITS of it or more; meaningless unless the
                         * probe is ours */
};
