// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/byte_ring.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/pages.h"

enum {
    UNIT = 8, /* every piece, together with the length in front of it, fills whole units */
};

#define TO_THE_START UINT32_MAX /* instead of a length: the next piece begins at the start */

int byte_ring_init(struct byte_ring *ring, uint64_t capacity)
{
    *ring = (struct byte_ring){0};
    if (capacity < UNIT || (capacity & (capacity - 1)) != 0)
        return -EINVAL;
    ring->bytes = pages_map(capacity);
    if (!ring->bytes)
        return -ENOMEM;
    ring->mask = capacity - 1;
    return 0;
}

void byte_ring_destroy(struct byte_ring *ring)
{
    pages_unmap(ring->bytes, ring->mask + 1);
    ring->bytes = NULL;
}

static uint32_t *length_at(const struct byte_ring *ring, uint64_t position)
{
    return (uint32_t *)(void *)(ring->bytes + (position & ring->mask));
}

static bool has_room(struct byte_ring *ring, uint64_t until)
{
    if (until - ring->tail_seen <= ring->mask + 1)
        return true;
    ring->tail_seen = atomic_load_explicit(&ring->tail, memory_order_acquire);
    return until - ring->tail_seen <= ring->mask + 1;
}

void *byte_ring_reserve(struct byte_ring *ring, uint32_t length)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint64_t size = UNIT + ((uint64_t)length + UNIT - 1) / UNIT * UNIT;
    uint64_t to_the_end = ring->mask + 1 - (head & ring->mask);
    uint64_t skipped = size <= to_the_end ? 0 : to_the_end;

    if (!has_room(ring, head + skipped + size))
        return NULL;
    if (skipped)
        *length_at(ring, head) = TO_THE_START;
    *length_at(ring, head + skipped) = length;
    ring->next_head = head + skipped + size;
    return ring->bytes + ((head + skipped) & ring->mask) + UNIT;
}

void byte_ring_publish(struct byte_ring *ring)
{
    atomic_store_explicit(&ring->head, ring->next_head, memory_order_release);
}

const void *byte_ring_peek(struct byte_ring *ring, uint32_t *length)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

    if (tail == ring->head_seen) {
        ring->head_seen = atomic_load_explicit(&ring->head, memory_order_acquire);
        if (tail == ring->head_seen)
            return NULL;
    }
    if (*length_at(ring, tail) == TO_THE_START)
        tail += ring->mask + 1 - (tail & ring->mask);
    *length = *length_at(ring, tail);
    ring->next_tail = tail + UNIT + ((uint64_t)*length + UNIT - 1) / UNIT * UNIT;
    return ring->bytes + (tail & ring->mask) + UNIT;
}

void byte_ring_release(struct byte_ring *ring)
{
    atomic_store_explicit(&ring->tail, ring->next_tail, memory_order_release);
}
