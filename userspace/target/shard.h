// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Divides numbered items among surveys that know nothing of each other. Shard I of N has the numbers I, I +
 * N, I + 2 N, … of the whole, and numbers them 0, 1, 2, …
 *
 *   whole     0   1   2   3   4   5   6   7
 *   shard 0   0           1           2            of 3
 *   shard 1       0           1           2
 *   shard 2           0           1
 *
 * Together the shards have every number once. Their counts differ by at most one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    SHARDS_MAX = 65536, /* the most that the field of a record can hold */
};

struct shard {
    uint32_t index, of; /* `of` 1: the whole; 0 also, in a request for a shard */
};

/* shard_whole() returns the number in the whole of the shard's number `own`. */
static inline uint64_t shard_whole(const struct shard *shard, uint64_t own)
{
    return own * shard->of + shard->index;
}

/* shard_count() returns how many of the whole's first `count` numbers are in this shard. */
static inline uint64_t shard_count(const struct shard *shard, uint64_t count)
{
    return count > shard->index ? (count - shard->index - 1) / shard->of + 1 : 0;
}

/* shard_own() converts a number of the whole into the shard's. Returns false where another shard has it. */
static inline bool shard_own(const struct shard *shard, uint64_t *number)
{
    if (shard->of == 1)
        return true;
    if (*number % shard->of != shard->index)
        return false;
    *number /= shard->of;
    return true;
}

static inline bool shard_is_whole(const struct shard *shard)
{
    return shard->of <= 1;
}
