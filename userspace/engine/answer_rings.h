// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Answers on their way from receivers to the strategies that learn from them: one ring per pair of receiver
 * and sender.
 *
 *              sender 0   sender 1   sender 2          owner of an answer = its target mod senders
 *   receiver 0   ring       ring       ring
 *   receiver 1   ring       ring       ring            a receiver fills its row,
 *                  |          |          |             a sender empties its column before it asks for probes
 *               strategy   strategy   strategy
 *
 * No thread waits for another: an answer that finds its ring full is counted and dropped. A sender whose
 * strategy is done closes its column; later answers are no loss, and are counted apart. So, once all threads
 * have ended,
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

/* Counted by a receiver; may be read from any thread. */
struct answer_counters {
    _Alignas(CACHE_LINE) counter_t answers; /* meant for a strategy */
    counter_t full;                         /* dropped: the ring was full */
    counter_t after_end;                    /* not delivered: the strategy was done */
};

/* Counted by a sender; may be read from any thread. */
struct answer_column {
    _Alignas(CACHE_LINE) counter_t heard;
    _Atomic bool closed;
};

struct answer_rings {
    unsigned receivers, senders;
    struct spsc_ring *rings; /* all rings of a receiver are adjacent */
    struct answer_counters *rows;
    struct answer_column *columns;
};

struct answer_totals {
    uint64_t answers, heard, full, after_end;
};

/*
 * answer_rings_open() makes rings of `capacity` answers each, a power of two. Returns 0 or a negative errno.
 * answer_rings_close() may be called after any outcome, once all threads have ended.
 */
int answer_rings_open(struct answer_rings *rings, unsigned receivers, unsigned senders, uint64_t capacity);
void answer_rings_close(struct answer_rings *rings);

/* answer_rings_capacity() returns a suitable capacity. */
uint64_t answer_rings_capacity(unsigned receivers, unsigned senders);

/* answer_rings_push() passes an answer to the sender that owns its target; called by the thread of
 * `receiver`. */
void answer_rings_push(struct answer_rings *rings, unsigned receiver, const struct answer *answer);

/* answer_rings_take() passes to `strategy` the answers that have come for `sender`, on that sender's thread.
 * It returns in finite time, however fast receivers are. answer_rings_end() closes the sender's column. */
void answer_rings_take(struct answer_rings *rings, unsigned sender, struct strategy *strategy);
void answer_rings_end(struct answer_rings *rings, unsigned sender);

/* answer_rings_filled() returns how full the fullest ring is, 0 … 1. May be called from any thread. */
double answer_rings_filled(const struct answer_rings *rings);

/* answer_rings_totals() adds up what became of all answers so far. If `ended`, which means that all threads
 * have ended, answers still in rings count as after_end. */
void answer_rings_totals(const struct answer_rings *rings, bool ended, struct answer_totals *out);
