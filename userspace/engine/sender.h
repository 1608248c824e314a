// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way of a probe out: strategy -> blocklist, ways -> pacer -> TX backend; and of answers to the strategy.
 * One sender and its strategy belong to one thread. A survey runs each sender in a loop of its own; other
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
    /* Probes of a survey that share one reading of the clock. If higher, the time it takes to send them, 30
     * µs at 2 M/s, shows in the RTTs: twice as many send 1 % faster. If lower, each system call sends too
     * few: half as many send 2 to 4 % slower (docs/performance.md). */
    SENDER_BATCH = 64,
    SENDER_BATCH_MAX = 1024, /* for benchmarks */
};

struct sender_counters {
    counter_t generated; /* handed to the backend, or counted in `blocked` or `no_way` */
    counter_t blocked;
    counter_t no_way;
    counter_t waits; /* times when a probe could have left at once (`prompt`) and the strategy had none */
    _Atomic uint64_t left; /* probes not generated yet, or STRATEGY_LEFT_UNKNOWN */
};

struct sender {
    struct strategy *strategy;
    struct answer_rings *answers; /* NULL: the strategy wants no answers, or the receiver passes them to it */
    unsigned number;              /* this sender's column of them */
    struct tx *tx;
    unsigned batch; /* probes that share one reading of the clock, 1 … SENDER_BATCH_MAX; 0: SENDER_BATCH */
    bool prompt;    /* probes are chosen when they may leave, not ahead of time: because their strategy
                       learns, and either waits for answers from then on, or limits when they leave */
    const struct address_set *blocklist; /* NULL: none */
    const struct address_set *withheld;  /* addresses that no way leads to; NULL: none */
    bool limited;                        /* no more than `allowed` further probes are chosen */
    uint64_t allowed;                    /* probes that may still be chosen */
    bool suspended, lost_link;           /* since the last step */
    struct pacer pacer;
    struct probe
        ready[SENDER_BATCH_MAX]; /* chosen and not blocked; `first` up to `last` are still to be sent */
    unsigned first, last;
    struct sender_counters counters; /* may be read from any thread */
};

enum sender_state {
    SENDER_BUSY, /* call again at once */
    SENDER_FULL, /* as SENDER_BUSY, but the device must act first: let other threads run */
    SENDER_IDLE, /* nothing is due before sender_next_due() */
    SENDER_DONE, /* every probe has left */
};

/* sender_open() must be called once strategy and backend are set. It connects them, so that the strategy
 * hears of probes that the backend drops, and sets the counter of probes left before the first step. */
void sender_open(struct sender *sender);

/* sender_owe() makes the sender first send the first `count` probes of `ready`, which an earlier run chose
 * and did not send. Call it before the first step, once blocklist and strategy are set. */
void sender_owe(struct sender *sender, unsigned count);

/*
 * sender_step() passes answers to the strategy, and sends what is due at `now_ns`, which becomes the send
 * time of these probes: read the clock immediately before. Returns an enum sender_state, or the negative
 * errno of the backend (-ENETDOWN: call again later).
 */
int sender_step(struct sender *sender, uint64_t now_ns);

/*
 * sender_suspend() is called while nothing may leave. The strategy gets the answers that have come, and takes
 * back the probes that it chose. A strategy that does not take them back (strategy.h: unsent) finds them sent
 * later. The next step tells the strategy which probes still wait in the backend: they leave from then on.
 *
 * sender_lose_link() does the same when the link is down: probes that have left, or their answers, may be lost.
 * So the strategy then asks again where it waits for an answer, but not for those that still leave.
 */
void sender_suspend(struct sender *sender);
void sender_lose_link(struct sender *sender);

/* sender_leave_out() replaces the blocklist; NULL: none. Probes that are chosen already and are on it do not
 * leave, and count as blocked. The old list is not used any more. */
void sender_leave_out(struct sender *sender, const struct address_set *blocklist);

/* sender_end() is called after the last step: later answers are not delivered. */
void sender_end(struct sender *sender);

/* sender_has_ended() returns whether the backend has been given every probe. */
bool sender_has_ended(const struct sender *sender);

/* sender_was_limited() returns whether the limit ended the sender, not the strategy. */
bool sender_was_limited(const struct sender *sender);

uint64_t sender_next_due(const struct sender *sender, uint64_t now_ns);
