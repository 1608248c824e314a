// SPDX-License-Identifier: GPL-2.0-or-later
/* The answer to a probe, and what it shows about the probe's way. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"

/* Everything from which a strategy learns, in one cache line, because rings hold many of them. */
struct answer {
    uint64_t target;     /* index, or the owner of a probe that is kept in a table */
    uint64_t arrived_ns; /* CLOCK_MONOTONIC */
    struct address responder;
    const struct record *record; /* for printers, valid during reply(); NULL in rings */
    uint32_t rtt_us;             /* RECORD_NO_RTT: unknown */
    uint16_t flow;
    uint16_t query; /* of a probe that is kept in a table */
    uint16_t flags; /* enum record_flag */
    uint8_t ttl;    /* of its probe as it was sent */
    uint8_t quoted_ttl, reply_ttl;
    uint8_t icmp_type, icmp_code;
    bool from_target;  /* it came from the target's address */
    bool solicited;    /* the reply that its probe asks for, from the right sender: an Echo Reply, a SYN-ACK
                       * or RST, or for UDP Port Unreachable */
    bool copied_ip_id; /* equal to its probe's IP ID; the probe is kept in a table */
};

_Static_assert(sizeof(struct answer) == 64, "an answer is one cache line");

/* answer_of() returns the part of an answer that its record contains. The answer points to the record. */
static inline struct answer answer_of(const struct record *record)
{
    return (struct answer){
        .responder = record->responder,
        .record = record,
        .rtt_us = record->rtt_us,
        .flow = record->flow,
        .flags = record->flags,
        .ttl = record->probe_ttl,
        .quoted_ttl = record->quoted_ttl,
        .reply_ttl = record->reply_ttl,
        .icmp_type = record->icmp_type,
        .icmp_code = record->icmp_code,
    };
}

static inline bool answer_has_rtt(const struct answer *answer)
{
    return answer->rtt_us != RECORD_NO_RTT;
}

enum answer_meaning {
    ANSWER_ON_THE_WAY, /* the probe came as far as the responder, and would have gone on */
    ANSWER_REFUSED,    /* a router refused to forward it */
    ANSWER_REJECTED,   /* it came to the target's address, which sent an error: no answer, but the end */
    ANSWER_ARRIVED,    /* the target received it, and answers */
};

/*
 * answer_meaning() classifies an answer. Time Exceeded is no end, even from the target's address: where a
 * router forwards that address elsewhere, routers behind it have the address, too. Any other error ends the
 * way and is no answer, except Port Unreachable. That is all that UDP gets from a host, from any of its
 * addresses. Firewalls send it as well, so an address that answered as a router before does not count as the
 * target (path_reached()).
 */
enum answer_meaning answer_meaning(const struct answer *answer);

/* answer_is_error() returns true for an error that ends the way: a probe's sender still has no answer. */
static inline bool answer_is_error(enum answer_meaning meaning)
{
    return meaning == ANSWER_REFUSED || meaning == ANSWER_REJECTED;
}

/* answer_reached() returns true if the probe came to the target. */
static inline bool answer_reached(enum answer_meaning meaning)
{
    return meaning == ANSWER_REJECTED || meaning == ANSWER_ARRIVED;
}

/*
 * answer_distance() returns the distance of the end of the way that answered. Errors quote the TTL with which
 * the probe arrived. The way is shorter than the probe's first TTL by as much as the quoted one is above 1.
 */
static inline uint8_t answer_distance(const struct answer *answer)
{
    if (answer->quoted_ttl < 1 || answer->quoted_ttl > answer->ttl)
        return answer->ttl;
    return (uint8_t)(answer->ttl - answer->quoted_ttl + 1);
}
