// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/block_pool.h"

#include <errno.h>
#include <string.h>

#include "base/pages.h"

static size_t size_of(const struct block_pool *pool)
{
    return ((size_t)pool->room + 1) * pool->block_size;
}

int block_pool_init(struct block_pool *pool, size_t block_size, uint32_t room)
{
    *pool = (struct block_pool){.block_size = block_size, .room = room};
    pool->memory = pages_map_untouched(size_of(pool));
    return pool->memory ? 0 : -ENOMEM;
}

void block_pool_free(struct block_pool *pool)
{
    pages_unmap(pool->memory, size_of(pool));
    pool->memory = NULL;
}

uint32_t block_pool_take(struct block_pool *pool)
{
    uint32_t number = pool->first_free;

    if (pool->taken == pool->room)
        return 0;
    pool->taken++;
    if (!number)
        return ++pool->touched;
    memcpy(&pool->first_free, block_pool_at(pool, number), sizeof(pool->first_free));
    memset(block_pool_at(pool, number), 0, pool->block_size);
    return number;
}

void block_pool_give(struct block_pool *pool, uint32_t number)
{
    memcpy(block_pool_at(pool, number), &pool->first_free, sizeof(pool->first_free));
    pool->first_free = number;
    pool->taken--;
}
