// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers on their way from receivers to the strategies that learn from them: a ring for each receiver and
 * sender.
 *
 *              sender 0   sender 1   sender 2          owner of an answer = its target mod senders
 *   receiver 0   ring       ring       ring
 *   receiver 1   ring       ring       ring            a receiver fills its row,
 *                  |          |          |             a sender empties its column before it asks for probes
 *               strategy   strategy   strategy
 *
 * Nobody waits for anybody: an answer that finds its ring full is counted and gone. A sender whose strategy
 * is done closes its column: what comes after is no loss, and counted apart. So that, once all threads have
 * ended,
 *
 *   answers = heard + full + after_end
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/spsc_ring.h"
#include "strategy/strategy.h"

/* What a receiver counts; readable from any thread. */
struct answer_counters {
    _Alignas(CACHE_LINE) counter_t answers; /* for a strategy */
    counter_t full;                         /* their ring was */
    counter_t after_end;                    /* their strategy was done */
};

/* What a sender counts, likewise. */
struct answer_column {
    _Alignas(CACHE_LINE) counter_t heard;
    _Atomic bool closed;
};

struct answer_rings {
    unsigned receivers, senders;
    struct spsc_ring *rings; /* a receiver's behind each other */
    struct answer_counters *rows;
    struct answer_column *columns;
};

struct answer_totals {
    uint64_t answers, heard, full, after_end;
};

/*
 * answer_rings_open() makes rings of `capacity` answers each, a power of two. 0 or a negative errno;
 * answer_rings_close() is right after every outcome, once all threads have ended.
 */
int answer_rings_open(struct answer_rings *rings, unsigned receivers, unsigned senders, uint64_t capacity);
void answer_rings_close(struct answer_rings *rings);

/* answer_rings_capacity() is a good one. */
uint64_t answer_rings_capacity(unsigned receivers, unsigned senders);

/* answer_rings_push() hands an answer to the owner of its target, for the thread of `receiver`. */
void answer_rings_push(struct answer_rings *rings, unsigned receiver, const struct answer *answer);

/* answer_rings_take() tells `strategy` what has come for `sender`, on that sender's thread. It returns in
 * finite time, however fast receivers are. answer_rings_end() says that it takes no more. */
void answer_rings_take(struct answer_rings *rings, unsigned sender, struct strategy *strategy);
void answer_rings_end(struct answer_rings *rings, unsigned sender);

/* answer_rings_filled() says how full the fullest ring is, 0 … 1. Safe from every thread. */
double answer_rings_filled(const struct answer_rings *rings);

/* answer_rings_totals() adds up what became of all answers so far. Those still in rings have come after the
 * end, where `ended` says that all threads have. */
void answer_rings_totals(const struct answer_rings *rings, bool ended, struct answer_totals *out);
