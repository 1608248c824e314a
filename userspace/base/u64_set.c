// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/u64_set.h"

#include <errno.h>
#include <stdlib.h>

#include "mix.h"

enum { FIRST_SLOTS = 1024 };

/* Half of the slots stay free, so that a search ends after two or three steps. */
static size_t keys_for(size_t slot_count)
{
    return slot_count / 2;
}

/* Returns the slot that contains `key`, or the free one where it belongs. */
static size_t find_slot(const uint32_t *slots, size_t slot_count, const uint64_t *keys, uint64_t key)
{
    size_t slot = mix64(key) & (slot_count - 1);

    while (slots[slot] && keys[slots[slot] - 1] != key)
        slot = (slot + 1) & (slot_count - 1);
    return slot;
}

static int grow(struct u64_set *set)
{
    size_t slot_count = set->slot_count ? 2 * set->slot_count : FIRST_SLOTS;
    uint64_t *keys;
    uint32_t *slots;

    if (keys_for(slot_count) > UINT32_MAX / 2 + 1UL)
        return -ENOMEM;
    keys = realloc(set->keys, keys_for(slot_count) * sizeof(*keys));
    if (!keys)
        return -ENOMEM;
    set->keys = keys;
    slots = calloc(slot_count, sizeof(*slots));
    if (!slots)
        return -ENOMEM;
    for (size_t i = 0; i < set->count; i++)
        slots[find_slot(slots, slot_count, keys, keys[i])] = (uint32_t)i + 1;
    free(set->slots);
    set->slots = slots;
    set->slot_count = slot_count;
    return 0;
}

int u64_set_add(struct u64_set *set, uint64_t key)
{
    size_t slot;

    if (set->count == keys_for(set->slot_count)) {
        if (u64_set_contains(set, key))
            return 0;
        if (grow(set))
            return -ENOMEM;
    }
    slot = find_slot(set->slots, set->slot_count, set->keys, key);
    if (set->slots[slot])
        return 0;
    set->keys[set->count++] = key;
    set->slots[slot] = (uint32_t)set->count;
    return 1;
}

bool u64_set_contains(const struct u64_set *set, uint64_t key)
{
    return set->count && set->slots[find_slot(set->slots, set->slot_count, set->keys, key)];
}

bool u64_set_find(const struct u64_set *set, uint64_t key, size_t *index)
{
    if (!u64_set_contains(set, key))
        return false;
    *index = set->slots[find_slot(set->slots, set->slot_count, set->keys, key)] - 1;
    return true;
}

void u64_set_free(struct u64_set *set)
{
    free(set->keys);
    free(set->slots);
    *set = (struct u64_set){0};
}
