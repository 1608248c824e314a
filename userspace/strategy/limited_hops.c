// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/limited_hops.h"

#include <errno.h>
#include <stdlib.h>

#include "mix.h"
#include "strategy/state.h"

enum {
    LIMITED_REACH = 32, /* entries that a search looks at */
    LIMITED_NUMBERS = 6,
};

static struct limited_entry *entry_at(struct limited_hops *hops, uint32_t node, uint32_t step)
{
    return &hops->entries[((uint32_t)mix64(node) + step) % LIMITED_ROOM];
}

static struct limited_entry *find(struct limited_hops *hops, uint32_t node)
{
    for (uint32_t i = 0; i < LIMITED_REACH; i++) {
        struct limited_entry *entry = entry_at(hops, node, i);
        uint32_t there = atomic_load_explicit(&entry->node, memory_order_relaxed);

        if (there == node)
            return entry;
        if (there == 0)
            return NULL;
    }
    return NULL;
}

void limited_hops_notice(struct limited_hops *hops, uint32_t node)
{
    atomic_fetch_add_explicit(&hops->count, 1, memory_order_relaxed);
    for (uint32_t i = 0; i < LIMITED_REACH; i++) {
        uint32_t there = 0;

        if (atomic_compare_exchange_strong_explicit(&entry_at(hops, node, i)->node, &there, node,
                                                    memory_order_relaxed, memory_order_relaxed) ||
            there == node)
            return;
    }
}

/* All senders store the same address. */
static void name(struct limited_entry *entry, struct address responder)
{
    if (atomic_load_explicit(&entry->named, memory_order_relaxed))
        return;
    atomic_store_explicit(&entry->high, responder.high, memory_order_relaxed);
    atomic_store_explicit(&entry->low, responder.low, memory_order_relaxed);
    atomic_store_explicit(&entry->named, true, memory_order_release);
}

void limited_hops_hear(struct limited_hops *hops, uint32_t node, struct address responder)
{
    struct limited_entry *entry = find(hops, node);

    if (!entry)
        return;
    name(entry, responder);
    atomic_fetch_add_explicit(&entry->asked, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&entry->answered, 1, memory_order_relaxed);
}

void limited_hops_miss(struct limited_hops *hops, uint32_t node)
{
    struct limited_entry *entry = find(hops, node);

    if (entry)
        atomic_fetch_add_explicit(&entry->asked, 1, memory_order_relaxed);
}

static int by_debt(const void *left, const void *right)
{
    const struct limited_hop *a = left, *b = right;
    uint64_t owed_a = a->asked - a->answered, owed_b = b->asked - b->answered;

    return owed_a != owed_b ? (owed_a < owed_b ? 1 : -1) : address_compare(a->responder, b->responder);
}

size_t limited_hops_worst(const struct limited_hops *hops, struct limited_hop *out, size_t n)
{
    struct limited_hop all[LIMITED_ROOM];
    size_t count = 0;

    for (uint32_t i = 0; i < LIMITED_ROOM; i++) {
        const struct limited_entry *entry = &hops->entries[i];

        if (atomic_load_explicit(&entry->named, memory_order_acquire))
            all[count++] = (struct limited_hop){{entry->high, entry->low}, entry->asked, entry->answered};
    }
    qsort(all, count, sizeof(all[0]), by_debt);
    if (count > n)
        count = n;
    for (size_t i = 0; i < count; i++)
        out[i] = all[i];
    return count;
}

int limited_hops_save(const struct limited_hops *hops, FILE *out)
{
    uint64_t count = hops->count;
    int error = state_put(out, &count, 1);

    for (uint32_t i = 0; !error && i < LIMITED_ROOM; i++) {
        const struct limited_entry *entry = &hops->entries[i];
        const uint64_t numbers[LIMITED_NUMBERS] = {entry->node, entry->named, entry->high,
                                                   entry->low,  entry->asked, entry->answered};

        error = state_put(out, numbers, LIMITED_NUMBERS);
    }
    return error;
}

int limited_hops_load(struct limited_hops *hops, FILE *in)
{
    uint64_t numbers[LIMITED_NUMBERS];

    if (state_get(in, numbers, 1))
        return -EINVAL;
    hops->count = numbers[0];
    for (uint32_t i = 0; i < LIMITED_ROOM; i++) {
        struct limited_entry *entry = &hops->entries[i];

        if (state_get(in, numbers, LIMITED_NUMBERS))
            return -EINVAL;
        entry->node = (uint32_t)numbers[0];
        entry->named = numbers[1] != 0;
        entry->high = numbers[2];
        entry->low = numbers[3];
        entry->asked = numbers[4];
        entry->answered = numbers[5];
    }
    return 0;
}
