// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/address_index.h"

#include <errno.h>
#include <stdlib.h>

#include "base/growing.h"

int address_index_add(struct address_index *index, struct address first)
{
    struct address *firsts = growing_room(index->firsts, index->count, &index->capacity, sizeof(*firsts));

    if (!firsts || index->count == UINT32_MAX)
        return -ENOMEM;
    index->firsts = firsts;
    index->firsts[index->count++] = first;
    return 0;
}

/* Chooses the smallest shift with at most two buckets per first. */
static void choose_buckets(struct address_index *index)
{
    uint64_t span = 0;

    if (index->count > 0) {
        index->least = index->firsts[0].high;
        span = index->firsts[index->count - 1].high - index->least;
    }
    while (span >> index->shift > 2 * index->count)
        index->shift++;
    index->buckets = (size_t)(span >> index->shift) + 1;
}

int address_index_finish(struct address_index *index)
{
    size_t count = 0;

    choose_buckets(index);
    index->below = calloc(index->buckets + 1, sizeof(*index->below));
    if (!index->below)
        return -ENOMEM;
    for (size_t bucket = 0; bucket < index->buckets; bucket++) {
        while (count < index->count && (index->firsts[count].high - index->least) >> index->shift < bucket)
            count++;
        index->below[bucket] = (uint32_t)count;
    }
    index->below[index->buckets] = (uint32_t)index->count;
    return 0;
}

void address_index_free(struct address_index *index)
{
    free(index->firsts);
    free(index->below);
    *index = (struct address_index){0};
}

size_t address_index_up_to(const struct address_index *index, struct address address)
{
    uint64_t bucket;
    size_t low, high;

    if (address.high < index->least)
        return 0;
    bucket = (address.high - index->least) >> index->shift;
    if (bucket >= index->buckets)
        return index->count;
    low = index->below[bucket];
    high = index->below[bucket + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (address_compare(index->firsts[middle], address) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
