// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which probes were answered before, and which targets have been reached: one atomic 64-bit word of TTLs a
 * path (a target and flow) and one bit a target, shared by all receivers.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct answered {
    _Atomic uint64_t *ttls; /* NULL where memory did not allow it */
    _Atomic uint64_t *reached;
    void *memory;
    size_t memory_size;
};

/*
 * answered_init() keeps track of `targets` × `flows` paths; where their words would take more than `memory`
 * bytes, duplicates are not known (answered_tells_duplicates()). 0 or -ENOMEM.
 */
int answered_init(struct answered *answered, uint64_t targets, unsigned flows, uint64_t memory);
void answered_free(struct answered *answered);

static inline bool answered_tells_duplicates(const struct answered *answered)
{
    return answered->ttls != NULL;
}

/* answered_prefetch() asks for the memory that the two functions below will touch. */
static inline void answered_prefetch(const struct answered *answered, uint64_t path, uint64_t target)
{
    if (answered->ttls)
        __builtin_prefetch(&answered->ttls[path], 1);
    __builtin_prefetch(&answered->reached[target / 64], 1);
}

/* answered_mark() says whether `ttl` (1 … 64) of `path` was answered before, and marks it. */
bool answered_mark(struct answered *answered, uint64_t path, unsigned ttl);

/* answered_reach() says whether `target` was reached before, and marks it. */
bool answered_reach(struct answered *answered, uint64_t target);
