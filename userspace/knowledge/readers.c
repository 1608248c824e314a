// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/readers.h"

void readers_join(struct readers *readers, struct reader *reader)
{
    atomic_init(&reader->era, 0);
    reader->next = atomic_load(&readers->first);
    while (!atomic_compare_exchange_weak(&readers->first, &reader->next, reader))
        continue;
    /* A thread that began an era and did not see this reader did so before this addition. So the addition
     * sees all that this thread did before. It adds 0, because a plain load may see less. */
    atomic_store(&reader->era, atomic_fetch_add(&readers->era, 0));
}

void reader_leave(struct reader *reader)
{
    atomic_store_explicit(&reader->era, UINT64_MAX, memory_order_release);
}

uint64_t readers_next_era(struct readers *readers)
{
    return atomic_fetch_add(&readers->era, 1) + 1;
}

bool readers_passed(const struct readers *readers, uint64_t era)
{
    for (struct reader *reader = atomic_load(&readers->first); reader; reader = reader->next)
        if (atomic_load_explicit(&reader->era, memory_order_acquire) < era)
            return false;
    return true;
}
