// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A segment of a table of keys (key_table.h): those whose hashes have the same few bits. It grows by itself, and
 * holds its keys in levels (key_level.h):
 *
 *   first -> … -> current -> next        spare
 *            |    |          |           made ahead of its time, to be the next one
 *            |    |          not there, or three quarters of `current` were full: keys are being copied to it
 *            |    the first from which not all is copied: look-ups begin there
 *            mapped: the first that still has memory; those before it are empty shells
 *
 * A level that is three quarters full gets a next one, twice as large, and whoever adds a key copies a few lines there.
 * Meanwhile a key is looked for in both, in this order, and added to the next one only where its way in the first ends
 * at a sealed word: so no key is added twice, and each is counted once. The first level's memory is given back when
 * nobody reads it any more (readers.h).
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "knowledge/key_level.h"
#include "knowledge/readers.h"
#include "mix.h"

/* What makes hashes of words, by a secret. */
struct key_hashing {
    uint64_t key_bits; /* those that tell words apart; the others go with the key */
    uint64_t secret;
    uint64_t factor; /* odd, from the secret */
};

/* key_hash() is two multiplications by what an attacker does not know, and a mixing of all bits. */
static inline uint64_t key_hash(const struct key_hashing *hashing, uint64_t word)
{
    return mix64(((word & hashing->key_bits) ^ hashing->secret) * hashing->factor);
}

/* How many lines levels have: the first and the last one; each between these has twice as many as the one before it, and
 * the last but one `before_last`. */
struct key_sizes {
    uint64_t first, before_last, last;
};

struct key_segment {
    _Alignas(CACHE_LINE) _Atomic(struct key_level *) current;
    _Atomic(struct key_level *) mapped;
    _Atomic(struct key_level *) spare;
    const struct key_hashing *hashing;
    struct readers *readers;
    struct key_sizes sizes;
    _Alignas(CACHE_LINE) _Atomic uint64_t count; /* of keys; in a line that look-ups do without */
    struct key_level *first;
};

/* key_segment_init() borrows `hashing` and `readers`. 0 or -ENOMEM. key_segment_free() is right after every outcome. */
int key_segment_init(struct key_segment *segment, const struct key_hashing *hashing, struct readers *readers,
                     const struct key_sizes *sizes);
void key_segment_free(struct key_segment *segment);

enum {
    /* Of eight words a line. Just before growing, a key that is absent is found out in 1.6 lines, in 1.1 on
     * average; with seven it would be 2.8 lines and 1.5, each beyond the first a cache miss. With fewer, a
     * key takes more memory. */
    KEY_WORDS_FILLED = 6,
};

/* key_segment_room() is how many keys a segment of so many lines is made for. */
static inline uint64_t key_segment_room(uint64_t lines)
{
    return lines * KEY_WORDS_FILLED;
}

/* key_segment_current() is the level where look-ups begin. */
static inline struct key_level *key_segment_current(const struct key_segment *segment)
{
    return atomic_load_explicit(&segment->current, memory_order_acquire);
}

/* key_segment_prefetch() asks for the lines that a look-up will touch. */
static inline void key_segment_prefetch(const struct key_segment *segment, uint64_t hash)
{
    const struct key_level *level = key_segment_current(segment), *next = key_level_next(level);

    key_level_prefetch(level, hash);
    if (next)
        key_level_prefetch(next, hash);
}

/* key_segment_find() looks for the key in `*word` and writes the word that is there; false where it is absent. */
static inline bool key_segment_find(struct key_segment *segment, uint64_t hash, uint64_t *word)
{
    for (struct key_level *level = key_segment_current(segment); level; level = key_level_next(level))
        if (key_level_visit(level, hash, segment->hashing->key_bits, word, 0) == KEY_FOUND)
            return true;
    return false;
}

/* key_segment_add() adds `*word` where its key is absent and there is room for it: KEY_ADDED; KEY_FOUND, with the
 * word that is there; or KEY_ABSENT. */
enum key_outcome key_segment_add_growing(struct key_segment *segment, uint64_t hash, uint64_t *word);

static inline enum key_outcome key_segment_add(struct key_segment *segment, uint64_t hash, uint64_t *word)
{
    struct key_level *level = key_segment_current(segment);
    enum key_outcome outcome;

    if (atomic_load_explicit(&segment->count, memory_order_relaxed) >= key_segment_room(level->lines) ||
        key_level_next(level))
        return key_segment_add_growing(segment, hash, word);
    outcome = key_level_visit(level, hash, segment->hashing->key_bits, word, *word);
    if (outcome == KEY_ADDED)
        atomic_fetch_add_explicit(&segment->count, 1, memory_order_relaxed);
    return outcome == KEY_LEFT || outcome == KEY_ANOTHER ? key_segment_add_growing(segment, hash, word)
                                                         : outcome;
}

/* key_segment_prepare() makes the next level if that will be needed soon: by one thread, now and then. */
void key_segment_prepare(struct key_segment *segment);

/* key_segment_tidy() gives back the memory of one level that nobody reads any more, if there is one. */
void key_segment_tidy(struct key_segment *segment);
