// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The progress of one sender: the state of its strategy, and the probes that it chose but did not hand over.
 * Senders may share knowledge (strategy/strategy.h), so all are held between two steps while it is saved. Private
 * to userspace/survey/.
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

/* Begins as zeros. The thread that asks owns all but `stage`. */
struct snapshot {
    _Atomic unsigned stage;
    uint64_t handed; /* number of probes handed to the backend until then */
};

/* snapshot_ask() makes the sender's thread hold between two steps. snapshot_is_held() returns true once it
 * does. snapshot_release() lets it continue, even if it is not held yet. */
void snapshot_ask(struct snapshot *self);
bool snapshot_is_held(const struct snapshot *self);
void snapshot_release(struct snapshot *self);

/* snapshot_follow() is called by the sender's thread between its steps. It returns at once where no snapshot is
 * asked for. */
void snapshot_hold(struct snapshot *self, struct sender *sender);
static inline void snapshot_follow(struct snapshot *self, struct sender *sender)
{
    if (atomic_load_explicit(&self->stage, memory_order_relaxed) == SNAPSHOT_ASKED)
        snapshot_hold(self, sender);
}

/* snapshot_take() saves a sender to `out`. The sender must be held, or its thread ended. Returns 0 or a
 * negative errno. */
int snapshot_take(struct snapshot *self, const struct sender *sender, FILE *out);

/* snapshot_has_left() returns true if all probes up to this snapshot have left or were dropped, as far as the
 * sender's backend knows. */
bool snapshot_has_left(const struct snapshot *self, const struct sender *sender);

/* snapshot_load() restores a saved sender. Its strategy must be new. Returns 0, an error of strategy_load(), or
 * -EINVAL where the saved data is damaged otherwise. */
int snapshot_load(struct sender *sender, const struct targets *targets, FILE *in);
