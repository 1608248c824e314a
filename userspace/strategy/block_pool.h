// SPDX-License-Identifier: GPL-2.0-or-later
/* Blocks of one size, taken and given back in any order, from fixed room. Number 0 means none. */
#pragma once

#include <stddef.h>
#include <stdint.h>

struct block_pool {
    uint8_t *memory; /* begins with block 0, which is never used */
    size_t block_size;
    uint32_t room;    /* number of blocks */
    uint32_t touched; /* blocks up to this number were used before */
    uint32_t taken;
    uint32_t first_free; /* of the free list; the first four bytes of each block hold the number of the
                          * next */
};

/* block_pool_init() makes room for `room` blocks of `block_size` bytes, at least 4. Memory is touched only as
 * blocks are used. Returns 0 or -ENOMEM. block_pool_free() may be called after either. */
int block_pool_init(struct block_pool *pool, size_t block_size, uint32_t room);
void block_pool_free(struct block_pool *pool);

/* block_pool_take() returns the number of a zeroed block, or 0 where none is left. */
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
