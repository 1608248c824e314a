// SPDX-License-Identifier: GPL-2.0-or-later
/* One reply as it is written: what every output format is made from, two cache lines. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "icmp_kind.h"

enum {
    RECORD_MAX_LABELS = 8, /* deeper stacks were never seen in the traces at hand; more is cut and flagged */
    RECORD_EXTENSION_SIZE = 36, /* what two cache lines have left for labels and other objects together */
};

enum record_flag {
    RECORD_DUPLICATE = 1 << 0, /* the same target, flow and TTL was answered before */
    RECORD_LATE = 1 << 1,      /* took longer than the survey waits at its end */
    RECORD_TRUNCATED = 1 << 2, /* the frame ends before the packet that it announces */
    RECORD_REWRITTEN = 1 << 3, /* a middlebox changed the probe: in surveys the RTT is unknown, and the target
                                * may be what the middlebox made of it */
    RECORD_MPLS_CUT = 1 << 4,  /* more labels than a record holds, or a broken label stack */
    RECORD_NO_RX_TIME = 1 << 5, /* the source does not tell when it came: the time was taken in userspace */
    RECORD_SYN_ACK = 1 << 6, /* the target answered by TCP, no ICMP: its port is open; type and code are 0 */
    RECORD_RST = 1 << 7,     /* likewise: its port is closed */
    RECORD_EXTENSIONS_CUT = 1 << 8, /* more objects than a record has room for, or a broken one */
    RECORD_UNANSWERED =
        1 << 15, /* no reply: it stands for a probe of a ping that nobody answered, to formats that tell
                                  * of these, and has no name in any */
};

enum {
    RECORD_FLAGS = 9,
};

/* What nobody can tell: empty in CSV, null in JSON. Nothing is ever put in its place. */
#define RECORD_NO_TIME 0ULL
#define RECORD_NO_RTT  UINT32_MAX
#define RECORD_NO_SIZE 0
#define RECORD_NO_TOS  UINT16_MAX

/* The names of the flags in every format, by number of their bit. */
extern const char *const record_flag_names[RECORD_FLAGS];

/* An MPLS label stack entry as on the wire (RFC 3032): label 20 bits, TC 3, S 1, TTL 8. */
struct record {
    uint64_t time_us; /* arrival, Unix epoch; RECORD_NO_TIME: unknown */
    struct address responder;
    struct address target_address; /* the quoted destination */
    struct address source;         /* where the reply came to */
    uint32_t rtt_us;               /* RECORD_NO_RTT: unknown */
    uint16_t flow;
    uint16_t flags; /* enum record_flag */
    uint8_t probe_ttl;
    uint8_t quoted_ttl;
    uint8_t reply_ttl;
    uint8_t icmp_type;
    uint8_t icmp_code;
    uint8_t label_count;
    uint8_t protocol; /* of the probe: 1, 58, 6 or 17 */
    uint8_t reply_tos;
    uint16_t src_port, dst_port;      /* of the probe as it came; ICMP: its identifier, and 0 */
    uint16_t probe_size, reply_size;  /* total lengths; RECORD_NO_SIZE: unknown */
    uint16_t reply_ip_id, quoted_tos; /* RECORD_NO_TOS: nothing was quoted */
    uint16_t next_hop_mtu; /* with Fragmentation Needed, Packet Too Big; RECORD_NO_SIZE: not told */
    uint16_t round;        /* of a path that is traced again and again, from 0 */
    uint16_t shard;        /* of a survey that is divided; 0: it is not */
    uint8_t objects_length;
    union {
        uint32_t labels[RECORD_EXTENSION_SIZE / sizeof(uint32_t)]; /* at most RECORD_MAX_LABELS */
        /* Behind the labels other objects as on the wire (RFC 4884): record_objects(). */
        uint8_t extension[RECORD_EXTENSION_SIZE];
    };
};

/* record_objects() are the extension objects that are no label stack, `objects_length` bytes. Where they are
 * cut, the last one ends before the length in its header does. */
static inline const uint8_t *record_objects(const struct record *record)
{
    return record->extension + record->label_count * sizeof(record->labels[0]);
}

static inline bool record_has_rtt(const struct record *record)
{
    return record->rtt_us != RECORD_NO_RTT;
}

/* record_reaches(): the target itself answered, so it has been reached. Its address alone does not say that:
 * a router on the way may have it, too, and lets TTLs expire like any other. */
static inline bool record_reaches(const struct record *record)
{
    return address_equal(record->responder, record->target_address) &&
           !icmp_is_time_exceeded(address_family(record->responder), record->icmp_type);
}

/* record_is_of_hop(): its sender let the probe's TTL expire, so it is the hop of that TTL. Of Time Exceeded
 * that is code 0 alone: code 1 is from whoever puts fragments together, wherever that is. */
static inline bool record_is_of_hop(const struct record *record)
{
    return icmp_is_expired(address_family(record->responder), record->icmp_type, record->icmp_code);
}

_Static_assert(offsetof(struct record, labels) + sizeof(uint64_t) <= sizeof(struct record),
               "eight bytes from any number on belong to the record (column_load())");
_Static_assert(sizeof(struct record) == 128, "a record is two cache lines");
