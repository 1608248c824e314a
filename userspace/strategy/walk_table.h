// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The walks that are under way on the paths of a slice.
 *
 *   heads    hash of a path's number -> [walk] -> [walk] …      by which a path's walk is found
 *
 *   walks    [walk]  [walk]  [walk] …  free ones in a list
 *               \______/        |
 *   ready    probes to send     waiting: by the time their probes left, hence by the time they are given up
 *   kept     probes that must not leave yet
 *
 * What was put off, and what waits for its share of near hops, stand in lists of their own.
 *
 * Nothing here grows with the number of paths; walks are as many as probes are sent in the time of an answer, 48
 * bytes each. Every call takes the same time however many there are.
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
    WALK_LATER, /* put off, by the time their probes left, too */
    WALK_NEAR,  /* to send, to hops that are spared */
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

/* walk_table_init(): 0 or -ENOMEM; walk_table_free() is right after both. */
int walk_table_init(struct walk_table *table, uint64_t paths, uint32_t room);
void walk_table_free(struct walk_table *table);

/* walk_table_head() is the chain in which a path's walk is. Flow by flow, paths that are under way at once are a number
 * of flows apart. */
static inline uint32_t *walk_table_head(const struct walk_table *table, uint64_t path)
{
    return &table->heads[(path * MIX_GOLDEN >> 32) & table->head_mask];
}

/* walk_table_prefetch() asks for what finds a path's walk; walk_table_prefetch_walk(), once that has come, for the walk
 * that is found first. */
static inline void walk_table_prefetch(const struct walk_table *table, uint64_t path)
{
    __builtin_prefetch(walk_table_head(table, path), 1);
}

static inline void walk_table_prefetch_walk(const struct walk_table *table, uint64_t path)
{
    __builtin_prefetch(&table->walks[*walk_table_head(table, path)], 1);
}

/* walk_table_add() makes a walk for a path, in no list; NULL where there is no room. walk_table_find() is the
 * walk of a path, NULL where none is under way. walk_table_end() ends it. */
struct walk *walk_table_add(struct walk_table *table, uint64_t path);
struct walk *walk_table_find(const struct walk_table *table, uint64_t path);
void walk_table_end(struct walk_table *table, struct walk *walk);

/* walk_table_move() puts a walk at the end of a list, out of any other. Those that wait do so since `sent_ns`,
 * which is no earlier than that of others. */
void walk_table_move(struct walk_table *table, struct walk *walk, enum walk_place place);

/* walk_table_first() is the head of a list, walk_table_after() the next one in it; NULL: none. */
struct walk *walk_table_first(const struct walk_table *table, enum walk_place place);
struct walk *walk_table_after(const struct walk_table *table, const struct walk *walk);

/* walk_table_save() writes the walks that wait and are ready, as which it counts those kept. walk_table_load() reads
 * them into a new table: 0, or -EINVAL where that does not fit; what a walk says of anything else is for the caller
 * to check. */
int walk_table_save(const struct walk_table *table, FILE *out);
int walk_table_load(struct walk_table *table, FILE *in);
