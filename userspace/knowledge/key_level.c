// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/key_level.h"

#include <stdlib.h>

#include "base/counter.h"
#include "base/pages.h"

_Static_assert(KEY_LINE_WORDS * sizeof(uint64_t) == CACHE_LINE, "a line of words is a cache line");

static size_t bytes_of(const struct key_level *level)
{
    return level->lines * CACHE_LINE;
}

struct key_level *key_level_create(uint64_t lines)
{
    struct key_level *level = calloc(1, sizeof(*level));

    if (!level)
        return NULL;
    level->lines = lines;
    level->words = level->memory = pages_map_as_filled(bytes_of(level));
    atomic_init(&level->left_era, UINT64_MAX);
    if (!level->words) {
        free(level);
        return NULL;
    }
    return level;
}

void key_level_unmap(struct key_level *level)
{
    pages_unmap(level->memory, bytes_of(level));
    level->memory = NULL;
}

void key_level_destroy(struct key_level *level)
{
    key_level_unmap(level);
    free(level);
}

/* The word at the end of a way, which was free: takes it, or finds out what it has become. */
static uint64_t take_free(_Atomic uint64_t *place, uint64_t put)
{
    uint64_t found = 0;

    if (put)
        atomic_compare_exchange_strong_explicit(place, &found, put, memory_order_acq_rel,
                                                memory_order_acquire);
    return found;
}

static enum key_outcome visit_word(_Atomic uint64_t *place, uint64_t key_bits, uint64_t *word, uint64_t put)
{
    uint64_t found = atomic_load_explicit(place, memory_order_acquire);

    if (!found)
        found = take_free(place, put);
    if (!found)
        return !put ? KEY_ABSENT : put == KEY_SEALED ? KEY_LEFT : KEY_ADDED;
    if (found == KEY_SEALED)
        return KEY_LEFT;
    if ((found ^ *word) & key_bits)
        return KEY_ANOTHER;
    *word = found;
    return KEY_FOUND;
}

enum key_outcome key_level_visit(struct key_level *level, uint64_t hash, uint64_t key_bits, uint64_t *word,
                                 uint64_t put)
{
    size_t at = key_level_at(level, hash), end = level->lines * KEY_LINE_WORDS;
    enum key_outcome outcome = KEY_ANOTHER;

    for (uint64_t lines = 0; lines < level->lines && outcome == KEY_ANOTHER; lines++) {
        for (unsigned i = 0; i < KEY_LINE_WORDS && outcome == KEY_ANOTHER; i++)
            outcome = visit_word(&level->words[at + (hash + i) % KEY_LINE_WORDS], key_bits, word, put);
        at = at + KEY_LINE_WORDS < end ? at + KEY_LINE_WORDS : 0;
    }
    return outcome;
}

uint64_t key_level_seal(struct key_level *level, uint64_t place)
{
    uint64_t found = take_free(&level->words[place], KEY_SEALED);

    return found == KEY_SEALED ? 0 : found;
}
