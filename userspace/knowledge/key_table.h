// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A growing set of keys of up to 64 bits, filled by several threads at once without locks, within a bound of
 * memory. Keys are never removed. A look-up touches one cache line nearly always, which key_table_prefetch()
 * can ask for ahead: with millions of keys every access misses the caches, and a table of nodes misses them
 * several times per look-up, one after the other.
 *
 * Growing. A level (key_level.h) that is three quarters full gets a next one, larger by a fifth, and whoever
 * adds a key copies a few lines there. Meanwhile a key is looked for in both, in this order, and
 * added to the next one only where its way in the first ends at a sealed word: so no key is added twice, and
 * each is counted once. The first level's memory is given back when nobody reads it any more (readers.h).
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

#include "knowledge/key_level.h"
#include "knowledge/readers.h"
#include "mix.h"

struct key_table_config {
    uint64_t key_bits; /* those that tell words apart; the others go with the key */
    uint64_t secret;
    uint64_t memory; /* bytes at most, while the table grows; 19.6 of them for each key of the limit */
    uint64_t limit;  /* of keys, if memory allows as many */
    bool sampled;    /* not all room is for whoever comes first */
    struct readers *readers; /* that use the table, and others of their survey */
};

struct key_table {
    struct key_table_config config;
    uint64_t factor;     /* of hashes, from the secret */
    uint64_t lines_most; /* of a level */
    struct key_level *first;
    _Atomic(struct key_level *) current; /* the first from which not all is copied */
    _Atomic(struct key_level *) mapped;  /* the first that still has memory */
    _Atomic(struct key_level *) spare;   /* to be the next one; NULL: whoever needs it makes it */
    _Atomic uint64_t count;
    _Atomic bool full; /* some key was not added, for want of room or of memory */
};

/* key_table_init(): 0 or -ENOMEM. A word may be neither 0 nor KEY_SEALED. */
int key_table_init(struct key_table *table, const struct key_table_config *config);

/* key_table_free(): right after every outcome, once nobody uses the table. */
void key_table_free(struct key_table *table);

/* key_table_limit() is how many keys there is room for. */
uint64_t key_table_limit(const struct key_table *table);

/* key_table_hash() is what the functions below want with a word: two multiplications by what an attacker does
 * not know, and a mixing of all bits. */
static inline uint64_t key_table_hash(const struct key_table *table, uint64_t word)
{
    return mix64(((word & table->config.key_bits) ^ table->config.secret) * table->factor);
}

/* key_table_prefetch() asks for the line that a look-up will touch. */
static inline void key_table_prefetch(const struct key_table *table, uint64_t hash)
{
    key_level_prefetch(atomic_load_explicit(&table->current, memory_order_acquire), hash);
}

/* key_table_find() looks for the key in `*word` and writes the word that is there;
 * false where it is absent. */
bool key_table_find(struct key_table *table, uint64_t hash, uint64_t *word);

/* key_table_add() adds `*word` where its key is absent and there is room: KEY_ADDED; KEY_FOUND, with the word
 * that is there; or KEY_ABSENT. */
enum key_outcome key_table_add(struct key_table *table, uint64_t hash, uint64_t *word);

/* key_table_prepare() makes the next level ahead of its time, if that is near: its memory comes to a thread that can
 * wait for it, some milliseconds for each 16 MB in a virtual machine. By one thread, now and then; nothing depends on
 * it. */
void key_table_prepare(struct key_table *table);

/* key_table_tidy() gives back memory that has become free to go, if any; now and then, by any reader. */
void key_table_tidy(struct key_table *table);
