// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A growing set of keys of up to 64 bits, filled by several threads at once without locks, within a bound of
 * memory. Keys are never removed. A look-up nearly always touches one cache line, which key_table_prefetch()
 * can prefetch. With millions of keys every access misses the caches, and a table of nodes would miss them
 * several times per look-up, one after the other.
 *
 * A table consists of segments, chosen by the hash; each grows by itself, to twice its size (key_segment.h).
 * All get the same share of keys, but their sizes are a sixteenth of an octave apart, so that they grow one
 * after the other:
 *
 *   keys in all    n                    2n                    4n        | a segment doubles
 *   segment 0      .|....................|.....................|....
 *   segment 1      ..|....................|.....................|...
 *   …
 *   segment 15     |....................|.....................|.....
 *
 * So a table always takes the mean memory over a doubling, 16 bytes per key and seldom more than 18, and
 * copies each key once per doubling. A table that grew as a whole would take twice as much while it is
 * copied, or would grow in small steps and copy each key more often.
 *
 * An attacker may choose keys: hashes include a secret, so that he cannot fill one line. A table can also be
 * a sample, instead of being full of the keys that came first: the first half is for the keys that come
 * first, half of the rest for every fourth key by its hash, half of the remainder for every sixteenth, and so
 * on. Each part takes twice as many keys to fill as the one before it: the last place is taken after about
 * limit²/2 keys, which for 10,000 places is as many as there are addresses in 1 % of IPv4. And nobody can
 * choose which keys get in.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "knowledge/key_segment.h"

enum {
    /* If fewer, more memory is held twice while one of them grows; if more, the parts of each that look-ups
     * read first take more of the first-level cache. */
    KEY_SEGMENTS = 16,
};

struct key_table_config {
    uint64_t key_bits; /* the bits that identify a word; the others are its value */
    uint64_t secret;
    uint64_t memory;         /* bytes at most, also while it grows: 12 for each key of the limit */
    uint64_t limit;          /* of keys, if memory suffices for that many */
    bool sampled;            /* part of the room is kept for a sample of later keys */
    struct readers *readers; /* the threads that use the table, and other tables of their survey */
};

struct key_table {
    struct key_hashing hashing;
    uint64_t limit;
    bool sampled;
    unsigned segment_count; /* KEY_SEGMENTS, or 1 in a small table */
    struct key_segment segments[KEY_SEGMENTS];
    _Alignas(CACHE_LINE) _Atomic uint64_t count;
    _Atomic bool full;            /* some key was not added, for want of room or memory */
    _Atomic unsigned tidied_next; /* the next segment to tidy; grows without end */
};

/* key_table_init() returns 0 or -ENOMEM. A word may be neither 0 nor KEY_SEALED. The table must not be
 * moved. */
int key_table_init(struct key_table *table, const struct key_table_config *config);

/* key_table_free() may be called after any outcome, when no thread uses the table. */
void key_table_free(struct key_table *table);

/* key_table_limit() returns how many keys there is room for. */
uint64_t key_table_limit(const struct key_table *table);

/* key_table_hash() returns the hash of a word for the functions below. */
static inline uint64_t key_table_hash(const struct key_table *table, uint64_t word)
{
    return key_hash(&table->hashing, word);
}

/* Uses bits of the hash that choose neither line nor word of a level (key_level.h). */
static inline unsigned key_table_segment_of(const struct key_table *table, uint64_t hash)
{
    return (unsigned)(hash / KEY_LINE_WORDS) & (table->segment_count - 1);
}

/* key_table_prefetch() prefetches the line that a look-up touches. */
static inline void key_table_prefetch(const struct key_table *table, uint64_t hash)
{
    key_segment_prefetch(&table->segments[key_table_segment_of(table, hash)], hash);
}

/* key_table_find() searches for the key in `*word` and writes the word that it finds; returns false if the
 * key is absent. */
bool key_table_find(struct key_table *table, uint64_t hash, uint64_t *word);

/* key_table_add() adds `*word` if its key is absent and there is room. Returns KEY_ADDED; KEY_FOUND, with the
 * existing word; or KEY_ABSENT. */
enum key_outcome key_table_add(struct key_table *table, uint64_t hash, uint64_t *word);

/* key_table_prepare() makes levels that will soon be needed: so their memory comes to a thread that can wait
 * for it, which takes some milliseconds per 16 MB in a virtual machine. Called by one thread, now and then;
 * the table also works without it. */
void key_table_prepare(struct key_table *table);

/* key_table_tidy() frees memory of one segment that is no longer read, if there is any; each call takes the
 * next segment. Called now and then, by any reader. */
void key_table_tidy(struct key_table *table);
