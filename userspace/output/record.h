// SPDX-License-Identifier: GPL-2.0-or-later
/* One reply as it is written: two cache lines, from which every output format is made. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "icmp_kind.h"

enum {
    RECORD_MAX_LABELS = 8,      /* deeper stacks do not occur in measured traces; more labels are cut and
                              flagged */
    RECORD_EXTENSION_SIZE = 36, /* the rest of two cache lines, for labels and other objects together */
};

enum record_flag {
    RECORD_DUPLICATE = 1 << 0,  /* the same target, flow and TTL was answered before */
    RECORD_LATE = 1 << 1,       /* took longer than the survey waits at its end */
    RECORD_TRUNCATED = 1 << 2,  /* the frame ends before the packet does by its length field */
    RECORD_REWRITTEN = 1 << 3,  /* a middlebox changed the probe: in surveys the RTT is unknown, and the
                                  target may be the middlebox's version of it */
    RECORD_MPLS_CUT = 1 << 4,   /* more labels than a record holds, or a broken label stack */
    RECORD_NO_RX_TIME = 1 << 5, /* the source has no arrival time: the time was taken in userspace */
    RECORD_SYN_ACK = 1 << 6, /* the target answered by TCP, not ICMP: its port is open; type and code are 0 */
    RECORD_RST = 1 << 7,     /* likewise: its port is closed */
    RECORD_EXTENSIONS_CUT = 1 << 8, /* more objects than a record has room for, or a broken one */
    RECORD_UNANSWERED =
        1 << 15, /* no reply: represents an unanswered probe of a ping, for formats that contain these; it
                    has no name in any format */
};

enum {
    RECORD_FLAGS = 9,
};

/* Unknown values: empty in CSV, null in JSON. They are never replaced by a guess. */
#define RECORD_NO_TIME 0ULL
#define RECORD_NO_RTT  UINT32_MAX
#define RECORD_NO_SIZE 0
#define RECORD_NO_TOS  UINT16_MAX

/* The names of the flags in every format, indexed by the number of their bit. */
extern const char *const record_flag_names[RECORD_FLAGS];

/* A reply. An entry of an MPLS label stack is as on the wire (RFC 3032): label 20 bits, TC 3, S 1, TTL 8. */
struct record {
    uint64_t time_us; /* arrival, Unix epoch; RECORD_NO_TIME: unknown */
    struct address responder;
    struct address target_address; /* the quoted destination */
    struct address source;         /* the address to which the reply came */
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
    uint16_t src_port, dst_port;      /* of the probe as it arrived; for ICMP the identifier and 0 */
    uint16_t probe_size, reply_size;  /* total lengths; RECORD_NO_SIZE: unknown */
    uint16_t reply_ip_id, quoted_tos; /* RECORD_NO_TOS: nothing was quoted */
    uint16_t next_hop_mtu; /* with Fragmentation Needed or Packet Too Big; RECORD_NO_SIZE: unknown */
    uint16_t round;        /* if a path is traced repeatedly; counts from 0 */
    uint16_t shard;        /* if the survey is divided; else 0 */
    uint8_t objects_length;
    union {
        uint32_t labels[RECORD_EXTENSION_SIZE / sizeof(uint32_t)]; /* at most RECORD_MAX_LABELS */
        /* Other objects follow the labels, as on the wire (RFC 4884): record_objects(). */
        uint8_t extension[RECORD_EXTENSION_SIZE];
    };
};

/* record_objects() returns the extension objects other than label stacks, `objects_length` bytes. If they are
 * cut, the last one ends before the length in its header. */
static inline const uint8_t *record_objects(const struct record *record)
{
    return record->extension + record->label_count * sizeof(record->labels[0]);
}

static inline bool record_has_rtt(const struct record *record)
{
    return record->rtt_us != RECORD_NO_RTT;
}

/* record_reaches() returns whether the target itself answered. Its address alone does not show that, because
 * a router on the path may have it too, and lets TTLs expire like any other router. */
static inline bool record_reaches(const struct record *record)
{
    return address_equal(record->responder, record->target_address) &&
           !icmp_is_time_exceeded(address_family(record->responder), record->icmp_type);
}

/* record_is_of_hop() returns whether the sender let the probe's TTL expire, and so is the hop at that TTL.
 * For Time Exceeded, only code 0 counts: code 1 comes from a host that reassembles fragments, which may be
 * anywhere. */
static inline bool record_is_of_hop(const struct record *record)
{
    return icmp_is_expired(address_family(record->responder), record->icmp_type, record->icmp_code);
}

_Static_assert(offsetof(struct record, labels) + sizeof(uint64_t) <= sizeof(struct record),
               "eight bytes from any number on belong to the record (column_load())");
_Static_assert(sizeof(struct record) == 128, "a record is two cache lines");
