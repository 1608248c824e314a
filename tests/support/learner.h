// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A strategy that learns: it goes from hop to hop, and sends the probe of the next TTL only after the one
 * before was answered. It repeats lost probes. As any strategy it is one file and its `ops`.
 */
#pragma once

#include "strategy/strategy.h"

enum {
    LEARNER_MAX_TTL = 16,
};

struct learner_options {
    uint64_t patience_ns; /* for an answer, until the probe is sent again */
};

extern const struct strategy_ops strategy_learner;

/* What it has found out about one of its targets. */
struct learner_path {
    struct address responders[LEARNER_MAX_TTL + 1]; /* by TTL */
    unsigned length;                                /* where the target is */
    bool blocked;
};

/* learner_path() returns what it knows about target number `index` of its slice. learner_faults() counts what
 * must not happen: answers to targets of another slice, and calls from another thread than the one that asked
 * first. */
const struct learner_path *learner_path(const struct strategy *strategy, uint64_t index);
unsigned learner_faults(const struct strategy *strategy);
