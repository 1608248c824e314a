// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IPv4 blocks of a survey as a table of runs, with look-ups from index to run and from address to run.
 * share_table.h is the same for IPv6, and explains listed hosts.
 *
 *   runs             [ run | run | run | run | … ]   sorted by first index, and by base
 *   runs_by_index    the run that holds index 0, 2^shift, 2·2^shift, …; one or two slots a run
 *   runs_by_top      for each /16, the number of runs that begin below it
 *
 * Each look-up reads one place in its index, then searches the few runs that remain.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target/ipv4_block.h"

/* Adjacent blocks of one size. */
struct run {
    uint32_t first_index;
    uint32_t base;
    uint32_t entry;       /* of listed hosts: position of the first one in the list */
    uint8_t block_length; /* prefix length of each block, 1 … 32 */
    bool mixed;           /* draws need a check: the sets hold a part of each block, or it is listed */
    bool listed;
};

struct run_table {
    struct run *runs;
    size_t count, capacity;
    uint64_t blocks; /* at most 2^32 */
    uint32_t *runs_by_index;
    unsigned index_shift;
    uint32_t *runs_by_top;
};

/* run_table_add() appends `blocks` blocks from `first` on, above all in the table. Returns 0 or -ENOMEM. */
int run_table_add(struct run_table *table, struct ipv4_block first, uint64_t blocks, bool mixed);

/* run_table_add_listed() appends a listed host, above all in the table. Returns 0 or -ENOMEM. */
int run_table_add_listed(struct run_table *table, uint32_t host, uint32_t entry);

/* run_table_index() prepares look-ups, after the last run_table_add(). Returns 0 or -ENOMEM. */
int run_table_index(struct run_table *table);

/* run_table_free() frees what the table holds, in any state. */
void run_table_free(struct run_table *table);

/* run_block() returns block number `offset` of `run`. */
static inline struct ipv4_block run_block(const struct run *run, uint32_t offset)
{
    return (struct ipv4_block){run->base + (offset << (32 - run->block_length)), run->block_length};
}

/* run_table_at() returns the run that holds `index`, which must be below the number of blocks. */
static inline const struct run *run_table_at(const struct run_table *table, uint64_t index)
{
    const uint32_t *slot = &table->runs_by_index[index >> table->index_shift];
    uint32_t low = slot[0], high = slot[1];

    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;

        if (table->runs[middle].first_index <= index)
            low = middle;
        else
            high = middle - 1;
    }
    return &table->runs[low];
}

/* run_table_prefetch() prefetches the first run that run_table_at() will read. It reads the slot before
 * that and does not prefetch it: the processor overlaps the reads of a batch, because they do not depend
 * on each other. */
static inline void run_table_prefetch(const struct run_table *table, uint64_t index)
{
    const uint32_t *slot = &table->runs_by_index[index >> table->index_shift];

    __builtin_prefetch(&table->runs[slot[0] + (slot[1] - slot[0] + 1) / 2]);
}

/* run_count() returns how many blocks, or listed hosts, a run has. */
static inline uint64_t run_count(const struct run_table *table, const struct run *run)
{
    uint64_t end = run + 1 < table->runs + table->count ? run[1].first_index : table->blocks;

    return end - run->first_index;
}

/* run_table_up_to() returns the last run that begins at or before `address`, or NULL where there is none.
 * No other run can hold the address. */
const struct run *run_table_up_to(const struct run_table *table, uint32_t address);

/* run_offset() returns the offset, in a run of blocks, of the block that holds `address`. The address must
 * not be below the run's base. Where no block holds it, the result is at least run_count(). */
static inline uint64_t run_offset(const struct run *run, uint32_t address)
{
    return (address - run->base) >> (32 - run->block_length);
}
