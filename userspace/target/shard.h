// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A share of something numbered that is divided among surveys which know nothing of each other: shard I of N
 * has the numbers I, I + N, I + 2 N, …, and calls them 0, 1, 2, …
 *
 *   whole     0   1   2   3   4   5   6   7
 *   shard 0   0           1           2            of 3
 *   shard 1       0           1           2
 *   shard 2           0           1
 *
 * Together they have every number once, and none has more than one number more than another.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    SHARDS_MAX = 65536, /* what the field of a record holds */
};

struct shard {
    uint32_t index, of; /* `of` 1: the whole; 0 stands for it, too, where a shard is asked for */
};

/* shard_whole() is the number in the whole. */
static inline uint64_t shard_whole(const struct shard *shard, uint64_t own)
{
    return own * shard->of + shard->index;
}

/* shard_count() is how many of the whole's first `count` numbers are of this shard. */
static inline uint64_t shard_count(const struct shard *shard, uint64_t count)
{
    return count > shard->index ? (count - shard->index - 1) / shard->of + 1 : 0;
}

/* shard_own() turns a number of the whole into the shard's; false where it is another's. */
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
