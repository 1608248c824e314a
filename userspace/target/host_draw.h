// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host drawn in a block. It depends only on the key, the block's base and the block's size.
 *
 * In a block of four or more addresses the first and the last are never drawn: if the block is a subnet, they are
 * the network's address and the broadcast address.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mix.h"
#include "target/address_set.h"
#include "target/ipv4_block.h"

enum {
    /* Draws per block that the sets touch. Where half of a block is in the sets, all draws fail in one of 2^8
     * such blocks. Each draw costs two look-ups. */
    HOST_DRAWS = 8,
};

struct host_draw {
    uint64_t key;
    const struct address_set *withheld; /* never drawn */
    const struct address_set *avoided;  /* drawn only where all HOST_DRAWS draws fail */
};

/* host_first() and host_last() return the first and the last host that may be drawn in `block`, whose length is
 * 1 to 32 bits. */
static inline uint32_t host_first(struct ipv4_block block)
{
    return block.base + (block.length <= 30);
}

static inline uint32_t host_last(struct ipv4_block block)
{
    return ipv4_block_last(block) - (block.length <= 30);
}

/* host_draw_at() returns draw number `attempt`, without regard to the sets. */
static inline uint32_t host_draw_at(uint64_t key, struct ipv4_block block, unsigned attempt)
{
    uint32_t first = host_first(block);
    uint64_t block_and_attempt = (uint64_t)attempt << 40 | (uint64_t)block.length << 32 | block.base;

    return first + keyed_draw(block_and_attempt, key, (uint64_t)host_last(block) - first + 1);
}

/*
 * host_draw_allowed() draws until the host is in neither set, at most HOST_DRAWS times. If every draw is in a set,
 * it uses the last one. If that one is avoided, the sender finds it in the blocklist and counts it as blocked. If
 * it is withheld, the next host of the block that is not withheld is used. The block must have such a host.
 */
uint32_t host_draw_allowed(const struct host_draw *draw, struct ipv4_block block);

/* host_draw_flow() returns the host of a flow, where flow 0 has `host`. `mixed`: the sets hold a part of the
 * block. */
uint32_t host_draw_flow(const struct host_draw *draw, struct ipv4_block block, bool mixed, uint32_t host,
                        unsigned flow);

/* host_draw_is_possible() returns true if some host of `block` is not withheld. */
bool host_draw_is_possible(const struct host_draw *draw, struct ipv4_block block);
