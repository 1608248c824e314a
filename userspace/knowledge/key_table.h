// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A growing set of keys of up to 64 bits, filled by several threads at once without locks, within a bound of
 * memory. Keys are never removed. A look-up touches one cache line nearly always, which key_table_prefetch()
 * can ask for ahead: with millions of keys every access misses the caches, and a table of nodes misses them
 * several times per look-up, one after the other.
 *
 * A table is made of segments, chosen by the hash, each of which grows by itself, to twice its size (key_segment.h).
 * They take keys alike, but their sizes are a sixteenth of an octave apart, so that one grows after the other:
 *
 *   keys in all    n                    2n                    4n        | a segment doubles
 *   segment 0      .|....................|.....................|....
 *   segment 1      ..|....................|.....................|...
 *   …
 *   segment 15     |....................|.....................|.....
 *
 * So a table always takes as much memory as the mean over a doubling, 16 bytes a key and seldom more than 18, and
 * copies each key once while their number doubles. A table that grew as a whole would take twice as much while it is
 * copied, or grow in small steps and copy each key more often.
 *
 * Keys may be chosen by an attacker: hashes have a secret in them, so that he cannot fill one line. And a
 * table that would be full of what came first can be a sample instead: its first half is for whoever comes
 * first, half of the rest for every fourth key by its hash, half of what is left then for every sixteenth,
 * and so on. Each part takes twice as many keys as the one before it to fill: the last place is taken after
 * about limit²/2 keys, for 10,000 places as many as there are addresses in 1 % of IPv4, and nobody chooses
 * which keys get in.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "knowledge/key_segment.h"

enum {
    /* Fewer, and more memory is held twice while one of them grows; more, and what look-ups read of each first takes
     * more of the first-level cache. */
    KEY_SEGMENTS = 16,
};

struct key_table_config {
    uint64_t key_bits; /* those that tell words apart; the others go with the key */
    uint64_t secret;
    uint64_t memory;         /* bytes at most, while it grows, too: 12 for each key of the limit */
    uint64_t limit;          /* of keys, if memory allows as many */
    bool sampled;            /* not all room is for whoever comes first */
    struct readers *readers; /* that use the table, and others of their survey */
};

struct key_table {
    struct key_hashing hashing;
    uint64_t limit;
    bool sampled;
    unsigned segment_count; /* KEY_SEGMENTS, or 1 of a small table */
    struct key_segment segments[KEY_SEGMENTS];
    _Alignas(CACHE_LINE) _Atomic uint64_t count;
    _Atomic bool full;            /* some key was not added, for want of room or of memory */
    _Atomic unsigned tidied_next; /* a segment, counted on and on */
};

/* key_table_init(): 0 or -ENOMEM. A word may be neither 0 nor KEY_SEALED. The table stays where it is. */
int key_table_init(struct key_table *table, const struct key_table_config *config);

/* key_table_free(): right after every outcome, once nobody uses the table. */
void key_table_free(struct key_table *table);

/* key_table_limit() is how many keys there is room for. */
uint64_t key_table_limit(const struct key_table *table);

/* key_table_hash() is what the functions below want with a word. */
static inline uint64_t key_table_hash(const struct key_table *table, uint64_t word)
{
    return key_hash(&table->hashing, word);
}

/* Bits of the hash by which a level chooses neither line nor word (key_level.h). */
static inline unsigned key_table_segment_of(const struct key_table *table, uint64_t hash)
{
    return (unsigned)(hash / KEY_LINE_WORDS) & (table->segment_count - 1);
}

/* key_table_prefetch() asks for the line that a look-up will touch. */
static inline void key_table_prefetch(const struct key_table *table, uint64_t hash)
{
    key_segment_prefetch(&table->segments[key_table_segment_of(table, hash)], hash);
}

/* key_table_find() looks for the key in `*word` and writes the word that is there;
 * false where it is absent. */
bool key_table_find(struct key_table *table, uint64_t hash, uint64_t *word);

/* key_table_add() adds `*word` where its key is absent and there is room: KEY_ADDED; KEY_FOUND, with the word
 * that is there; or KEY_ABSENT. */
enum key_outcome key_table_add(struct key_table *table, uint64_t hash, uint64_t *word);

/* key_table_prepare() makes levels ahead of their time, where that is near: their memory comes to a thread that can
 * wait for it, some milliseconds for each 16 MB in a virtual machine. By one thread, now and then; nothing depends on
 * it. */
void key_table_prepare(struct key_table *table);

/* key_table_tidy() gives back memory of one segment that has become free to go, if any, of the next segment each time;
 * now and then, by any reader. */
void key_table_tidy(struct key_table *table);
