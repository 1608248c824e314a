// SPDX-License-Identifier: GPL-2.0-or-later
/* Blocks of one size, taken and given back in any order, out of room that is fixed. Number 0 is none. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct block_pool {
    uint8_t *memory; /* of number 0, too, which is never used */
    size_t block_size;
    uint32_t room;    /* for blocks */
    uint32_t touched; /* numbers up to this one were used before */
    uint32_t taken;
    uint32_t first_free; /* of those given back; the first four bytes of each lead to the next one */
};

/* block_pool_init() makes room for `room` blocks of `block_size` bytes, at least 4; pages come as they are used.
 * 0 or -ENOMEM; block_pool_free() is right after both. */
int block_pool_init(struct block_pool *pool, size_t block_size, uint32_t room);
void block_pool_free(struct block_pool *pool);

/* block_pool_take() returns the number of a zeroed block, 0 where none is left. */
uint32_t block_pool_take(struct block_pool *pool);
void block_pool_give(struct block_pool *pool, uint32_t number);

static inline void *block_pool_at(const struct block_pool *pool, uint32_t number)
{
    return pool->memory + (size_t)number * pool->block_size;
}

static inline uint32_t block_pool_left(const struct block_pool *pool)
{
    return pool->room - pool->taken;
}
