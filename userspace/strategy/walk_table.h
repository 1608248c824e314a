// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The walks that are under way on the paths of a slice.
 *
 *   heads    hash of a path's number -> [walk] -> [walk] …      finds a path's walk
 *
 *   walks    [walk]  [walk]  [walk] …  free ones in a list
 *               \______/        |
 *   ready    probes to send     waiting: in the order in which their probes left, so also that of their deadlines
 *   kept     probes that must not leave yet
 *
 * Postponed walks, and walks that wait for the share of near hops, are in lists of their own.
 *
 * Nothing here grows with the number of paths. There are as many walks as probes are sent in the time of an
 * answer, 48 bytes each. Every call takes the same time, however many there are.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mix.h"
#include "strategy/learned_walk.h"

enum walk_place {
    WALK_NOWHERE,
    WALK_READY,
    WALK_WAITING,
    WALK_LATER, /* postponed; also in the order in which their probes left */
    WALK_NEAR,  /* to be sent to near hops, which are spared */
    WALK_KEPT,
    WALK_FREE,
    WALK_PLACES,
};

struct walk_table {
    uint32_t *heads; /* numbers of walks, a power of two */
    uint32_t head_mask;
    uint64_t paths;
    struct walk *walks; /* from number 1 on */
    uint32_t room;      /* for walks */
    uint32_t touched;   /* numbers up to this one were used before */
    uint32_t active;
    struct numbered_list lists[WALK_PLACES];
};

/* walk_table_init() returns 0 or -ENOMEM. walk_table_free() may be called after either. */
int walk_table_init(struct walk_table *table, uint64_t paths, uint32_t room);
void walk_table_free(struct walk_table *table);

/* walk_table_head() returns the chain that contains a path's walk. Flow by flow, the numbers of paths that are
 * under way at once differ by multiples of the number of flows. */
static inline uint32_t *walk_table_head(const struct walk_table *table, uint64_t path)
{
    return &table->heads[(path * MIX_GOLDEN >> 32) & table->head_mask];
}

/* walk_table_prefetch() prefetches the head of a path's chain. When that has come, walk_table_prefetch_walk()
 * prefetches the first walk of the chain. */
static inline void walk_table_prefetch(const struct walk_table *table, uint64_t path)
{
    __builtin_prefetch(walk_table_head(table, path), 1);
}

static inline void walk_table_prefetch_walk(const struct walk_table *table, uint64_t path)
{
    __builtin_prefetch(&table->walks[*walk_table_head(table, path)], 1);
}

/* walk_table_add() makes a walk for a path, in no list. Returns NULL where there is no room. walk_table_find()
 * returns the walk of a path, or NULL where none is under way. walk_table_end() ends a walk. */
struct walk *walk_table_add(struct walk_table *table, uint64_t path);
struct walk *walk_table_find(const struct walk_table *table, uint64_t path);
void walk_table_end(struct walk_table *table, struct walk *walk);

/* walk_table_move() moves a walk to the end of a list, out of any other. The `sent_ns` of a walk that waits
 * must be no earlier than those of the others in the list. */
void walk_table_move(struct walk_table *table, struct walk *walk, enum walk_place place);

/* walk_table_first() returns the first walk of a list, walk_table_after() the next one in it; NULL: none. */
struct walk *walk_table_first(const struct walk_table *table, enum walk_place place);
struct walk *walk_table_after(const struct walk_table *table, const struct walk *walk);

/* walk_table_save() writes the walks that wait and those that are ready, and counts kept ones as ready.
 * walk_table_load() reads them into a new table. Returns 0, or -EINVAL where they do not fit. The caller must
 * check other fields of a walk. */
int walk_table_save(const struct walk_table *table, FILE *out);
int walk_table_load(struct walk_table *table, FILE *in);
