// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How far one sender has come: what its strategy knows, and the probes that it chose and did not hand over. Senders
 * may share what they know (strategy/strategy.h), so all of them are held between two steps while it is saved.
 * Private to userspace/survey/.
 *
 *   checkpoint thread   snapshot_ask() ──> all held ──> snapshot_take() each ──> snapshot_release()
 *   sender thread            └──> snapshot_follow(): waits ─────────────────────────────┘
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/sender.h"

enum snapshot_stage {
    SNAPSHOT_NONE,
    SNAPSHOT_ASKED,
    SNAPSHOT_HELD, /* the sender waits, between two steps */
};

/* Begins as zeros. All but `stage` belongs to the one that asks. */
struct snapshot {
    _Atomic unsigned stage;
    uint64_t handed; /* probes that the backend had been given until then */
};

/* snapshot_ask() has the sender held as soon as its thread comes to it, snapshot_is_held() tells whether it is,
 * snapshot_release() lets it go on, also where it is not held yet. */
void snapshot_ask(struct snapshot *self);
bool snapshot_is_held(const struct snapshot *self);
void snapshot_release(struct snapshot *self);

/* snapshot_follow() is called by the sender's thread between its steps; it returns at once where nobody asks. */
void snapshot_hold(struct snapshot *self, struct sender *sender);
static inline void snapshot_follow(struct snapshot *self, struct sender *sender)
{
    if (atomic_load_explicit(&self->stage, memory_order_relaxed) == SNAPSHOT_ASKED)
        snapshot_hold(self, sender);
}

/* snapshot_take() saves a sender that is held, or whose thread has ended, to `out`. 0 or a negative errno. */
int snapshot_take(struct snapshot *self, const struct sender *sender, FILE *out);

/* snapshot_has_left() tells whether all probes up to this snapshot have left, or were dropped, for all that the
 * sender's backend knows. */
bool snapshot_has_left(const struct snapshot *self, const struct sender *sender);

/* snapshot_load() brings a sender with a new strategy to where one was saved. 0, or as of strategy_load(), and
 * -EINVAL where it is damaged otherwise. */
int snapshot_load(struct sender *sender, const struct targets *targets, FILE *in);
