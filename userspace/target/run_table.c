// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/run_table.h"

#include <errno.h>
#include <stdlib.h>

#include "base/growing.h"

enum {
    TOPS = 1 << 16, /* a top is the upper half of an address, a /16 */
    /* With few runs of very unequal size the processor cannot predict the search: 12 ns per look-up in
     * 0.0.0.0/0 without its special ranges, but 6 ns with this many slots. Four times as many slots gave
     * no further gain. */
    FEWEST_SLOTS = 1024,
};

static bool continues_last(const struct run_table *table, struct ipv4_block first, bool mixed)
{
    const struct run *last;

    if (table->count == 0)
        return false;
    last = &table->runs[table->count - 1];
    return !last->listed && last->block_length == first.length && last->mixed == mixed &&
           last->base + (run_count(table, last) << (32 - first.length)) == first.base;
}

static int append(struct run_table *table, const struct run *run)
{
    struct run *runs = growing_room(table->runs, table->count, &table->capacity, sizeof(*runs));

    if (!runs)
        return -ENOMEM;
    table->runs = runs;
    table->runs[table->count] = *run;
    table->runs[table->count++].first_index = (uint32_t)table->blocks;
    return 0;
}

int run_table_add(struct run_table *table, struct ipv4_block first, uint64_t blocks, bool mixed)
{
    int error = 0;

    if (!continues_last(table, first, mixed))
        error =
            append(table, &(struct run){.base = first.base, .block_length = first.length, .mixed = mixed});
    if (!error)
        table->blocks += blocks;
    return error;
}

int run_table_add_listed(struct run_table *table, uint32_t host, uint32_t entry)
{
    const struct run *last = table->count ? &table->runs[table->count - 1] : NULL;
    int error = 0;

    if (!last || !last->listed || last->entry + run_count(table, last) != entry)
        error = append(
            table,
            &(struct run){.base = host, .entry = entry, .block_length = 32, .mixed = true, .listed = true});
    if (!error)
        table->blocks++;
    return error;
}

/* One to two slots per run: then the search that follows mostly takes one step or none. More slots cost
 * more in cache misses than they save. */
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

    /* One more slot, so that the slot after that of any index exists. */
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

/* Returns the number of runs that begin at or before `address`. */
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

const struct run *run_table_up_to(const struct run_table *table, uint32_t address)
{
    uint32_t count = runs_up_to(table, address);

    return count ? &table->runs[count - 1] : NULL;
}
