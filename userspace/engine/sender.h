// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way of a probe out: strategy -> blocklist, ways -> pacer -> TX backend, and of answers to the strategy.
 * One sender belongs to one thread, and its strategy to it; survey runs it in a loop of its own, other
 * commands may call sender_step() from theirs.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "engine/answer_rings.h"
#include "send/pacer.h"
#include "send/tx.h"
#include "strategy/strategy.h"
#include "target/address_set.h"

enum {
    /* Probes of a survey that share one reading of the clock. More, and the time it takes to send them, 30 µs
     * at 2 M/s, shows in the RTTs: twice as many send 1 % faster. Fewer, and each system call carries too
     * little: half as many send 2 to 4 % slower (docs/performance.md). */
    SENDER_BATCH = 64,
    SENDER_BATCH_MAX = 1024, /* for benchmarks */
};

struct sender_counters {
    counter_t generated; /* handed to the backend, or one of the others */
    counter_t blocked;
    counter_t no_way;
    counter_t waits;       /* times that a probe might have left at once (`prompt`), and there was none */
    _Atomic uint64_t left; /* probes that are not generated yet, or STRATEGY_LEFT_UNKNOWN */
};

struct sender {
    struct strategy *strategy;
    struct answer_rings *answers; /* NULL: the strategy hears none, or the receiver tells it */
    unsigned number;              /* this sender's column of them */
    struct tx *tx;
    unsigned batch; /* probes that share one reading of the clock, 1 … SENDER_BATCH_MAX; 0: SENDER_BATCH */
    bool prompt;    /* probes are chosen when they may leave and not ahead of it: their strategy learns, and
                       waits for answers from then on, or bounds when they leave */
    const struct address_set *blocklist; /* NULL: none */
    const struct address_set *withheld;  /* addresses to which no way leads; NULL: none */
    bool limited;                        /* no more probes than so many are sent: */
    uint64_t allowed;                    /* and have not been chosen yet */
    struct pacer pacer;
    struct probe
        ready[SENDER_BATCH_MAX]; /* chosen and not blocked, from `first` up to `last` still to send */
    unsigned first, last;
    struct sender_counters counters; /* readable from any thread */
};

enum sender_state {
    SENDER_BUSY, /* call again at once */
    SENDER_FULL, /* as busy, but it is the device that has to do something first: let others run */
    SENDER_IDLE, /* nothing is due before sender_next_due() */
    SENDER_DONE, /* every probe has left */
};

/* sender_open() is called once strategy and backend are set: the one hears of what the other drops, and the
 * counters tell what is left before the first step. */
void sender_open(struct sender *sender);

/* sender_owe() has the first `count` probes of `ready`, which an earlier run chose and did not send, sent before
 * all others; before the first step, once blocklist and strategy are set. */
void sender_owe(struct sender *sender, unsigned count);

/*
 * sender_step() tells the strategy of answers, and sends what is due at `now_ns`, which is also the send time
 * of these probes: read the clock immediately before. Returns an enum sender_state, or the negative errno of
 * the backend (-ENETDOWN: call again later).
 */
int sender_step(struct sender *sender, uint64_t now_ns);

/* sender_suspend() is called while nothing is to leave: the strategy hears what has come, and has what it chose
 * back. One that does not care (strategy.h: unsent) finds it sent afterwards. sender_lose_link() does so where the link
 * is down: probes that have left may be lost, and answers to them, so what waits for one is asked again. */
void sender_suspend(struct sender *sender);
void sender_lose_link(struct sender *sender);

/* sender_leave_out() puts another blocklist in the place of the one before; NULL: none. What was chosen and
 * is on it does not leave, and counts as blocked. The list before is not looked at any more. */
void sender_leave_out(struct sender *sender, const struct address_set *blocklist);

/* sender_end() says that no step follows: answers that come later are for nobody. */
void sender_end(struct sender *sender);

/* sender_has_ended() says whether the backend has been given every probe. */
bool sender_has_ended(const struct sender *sender);

/* sender_was_limited() says whether that ended it, and not the strategy. */
bool sender_was_limited(const struct sender *sender);

uint64_t sender_next_due(const struct sender *sender, uint64_t now_ns);
