// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/allowance.h"

#include "knowledge/answered.h"

static uint64_t probes_sent(const struct allowance *allowance)
{
    uint64_t sent = allowance->probes;

    for (unsigned i = 0; allowance->sent && i < allowance->senders; i++)
        sent += counter_read(allowance->sent[i]) + ALLOWANCE_BATCH;
    return sent;
}

/* Exact even if several threads take at once. Writes nothing once all is taken. */
static bool take(_Atomic uint64_t *taken, uint64_t most)
{
    uint64_t before = atomic_load_explicit(taken, memory_order_relaxed);

    do {
        if (before >= most)
            return false;
    } while (!atomic_compare_exchange_weak_explicit(taken, &before, before + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    return true;
}

bool allowance_take_further(struct allowance *allowance, bool first_known)
{
    return take(&allowance->further, probes_sent(allowance) * (ANSWERS_MOST - first_known));
}

bool allowance_take_rewritten(struct allowance *allowance, bool first_known)
{
    uint64_t sent = probes_sent(allowance);
    uint64_t small = sent < ALLOWANCE_SMALL ? sent : ALLOWANCE_SMALL;
    uint64_t share = sent / ALLOWANCE_SHARE;

    return take(&allowance->rewritten, small > share ? small : share) &&
           allowance_take_further(allowance, first_known);
}
