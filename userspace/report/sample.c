// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/sample.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
    FIRST_SLOTS = 1024, /* half of them stay free, so that a search ends after two or three steps */
};

int sample_open(struct sample *sample, size_t most)
{
    *sample = (struct sample){
        .slots = calloc(FIRST_SLOTS, sizeof(*sample->slots)),
        .slot_count = FIRST_SLOTS,
        .most = most,
    };
    return sample->slots ? 0 : -ENOMEM;
}

void sample_close(struct sample *sample)
{
    free(sample->slots);
    *sample = (struct sample){0};
}

static bool is_in(const struct sample *sample, uint64_t hash)
{
    return !sample->zeros || hash >> (64 - sample->zeros) == 0;
}

/* Returns the slot of `hash`, or the free one where it belongs. Uses the lower bits, because the upper ones
 * choose the sample. */
static struct sample_entry *slot_of(const struct sample *sample, uint64_t hash)
{
    size_t mask = sample->slot_count - 1, slot = hash & mask;

    while (sample->slots[slot].hash && sample->slots[slot].hash != hash)
        slot = (slot + 1) & mask;
    return &sample->slots[slot];
}

/* Moves the entries that are still in the sample to new slots. */
static int move(struct sample *sample, size_t slot_count)
{
    struct sample_entry *old = sample->slots, *slots = calloc(slot_count, sizeof(*slots));
    size_t old_count = sample->slot_count;

    if (!slots)
        return -ENOMEM;
    sample->slots = slots;
    sample->slot_count = slot_count;
    sample->count = 0;
    for (size_t i = 0; i < old_count; i++) {
        if (!old[i].hash || !is_in(sample, old[i].hash))
            continue;
        *slot_of(sample, old[i].hash) = old[i];
        sample->count++;
    }
    free(old);
    return 0;
}

/* Makes room for one more entry. */
static int make_room(struct sample *sample)
{
    if (2 * sample->count < sample->slot_count)
        return 0;
    if (sample->slot_count < 2 * sample->most)
        return move(sample, 2 * sample->slot_count);
    sample->zeros++;
    return move(sample, sample->slot_count);
}

struct sample_entry *sample_find(struct sample *sample, uint64_t hash, uint64_t fresh, int *error)
{
    struct sample_entry *entry;

    hash += !hash;
    if (!is_in(sample, hash))
        return NULL;
    entry = slot_of(sample, hash);
    if (entry->hash)
        return entry;
    *error = make_room(sample);
    if (*error || !is_in(sample, hash))
        return NULL;
    entry = slot_of(sample, hash);
    *entry = (struct sample_entry){hash, fresh};
    sample->count++;
    return entry;
}
