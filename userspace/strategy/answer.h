// SPDX-License-Identifier: GPL-2.0-or-later
/* What came back for a probe, and what that says about its way. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"

/* All that a strategy learns from, in one cache line: rings are full of them. */
struct answer {
    uint64_t target;     /* index, or the owner of a probe that is kept in a table */
    uint64_t arrived_ns; /* CLOCK_MONOTONIC */
    struct address responder;
    const struct record *record; /* for those who show it, while reply() lasts; NULL in rings */
    uint32_t rtt_us;             /* RECORD_NO_RTT: unknown */
    uint16_t flow;
    uint16_t query; /* of a probe that is kept in a table */
    uint16_t flags; /* enum record_flag */
    uint8_t ttl;    /* with which its probe was sent */
    uint8_t quoted_ttl, reply_ttl;
    uint8_t icmp_type, icmp_code;
    bool from_target; /* it came from the target's address */
    bool solicited;   /* what its probe asked for, if from whom it should: an Echo Reply, a SYN-ACK or RST, by
                       * UDP that the port is unreachable */
    bool copied_ip_id; /* its IP ID is that of its probe, which is kept in a table */
};

_Static_assert(sizeof(struct answer) == 64, "an answer is one cache line");

/* answer_of() is as much of an answer as stands in its record, which it leads to. */
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
    ANSWER_ON_THE_WAY, /* the probe came so far, and would have gone on */
    ANSWER_REFUSED,    /* a router does not let it go on */
    ANSWER_REJECTED,   /* it came to the target's address, which sent an error: no answer, but the end */
    ANSWER_ARRIVED,    /* the target has it, and answers */
};

/*
 * answer_meaning(): Time Exceeded is no end, not even from the target's address: routers behind one that
 * forwards it to elsewhere have it, too. Any other error ends the way and answers nothing, but for Port
 * Unreachable, which is all that UDP gets from a host, from whichever of its addresses. Firewalls say that as
 * well: one who answered as a router before is none (path_reached()).
 */
enum answer_meaning answer_meaning(const struct answer *answer);

/* answer_is_error() says whether it is an error that ends the way: whoever waits for an answer has none. */
static inline bool answer_is_error(enum answer_meaning meaning)
{
    return meaning == ANSWER_REFUSED || meaning == ANSWER_REJECTED;
}

/* answer_reached() says whether the probe came to the target. */
static inline bool answer_reached(enum answer_meaning meaning)
{
    return meaning == ANSWER_REJECTED || meaning == ANSWER_ARRIVED;
}

/*
 * answer_distance() is how far away the end of the way is that answered. Errors quote with which TTL the probe
 * came: by as much as that was above 1, the way was shorter than its first TTL would have led.
 */
static inline uint8_t answer_distance(const struct answer *answer)
{
    if (answer->quoted_ttl < 1 || answer->quoted_ttl > answer->ttl)
        return answer->ttl;
    return (uint8_t)(answer->ttl - answer->quoted_ttl + 1);
}
