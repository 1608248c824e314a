// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A segment of a table of keys (key_table.h): the keys whose hashes have the same few bits. It grows by
 * itself, and holds its keys in levels (key_level.h):
 *
 *   first -> … -> current -> next        spare
 *            |    |          |           made in advance, to become the next one
 *            |    |          exists once three quarters of `current` are full: keys are being copied to it
 *            |    the first that is not completely copied: look-ups begin there
 *            mapped: the first that still has memory; those before it are empty shells
 *
 * A level that is three quarters full gets a next one, twice as large, and every thread that adds a key
 * copies a few lines there. Meanwhile a key is searched for in both, in this order. It is added to the next
 * one only if its search in the first ends at a sealed word: so no key is added twice, and each is counted
 * once. The first level's memory is freed when no thread reads it any more (readers.h).
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "knowledge/key_level.h"
#include "knowledge/readers.h"
#include "mix.h"

/* How words are hashed, with a secret. */
struct key_hashing {
    uint64_t key_bits; /* the bits that identify a word; the others are its value */
    uint64_t secret;
    uint64_t factor; /* odd, from the secret */
};

/* key_hash() consists of two multiplications by secrets that an attacker does not know, and a mixing of all
 * bits. */
static inline uint64_t key_hash(const struct key_hashing *hashing, uint64_t word)
{
    return mix64(((word & hashing->key_bits) ^ hashing->secret) * hashing->factor);
}

/* The number of lines of levels: the first and the last one. Each level between them has twice as many as the
 * one before it; the last but one has `before_last`. */
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
    _Alignas(CACHE_LINE) _Atomic uint64_t count; /* of keys; in a cache line that look-ups do not read */
    struct key_level *first;
};

/* key_segment_init() borrows `hashing` and `readers`. Returns 0 or -ENOMEM. key_segment_free() may be called
 * after any outcome. */
int key_segment_init(struct key_segment *segment, const struct key_hashing *hashing, struct readers *readers,
                     const struct key_sizes *sizes);
void key_segment_free(struct key_segment *segment);

enum {
    /* Of eight words in a line. Just before growing, the search for an absent key takes 1.6 lines, 1.1 on
     * average. With seven it would be 2.8 and 1.5 lines, and each line beyond the first is a cache miss. With
     * fewer, a key takes more memory. */
    KEY_WORDS_FILLED = 6,
};

/* key_segment_room() returns how many keys a segment with `lines` lines is made for. */
static inline uint64_t key_segment_room(uint64_t lines)
{
    return lines * KEY_WORDS_FILLED;
}

/* key_segment_current() returns the level where look-ups begin. */
static inline struct key_level *key_segment_current(const struct key_segment *segment)
{
    return atomic_load_explicit(&segment->current, memory_order_acquire);
}

/* key_segment_prefetch() prefetches the lines that a look-up touches. */
static inline void key_segment_prefetch(const struct key_segment *segment, uint64_t hash)
{
    const struct key_level *level = key_segment_current(segment), *next = key_level_next(level);

    key_level_prefetch(level, hash);
    if (next)
        key_level_prefetch(next, hash);
}

/* key_segment_find() searches for the key in `*word` and writes the word that it finds; returns false if the
 * key is absent. */
static inline bool key_segment_find(struct key_segment *segment, uint64_t hash, uint64_t *word)
{
    for (struct key_level *level = key_segment_current(segment); level; level = key_level_next(level))
        if (key_level_visit(level, hash, segment->hashing->key_bits, word, 0) == KEY_FOUND)
            return true;
    return false;
}

/* key_segment_add() adds `*word` if its key is absent and there is room for it. Returns KEY_ADDED; KEY_FOUND,
 * with the existing word; or KEY_ABSENT. */
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

/* key_segment_prepare() makes the next level if it will be needed soon. Called by one thread, now and
 * then. */
void key_segment_prepare(struct key_segment *segment);

/* key_segment_tidy() frees the memory of one level that no thread reads any more, if there is one. */
void key_segment_tidy(struct key_segment *segment);
