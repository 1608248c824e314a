// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A strategy that probes addresses, not TTLs: one list of addresses several times, then the next list.
 *
 *   plan() ──> list, sweeps ──> one probe each, a sweep every `interval` ──> answers awaited ──> plan() ──> …
 *
 * Probes must be kept in a table (packet/tracked.h): `owner` is the number of the address, `query` the number
 * of the plan, so that late answers are not taken for answers to the next plan.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strategy/strategy.h"

/* What to probe next. */
struct sweep_plan {
    const uint32_t *order; /* numbers of addresses; must exist until the next plan */
    size_t count;
    unsigned sweeps;
};

enum sweep_turn {
    SWEEP_ASK,   /* probe what the plan contains */
    SWEEP_LATER, /* answers are still being processed: call plan() again, after any other work that waits */
    SWEEP_OVER,  /* there is nothing more to probe */
};

struct sweeper_ops {
    /* plan() is called when all answers to the plan before have come, or are lost. It takes at most some tens
     * of milliseconds. */
    enum sweep_turn (*plan)(void *context, struct sweep_plan *out);

    /* probe() fills in the target address and the lane of a probe to `number` in a sweep, counted from 0.
     * Returns false if no probe is wanted. */
    bool (*probe)(void *context, uint32_t number, unsigned sweep, struct probe *out);

    /* answer() gets an answer to a probe of this plan; unsent() is called if no probe to `number` can ever
     * leave. */
    void (*answer)(void *context, uint32_t number, const struct answer *answer);
    void (*unsent)(void *context, uint32_t number);
};

struct sweeper_config {
    const struct sweeper_ops *ops;
    void *context;
    uint64_t interval_ns; /* from the start of a sweep to the start of the next, at least */
    uint64_t wait_ns;     /* for answers, after the last probe of a plan */
};

struct sweeper;

/* sweeper_create() creates a sweeper; NULL if memory is short. It is closed by the strategy's `ops`. */
struct sweeper *sweeper_create(const struct sweeper_config *config);
struct strategy *sweeper_strategy(struct sweeper *sweeper);
