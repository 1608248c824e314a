// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A strategy that asks addresses, and no TTLs: one list of them again and again, then the next list.
 *
 *   plan() ──> list, sweeps ──> one probe each, a sweep every `interval` ──> answers awaited ──> plan() ──> …
 *
 * Probes must be kept in a table (packet/tracked.h): owner is the number of the address, query that of the plan, so
 * that late answers are not taken for those of the next.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strategy/strategy.h"

/* What is asked next. */
struct sweep_plan {
    const uint32_t *order; /* numbers of addresses; must last until the next plan */
    size_t count;
    unsigned sweeps;
};

enum sweep_turn {
    SWEEP_ASK, /* what the plan says */
    SWEEP_LATER, /* what was answered is not through yet: plan() is to be called again, after whatever else waits */
    SWEEP_OVER, /* there is nothing more to ask */
};

struct sweeper_ops {
    /* plan() is called when all answers of the plan before are there, or lost. It takes some tens of milliseconds at most. */
    enum sweep_turn (*plan)(void *context, struct sweep_plan *out);

    /* probe() fills in target address and lane of a probe to `number` in a sweep, from 0 on; false: none is wanted. */
    bool (*probe)(void *context, uint32_t number, unsigned sweep, struct probe *out);

    /* answer() is an answer to a probe of this plan; unsent() says that none will ever leave to `number`. */
    void (*answer)(void *context, uint32_t number, const struct answer *answer);
    void (*unsent)(void *context, uint32_t number);
};

struct sweeper_config {
    const struct sweeper_ops *ops;
    void *context;
    uint64_t interval_ns; /* from the begin of a sweep to that of the next, at least */
    uint64_t wait_ns;     /* for answers, after the last probe of a plan */
};

struct sweeper;

/* sweeper_create() makes one; NULL when memory is short. Closed by its `ops`. */
struct sweeper *sweeper_create(const struct sweeper_config *config);
struct strategy *sweeper_strategy(struct sweeper *sweeper);
