// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One size of a table of keys (key_table.h): lines of eight 64-bit words, a cache line each. A word is free
 * (0), holds a key, or is sealed. It changes once at most, from free to one of the others.
 *
 *   hash: upper 32 bits -> line, in proportion      lower 3 bits -> word of the line
 *
 * The way of a key begins there, goes round its line, then round each that follows. A key stands in the first
 * word of its way that was free when it came: so where the way reaches a free word, the key is in none. Where
 * it reaches a sealed one, the key is in none either, and can never come into this level any more.
 *
 * Lines go by the hash in proportion, so that in a larger level a line's keys stand in lines that are
 * neighbours: copying runs through both levels once from front to end.
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

#define KEY_SEALED UINT64_MAX /* is no key */

struct key_level {
    _Alignas(CACHE_LINE) _Atomic uint64_t *words; /* a look-up reads one line of this structure */
    uint64_t lines;
    void *memory;                     /* of `words`; NULL once it was given back */
    _Atomic(struct key_level *) next; /* a larger one, where keys are being copied to, or have been */
    _Atomic uint64_t claimed, copied; /* lines, from the front: somebody copies them; that is done */
    _Atomic uint64_t left_era;        /* in which nobody finds this level any more (readers.h) */
};

enum key_outcome {
    KEY_FOUND,
    KEY_ADDED,
    KEY_ABSENT,  /* and was not to be added */
    KEY_ANOTHER, /* all words hold other keys */
    KEY_LEFT,    /* not here: in the next level or nowhere */
};

/* key_level_create() has `lines` empty lines, at least 1, whose memory comes as they fill, or all in key_level_touch();
 * NULL when it is short. key_level_unmap() gives their memory back, and key_level_destroy() all. */
struct key_level *key_level_create(uint64_t lines);
void key_level_touch(struct key_level *level);
void key_level_unmap(struct key_level *level);
void key_level_destroy(struct key_level *level);

static inline size_t key_level_at(const struct key_level *level, uint64_t hash)
{
    return (size_t)((hash >> 32) * level->lines >> 32) * KEY_LINE_WORDS;
}

/* key_level_next() is the level that keys are copied to; NULL: there is none. */
static inline struct key_level *key_level_next(const struct key_level *level)
{
    return atomic_load_explicit(&level->next, memory_order_acquire);
}

/* key_level_prefetch() asks for the line in which a key's way begins. */
static inline void key_level_prefetch(const struct key_level *level, uint64_t hash)
{
    __builtin_prefetch(&level->words[key_level_at(level, hash)], 1);
}

/* The word at the end of a way, which was free: takes it, or finds out what it has become. */
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
 * key_level_visit() looks for the key in `*word`, of which the bits in `key_bits` count, and writes the word
 * that was found there. Where there is none, `put` takes the free word at the end of the way: the word to be
 * added (KEY_ADDED), KEY_SEALED (KEY_LEFT), or 0, nothing (KEY_ABSENT).
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

/* key_level_seal() makes sure that no key comes into a place any more, and returns the one there, or 0. */
uint64_t key_level_seal(struct key_level *level, uint64_t place);
