// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/answered.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/pages.h"

int answered_init(struct answered *answered, uint64_t targets, unsigned flows, uint64_t memory)
{
    uint64_t reached_words = targets / 64 + 1;
    uint64_t ttl_words = targets * flows <= memory / sizeof(uint64_t) ? targets * flows : 0;

    answered->memory_size = (reached_words + ttl_words) * sizeof(uint64_t);
    answered->memory = pages_map(answered->memory_size);
    if (!answered->memory) {
        *answered = (struct answered){0};
        return -ENOMEM;
    }
    answered->reached = answered->memory;
    answered->ttls = ttl_words ? answered->reached + reached_words : NULL;
    return 0;
}

void answered_free(struct answered *answered)
{
    pages_unmap(answered->memory, answered->memory_size);
    *answered = (struct answered){0};
}

static bool set_bit(_Atomic uint64_t *word, unsigned bit)
{
    uint64_t mask = 1ULL << bit;

    /* Most replies to a target that answers itself are repetitions: a load is cheaper than a locked
     * instruction. */
    if (atomic_load_explicit(word, memory_order_relaxed) & mask)
        return true;
    return atomic_fetch_or_explicit(word, mask, memory_order_relaxed) & mask;
}

bool answered_mark(struct answered *answered, uint64_t path, unsigned ttl)
{
    return answered->ttls && set_bit(&answered->ttls[path], ttl - 1);
}

bool answered_reach(struct answered *answered, uint64_t target)
{
    return set_bit(&answered->reached[target / 64], target % 64);
}
