// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes a record from a decoded reply: which probe of this survey it answers, the RTT, and what is unusual
 * about it. No I/O, no clock, no locks; any number of threads may use the same matcher.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"
#include "engine/allowance.h"
#include "knowledge/answered.h"
#include "output/record.h"
#include "packet/reply.h"
#include "strategy/strategy.h"
#include "target/targets.h"

enum {
    /* A send time has 24 bits. A reply that seems to have taken longer than this may as well have arrived
     * before its probe was sent, by another clock. Lower, and slow replies have no RTT. Higher, and captures
     * whose clock is off by more than the rest of 16.8 s get wrong RTTs. */
    MATCH_LONGEST_US = 15 << 20,
};

struct matcher {
    const struct targets *targets; /* NULL: every probe that is proven to be ours belongs to this run */
    unsigned min_ttl, max_ttl, flows;
    uint16_t shard; /* copied into records */
    uint32_t late_after_us;
    struct clock_pairing clock; /* read before the first probe is sent */
    /* Tracked probes: the number of probes per hop and round. The round of a record is its probe's number
     * divided by this; 0: no rounds. */
    unsigned round_probes;
    bool sized; /* records of tracked probes have the probe's size even if no quotation contains it */
    unsigned tracked_answers; /* answers that count per tracked probe; 0: ANSWERS_MOST */
    uint64_t ended_ns;        /* CLOCK_MONOTONIC, when the last probe had been sent; 0: not known */
    struct answered
        *answered; /* shared by all receivers; NULL: nothing is remembered, every answer is a first one */
    struct allowance *allowance; /* shared by all receivers; NULL if `answered` is NULL */
};

/* Target and path of an answered probe; undefined if the target cannot be known. */
struct match_place {
    uint64_t target, path;
};

struct match {
    struct record record;
    uint64_t target; /* index, or the owner of a tracked probe; undefined for a rewritten probe of a survey */
    uint64_t arrived_ns; /* CLOCK_MONOTONIC */
    bool from_target;    /* the reply came from the target's address */
    bool first;          /* certainly an answer to this probe, and the first one: maps are made from these */
    bool first_reach;    /* the target itself answered, for the first time */
};

/*
 * match_find() looks up the target and the path of the probe that was answered, and prefetches the memory
 * that match_fill() will touch. Returns DECODE_ACCEPTED, or DECODE_REJECT_OUT_OF_SURVEY for a probe with our
 * key that this survey does not send. A rewritten probe is accepted even if its target cannot be known.
 */
enum decode_verdict match_find(const struct matcher *matcher, const struct reply *reply,
                               struct match_place *place);

/*
 * match_fill() fills `out` for a reply that match_find() has accepted. `received_ns` is CLOCK_MONOTONIC;
 * `stamped` means that the XDP program took the time. Returns DECODE_ACCEPTED, or DECODE_EXCESS if the probe,
 * or all probes together (allowance.h), already got all the answers allowed: such a reply is counted, and has
 * no other effect.
 */
enum decode_verdict match_fill(const struct matcher *matcher, const struct reply *reply,
                               const struct match_place *place, uint64_t received_ns, bool stamped,
                               struct match *out);

/* match_answer() returns what a strategy learns from a match of `reply`; valid while both exist. */
struct answer match_answer(const struct match *match, const struct reply *reply);

/* match_rtt_us() returns only the RTT of a survey's reply, or RECORD_NO_RTT; it counts nothing. */
uint32_t match_rtt_us(const struct matcher *matcher, const struct reply *reply, uint64_t received_ns);

/* match_reply() calls match_find(), then match_fill(), for replies that come one by one. */
enum decode_verdict match_reply(const struct matcher *matcher, const struct reply *reply,
                                uint64_t received_ns, bool stamped, struct match *out);
