// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * From a decoded reply to a record: which probe of this survey it answers, how long that took, and what is
 * unusual about it. No I/O, no clock, no locks; any number of threads may match with the same matcher.
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
    /* A send time has 24 bits: what seems to have taken longer than this may as well have come that much
     * before its probe was sent, by another clock. Lower, and slow replies have no RTT; higher, and captures
     * whose clock is off by more than what is left of 16.8 s have wrong ones. */
    MATCH_LONGEST_US = 15 << 20,
};

struct matcher {
    const struct targets *targets; /* NULL: a probe that is proven to be ours is one of the run */
    unsigned min_ttl, max_ttl, flows;
    uint16_t shard; /* for the records */
    uint32_t late_after_us;
    struct clock_pairing clock; /* read before the first probe is sent */
    /* To each hop, of probes in a table: their number, divided by it, is the round of their records; 0: none. */
    unsigned round_probes;
    bool sized;               /* such records have the probe's size also where no quotation tells it */
    unsigned tracked_answers; /* that count, to a probe in a table; 0: ANSWERS_MOST */
    uint64_t ended_ns;        /* CLOCK_MONOTONIC, when no probe was sent any more; 0: not known */
    struct answered
        *answered; /* shared by all receivers; NULL: nothing is remembered, all answers are first */
    struct allowance *allowance; /* likewise; NULL with `answered` */
};

/* Where an answered probe went; meaningless where its target is not to be known. */
struct match_place {
    uint64_t target, path;
};

struct match {
    struct record record;
    uint64_t target; /* index, or the owner of a tracked probe; meaningless where a survey's was rewritten */
    uint64_t arrived_ns; /* CLOCK_MONOTONIC */
    bool from_target;    /* it came from the target's address */
    bool first;          /* certainly an answer to this probe, and the first: what maps are made from */
    bool first_reach;    /* the target itself answered, for the first time */
};

/*
 * match_find() looks for the target and the path whose probe was answered, and asks for the memory that
 * match_fill() will touch. DECODE_ACCEPTED, or DECODE_REJECT_OUT_OF_SURVEY for a probe with our key that this
 * survey does not send. A rewritten probe is accepted with no target to be known.
 */
enum decode_verdict match_find(const struct matcher *matcher, const struct reply *reply,
                               struct match_place *place);

/*
 * match_fill() fills `out` for a reply that match_find() has accepted. `received_ns` is CLOCK_MONOTONIC;
 * `stamped` says that the XDP program took it. DECODE_ACCEPTED, or DECODE_EXCESS where the probe had its
 * answers before, or all of them together (allowance.h): such a reply is counted, and nothing else.
 */
enum decode_verdict match_fill(const struct matcher *matcher, const struct reply *reply,
                               const struct match_place *place, uint64_t received_ns, bool stamped,
                               struct match *out);

/* match_answer() is what a strategy learns of a match of `reply`, while both last. */
struct answer match_answer(const struct match *match, const struct reply *reply);

/* match_rtt_us() is the RTT alone, of a reply of a survey, or RECORD_NO_RTT; it counts nothing. */
uint32_t match_rtt_us(const struct matcher *matcher, const struct reply *reply, uint64_t received_ns);

/* match_reply() is both, one after the other, for replies that come one by one. */
enum decode_verdict match_reply(const struct matcher *matcher, const struct reply *reply,
                                uint64_t received_ns, bool stamped, struct match *out);
