// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One size of a table of keys (key_table.h): lines of eight 64-bit words, each one cache line. A word is free
 * (0), holds a key, or is sealed. It changes at most once, from free to one of the others.
 *
 *   hash: upper 32 bits -> line, proportional       lower 3 bits -> word of the line
 *
 * The search for a key begins there, goes round its line, then round each following line. A key is in the
 * first word of its search that was free when it came. So if the search reaches a free word, the key is
 * absent. If it reaches a sealed word, the key is absent too, and can never be added to this level.
 *
 * Lines are proportional to the hash, so that the keys of one line are in neighbouring lines of a larger
 * level: copying runs through both levels once, from front to end.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"

enum {
    KEY_LINE_WORDS = 8,
};

#define KEY_SEALED UINT64_MAX /* not a key */

struct key_level {
    _Alignas(CACHE_LINE) _Atomic uint64_t *words; /* a look-up reads one line of this structure */
    uint64_t lines;
    void *memory;                     /* holds `words`; NULL after it was freed */
    _Atomic(struct key_level *) next; /* a larger level, to which keys are being copied or have been copied */
    _Atomic uint64_t claimed, copied; /* lines, from the front: whose copying has begun, and whose copying
                                         is done */
    _Atomic uint64_t left_era;        /* the era from which on no reader can find this level (readers.h) */
};

enum key_outcome {
    KEY_FOUND,
    KEY_ADDED,
    KEY_ABSENT,  /* and was not to be added */
    KEY_ANOTHER, /* all words hold other keys */
    KEY_LEFT,    /* not here: in the next level or nowhere */
};

/* key_level_create() makes `lines` empty lines, at least 1, or returns NULL when memory is short. Their pages
 * come as they fill, or all at once in key_level_touch(). key_level_unmap() frees the memory of the lines,
 * key_level_destroy() everything. */
struct key_level *key_level_create(uint64_t lines);
void key_level_touch(struct key_level *level);
void key_level_unmap(struct key_level *level);
void key_level_destroy(struct key_level *level);

static inline size_t key_level_at(const struct key_level *level, uint64_t hash)
{
    return (size_t)((hash >> 32) * level->lines >> 32) * KEY_LINE_WORDS;
}

/* key_level_next() returns the level to which keys are copied; NULL: none. */
static inline struct key_level *key_level_next(const struct key_level *level)
{
    return atomic_load_explicit(&level->next, memory_order_acquire);
}

/* key_level_prefetch() prefetches the line in which the search for a key begins. */
static inline void key_level_prefetch(const struct key_level *level, uint64_t hash)
{
    __builtin_prefetch(&level->words[key_level_at(level, hash)], 1);
}

/* The free word at the end of a search: takes it, or returns what it holds by now. */
static inline uint64_t key_word_take(_Atomic uint64_t *place, uint64_t put)
{
    uint64_t found = 0;

    if (put)
        atomic_compare_exchange_strong_explicit(place, &found, put, memory_order_acq_rel,
                                                memory_order_acquire);
    return found;
}

static inline enum key_outcome key_word_visit(_Atomic uint64_t *place, uint64_t key_bits, uint64_t *word,
                                              uint64_t put)
{
    uint64_t found = atomic_load_explicit(place, memory_order_acquire);

    if (!found)
        found = key_word_take(place, put);
    if (!found)
        return !put ? KEY_ABSENT : put == KEY_SEALED ? KEY_LEFT : KEY_ADDED;
    if (found == KEY_SEALED)
        return KEY_LEFT;
    if ((found ^ *word) & key_bits)
        return KEY_ANOTHER;
    *word = found;
    return KEY_FOUND;
}

/*
 * key_level_visit() searches for the key in `*word`, comparing only the bits in `key_bits`, and writes the
 * word that it finds to `*word`. If the key is absent, `put` goes into the free word at the end of the
 * search: the word to add (KEY_ADDED), KEY_SEALED (KEY_LEFT), or 0 for nothing (KEY_ABSENT).
 */
static inline enum key_outcome key_level_visit(struct key_level *level, uint64_t hash, uint64_t key_bits,
                                               uint64_t *word, uint64_t put)
{
    size_t at = key_level_at(level, hash), end = level->lines * KEY_LINE_WORDS;
    enum key_outcome outcome = KEY_ANOTHER;

    for (uint64_t lines = 0; lines < level->lines && outcome == KEY_ANOTHER; lines++) {
        for (unsigned i = 0; i < KEY_LINE_WORDS && outcome == KEY_ANOTHER; i++)
            outcome = key_word_visit(&level->words[at + (hash + i) % KEY_LINE_WORDS], key_bits, word, put);
        at = at + KEY_LINE_WORDS < end ? at + KEY_LINE_WORDS : 0;
    }
    return outcome;
}

/* key_level_seal() seals a place if it is free, so that no key can come there any more. Returns the key
 * there, or 0. */
uint64_t key_level_seal(struct key_level *level, uint64_t place);
