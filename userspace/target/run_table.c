// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/run_table.h"

#include <errno.h>
#include <stdlib.h>

#include "base/growing.h"

enum {
    TOPS = 1 << 16, /* a top is the upper half of an address, a /16 */
    /* Few runs of very unequal size make the search unpredictable: 12 ns per look-up in 0.0.0.0/0 without its
     * special ranges, 6 ns with this many slots; four times as many gained nothing more. */
    FEWEST_SLOTS = 1024,
};

static uint64_t run_blocks(const struct run_table *table, size_t run)
{
    uint64_t end = run + 1 < table->count ? table->runs[run + 1].first_index : table->blocks;

    return end - table->runs[run].first_index;
}

static bool continues_last(const struct run_table *table, struct ipv4_block first, bool mixed)
{
    const struct run *last;

    if (table->count == 0)
        return false;
    last = &table->runs[table->count - 1];
    return last->block_length == first.length && last->mixed == mixed &&
           last->base + (run_blocks(table, table->count - 1) << (32 - first.length)) == first.base;
}

int run_table_add(struct run_table *table, struct ipv4_block first, uint64_t blocks, bool mixed)
{
    if (!continues_last(table, first, mixed)) {
        struct run *runs = growing_room(table->runs, table->count, &table->capacity, sizeof(*runs));

        if (!runs)
            return -ENOMEM;
        table->runs = runs;
        table->runs[table->count++] = (struct run){
            .first_index = (uint32_t)table->blocks,
            .base = first.base,
            .block_length = first.length,
            .mixed = mixed,
        };
    }
    table->blocks += blocks;
    return 0;
}

/* One to two slots a run: then the search that follows takes a step or none, mostly. More slots cost more
 * in cache misses than they save. */
static unsigned choose_shift(const struct run_table *table)
{
    size_t slots = 2 * table->count + FEWEST_SLOTS;
    unsigned shift = 0;

    while (table->blocks >> shift > slots)
        shift++;
    return shift;
}

static int index_by_index(struct run_table *table)
{
    unsigned shift = choose_shift(table);
    size_t slots = (size_t)(table->blocks >> shift) + 1;
    uint32_t run = 0;

    /* One more, so that the slot after any index exists. */
    table->index_shift = shift;
    table->runs_by_index = calloc(slots + 1, sizeof(*table->runs_by_index));
    if (!table->runs_by_index)
        return -ENOMEM;
    for (size_t slot = 0; slot <= slots; slot++) {
        while (run + 1 < table->count && table->runs[run + 1].first_index <= (uint64_t)slot << shift)
            run++;
        table->runs_by_index[slot] = run;
    }
    return 0;
}

static int index_by_top(struct run_table *table)
{
    size_t run = 0;

    table->runs_by_top = calloc(TOPS + 1, sizeof(*table->runs_by_top));
    if (!table->runs_by_top)
        return -ENOMEM;
    for (uint32_t top = 0; top <= TOPS; top++) {
        while (run < table->count && table->runs[run].base >> 16 < top)
            run++;
        table->runs_by_top[top] = (uint32_t)run;
    }
    return 0;
}

int run_table_index(struct run_table *table)
{
    int code = index_by_index(table);

    return code ? code : index_by_top(table);
}

void run_table_free(struct run_table *table)
{
    free(table->runs);
    free(table->runs_by_index);
    free(table->runs_by_top);
    *table = (struct run_table){0};
}

/* The number of runs that begin at or before `address`. */
static uint32_t runs_up_to(const struct run_table *table, uint32_t address)
{
    uint32_t low = table->runs_by_top[address >> 16], high = table->runs_by_top[(address >> 16) + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (table->runs[middle].base <= address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct run *run_table_find(const struct run_table *table, uint32_t address, uint32_t *offset)
{
    uint32_t count = runs_up_to(table, address);
    const struct run *run;

    if (count == 0)
        return NULL;
    run = &table->runs[count - 1];
    *offset = (address - run->base) >> (32 - run->block_length);
    return *offset < run_blocks(table, count - 1) ? run : NULL;
}

uint64_t run_table_below(const struct run_table *table, uint32_t address)
{
    uint32_t count = runs_up_to(table, address);
    const struct run *run;
    uint64_t offset, blocks;

    if (count == 0)
        return 0;
    run = &table->runs[count - 1];
    offset = (address - run->base) >> (32 - run->block_length);
    blocks = run_blocks(table, count - 1);
    return run->first_index + (offset < blocks ? offset : blocks);
}
