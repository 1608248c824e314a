// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host drawn in a block: it depends on the key, the block's base and the block's size alone.
 *
 * In a block of four addresses or more the first and the last are never drawn, since they are the network's
 * and the broadcast address where the block is a subnet.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mix.h"
#include "target/address_set.h"
#include "target/ipv4_block.h"

enum {
    /* Draws in a block that the sets touch. One in 2^8 such blocks keeps a bad draw where half of it is in
     * the sets; each draw costs two look-ups. */
    HOST_DRAWS = 8,
};

struct host_draw {
    uint64_t key;
    const struct address_set *withheld; /* never drawn */
    const struct address_set *avoided;  /* drawn only where HOST_DRAWS draws found nothing better */
};

/* host_first() and host_last() bound what is drawn in `block`, of 1 to 32 bits; both inclusive. */
static inline uint32_t host_first(struct ipv4_block block)
{
    return block.base + (block.length <= 30);
}

static inline uint32_t host_last(struct ipv4_block block)
{
    return ipv4_block_last(block) - (block.length <= 30);
}

/* host_draw_at() is the draw with number `attempt`, whatever the sets say. */
static inline uint32_t host_draw_at(uint64_t key, struct ipv4_block block, unsigned attempt)
{
    uint32_t first = host_first(block);
    uint64_t block_and_attempt = (uint64_t)attempt << 40 | (uint64_t)block.length << 32 | block.base;

    return first + keyed_draw(block_and_attempt, key, (uint64_t)host_last(block) - first + 1);
}

/*
 * host_draw_allowed() draws up to HOST_DRAWS times, until the host is in neither set. Where all of them are
 * in one, the last draw stands, and the sender's look at the blocklist counts it as blocked; a withheld one
 * moves on to the next host of the block that is not withheld. The block must have one.
 */
uint32_t host_draw_allowed(const struct host_draw *draw, struct ipv4_block block);

/* host_draw_flow() is the host of a flow, where that of flow 0 is `host`; `mixed`: the sets hold a part of the block. */
uint32_t host_draw_flow(const struct host_draw *draw, struct ipv4_block block, bool mixed, uint32_t host,
                        unsigned flow);

/* host_draw_is_possible() says whether some host of `block` is not withheld. */
bool host_draw_is_possible(const struct host_draw *draw, struct ipv4_block block);
