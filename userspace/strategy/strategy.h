// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which probe comes next: one small interface, one file a strategy, one line in the table of strategy.c.
 *
 * A strategy belongs to the sender thread that asks it. `reply` alone is called by receiver threads, and must
 * hand over by atomics or a single-producer ring.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "probe.h"
#include "strategy/answer.h"
#include "target/targets.h"

struct strategy_config {
    const struct targets *targets;
    unsigned min_ttl, max_ttl, flows;
    struct siphash_key key; /* of the order */
    unsigned slice, slices; /* this sender's share: every `slices`-th position from `slice` on */
};

struct strategy {
    const struct strategy_ops *ops;
};

struct strategy_ops {
    const char *name;
    const char *help;

    /* NULL when memory is short. */
    struct strategy *(*create)(const struct strategy_config *config);
    void (*destroy)(struct strategy *strategy);

    /* next() writes up to `n` probes that are due at `now_ns` and returns how many. */
    size_t (*next)(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n);

    /* next_due() is when next() may have something again; a time in the past: now. */
    uint64_t (*next_due)(const struct strategy *strategy, uint64_t now_ns);

    /* reply() learns of an answer to a probe of its own or of another slice; NULL where replies change
     * nothing. Duplicates come too, and say so in the record's flags. */
    void (*reply)(struct strategy *strategy, const struct answer *answer);

    /* done(): nothing will be due any more. */
    bool (*done)(const struct strategy *strategy);
};

extern const struct strategy_ops strategy_exhaustive;

/* strategy_find() looks up a name; NULL where there is none. strategy_names() writes all of them for messages
 * and returns `out`. */
const struct strategy_ops *strategy_find(const char *name);
const char *strategy_names(char *out, size_t size);
