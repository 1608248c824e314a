// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The IPv6 targets as a table of runs of shares, with look-ups from index to run and from address to run. One
 * target is drawn from each share. A share is a single block, or adjacent blocks of one size. The blocks of
 * one share end before those of the next begin, so targets ascend with their indexes, whichever hosts are
 * drawn.
 *
 *   runs             [ run | run | run | … ]   sorted by first index, and by base
 *   runs_by_index    the run that holds index 0, 2^shift, 2·2^shift, …; one or two slots a run
 *   bases            where each run begins, and the number of runs up to an address
 *
 * A run of listed hosts is a stretch of the list from which the targets were made (targets.h). It has no
 * shares, and takes the same memory however long it is.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target/address_index.h"
#include "target/uint128.h"

enum share_kind {
    SHARES_EVEN,  /* each set holds all of each share, or nothing of it */
    SHARES_MIXED, /* they hold a part: draws must check the sets */
    SHARES_LISTED,
};

/* Adjacent shares of one size. */
struct share_run {
    uint64_t first_index;
    struct address base;
    struct address more;  /* blocks per share, minus one */
    uint32_t entry;       /* of listed hosts: position of the first one in the list */
    uint8_t block_length; /* prefix length of each block, 1 … 128 */
    uint8_t kind;
};

struct share_table {
    struct share_run *runs;
    size_t count, capacity;
    uint64_t shares;
    uint32_t *runs_by_index;
    unsigned index_shift;
    struct address_index bases;
};

/* share_table_add() appends `run` with `shares` shares, above all in the table, and sets its first index.
 * Returns 0 or -ENOMEM. */
int share_table_add(struct share_table *table, struct share_run run, uint64_t shares);

/* share_table_add_listed() appends a listed host, above all in the table. Returns 0 or -ENOMEM. */
int share_table_add_listed(struct share_table *table, struct address host, uint32_t entry);

/* share_table_finish() prepares look-ups, after the last share_table_add(). Returns 0 or -ENOMEM. */
int share_table_finish(struct share_table *table);

/* share_table_free() frees what the table holds, in any state. */
void share_table_free(struct share_table *table);

/* share_base() returns the first address of share number `offset` of `run`. share_last() returns the last
 * address of the share that begins at `base`. */
static inline struct address share_base(const struct share_run *run, uint64_t offset)
{
    uint128 blocks = (uint128_of(run->more) + 1) * offset;

    return uint128_address(uint128_of(run->base) + (blocks << (128 - run->block_length)));
}

static inline struct address share_last(const struct share_run *run, struct address base)
{
    uint128 blocks = uint128_of(run->more) << (128 - run->block_length);

    return address_last(uint128_address(uint128_of(base) + blocks), run->block_length);
}

/* share_table_at() returns the run that holds `index`, which must be below the number of shares. */
static inline const struct share_run *share_table_at(const struct share_table *table, uint64_t index)
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

/* share_table_prefetch() prefetches the first run that share_table_at() will read. */
static inline void share_table_prefetch(const struct share_table *table, uint64_t index)
{
    const uint32_t *slot = &table->runs_by_index[index >> table->index_shift];

    __builtin_prefetch(&table->runs[slot[0] + (slot[1] - slot[0] + 1) / 2]);
}

/* share_run_count() returns how many shares, or listed hosts, a run has. */
static inline uint64_t share_run_count(const struct share_table *table, const struct share_run *run)
{
    uint64_t end = run + 1 < table->runs + table->count ? run[1].first_index : table->shares;

    return end - run->first_index;
}

/* share_table_up_to() returns the last run that begins at or before `address`, or NULL where there is
 * none. No other run can hold the address. */
const struct share_run *share_table_up_to(const struct share_table *table, struct address address);

/* share_offset() returns the offset, in a run with shares, of the share that holds `address`. The address
 * must not be below the run's base. Where no share holds it, the result is at least share_run_count(). */
uint64_t share_offset(const struct share_run *run, struct address address);
