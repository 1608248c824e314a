// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/share_table.h"

#include <errno.h>
#include <stdlib.h>

#include "base/address_order.h"
#include "base/growing.h"

enum {
    FEWEST_SLOTS = 1024, /* as in run_table.c */
};

static bool continues_last(const struct share_table *table, const struct share_run *run)
{
    const struct share_run *last;

    if (table->count == 0)
        return false;
    last = &table->runs[table->count - 1];
    return last->kind == run->kind && last->block_length == run->block_length &&
           address_equal(last->more, run->more) &&
           address_equal(share_base(last, share_run_count(table, last)), run->base);
}

static int append(struct share_table *table, const struct share_run *run)
{
    struct share_run *runs = growing_room(table->runs, table->count, &table->capacity, sizeof(*runs));

    if (!runs || address_index_add(&table->bases, run->base))
        return -ENOMEM;
    table->runs = runs;
    table->runs[table->count] = *run;
    table->runs[table->count++].first_index = table->shares;
    return 0;
}

int share_table_add(struct share_table *table, struct share_run run, uint64_t shares)
{
    int error = continues_last(table, &run) ? 0 : append(table, &run);

    if (!error)
        table->shares += shares;
    return error;
}

int share_table_add_listed(struct share_table *table, struct address host, uint32_t entry)
{
    const struct share_run *last = table->count ? &table->runs[table->count - 1] : NULL;
    int error = 0;

    if (!last || last->kind != SHARES_LISTED || last->entry + share_run_count(table, last) != entry)
        error = append(table, &(struct share_run){
                                  .base = host, .entry = entry, .block_length = 128, .kind = SHARES_LISTED});
    if (!error)
        table->shares++;
    return error;
}

int share_table_finish(struct share_table *table)
{
    uint32_t run = 0;

    while (table->shares >> table->index_shift > 2 * table->count + FEWEST_SLOTS)
        table->index_shift++;

    /* One more slot, so that the slot after that of any index exists. */
    size_t slots = (size_t)(table->shares >> table->index_shift) + 1;

    table->runs_by_index = calloc(slots + 1, sizeof(*table->runs_by_index));
    if (!table->runs_by_index)
        return -ENOMEM;
    for (size_t slot = 0; slot <= slots; slot++) {
        while (run + 1 < table->count && table->runs[run + 1].first_index <= (uint64_t)slot
                                                                                 << table->index_shift)
            run++;
        table->runs_by_index[slot] = run;
    }
    return address_index_finish(&table->bases);
}

void share_table_free(struct share_table *table)
{
    free(table->runs);
    free(table->runs_by_index);
    address_index_free(&table->bases);
    *table = (struct share_table){0};
}

const struct share_run *share_table_up_to(const struct share_table *table, struct address address)
{
    size_t count = address_index_up_to(&table->bases, address);

    return count ? &table->runs[count - 1] : NULL;
}

static uint64_t saturated(uint128 number)
{
    return number > UINT64_MAX ? UINT64_MAX : (uint64_t)number;
}

/* Mostly a division is not needed, or one of 64 bits suffices. A division of 128 bits takes ten times as
 * long. */
uint64_t share_offset(const struct share_run *run, struct address address)
{
    uint128 block = (uint128_of(address) - uint128_of(run->base)) >> (128 - run->block_length);
    uint128 more = uint128_of(run->more);

    if (more == 0)
        return saturated(block);
    if (block <= UINT64_MAX && more < UINT64_MAX)
        return (uint64_t)block / ((uint64_t)more + 1);
    return more + 1 ? saturated(block / (more + 1)) : 0;
}
