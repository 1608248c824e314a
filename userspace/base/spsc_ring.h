// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A ring between exactly one producer thread and one consumer thread.
 *
 *          head (producer writes)            tail (consumer writes)
 *            |                                 |
 *   [ . . . free . . . | r r r r ready r r r r | . . free . . ]
 *
 * The producer fills a slot, then publishes it with a release store of `head`; the consumer reads it after an
 * acquire load, then gives it back by a release store of `tail`. Each side keeps a copy of the other side's
 * index and reads the shared index only when the copy says full or empty, so that the cache lines seldom move
 * between cores.
 *
 * Order, on every machine: an element is written before the release store of `head` and read after the acquire
 * load that saw it; it is read before the release store of `tail` and written anew after the acquire load that
 * saw that. An old copy makes the ring look fuller to the producer or emptier to the consumer than it is, never
 * the reverse. Nothing depends on the order between `head` and `tail`.
 *
 * Invariant: 0 <= head - tail <= capacity; every element is consumed exactly once, in order.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"

struct spsc_ring {
    _Alignas(CACHE_LINE) _Atomic uint64_t head;
    uint64_t tail_seen; /* the producer's copy of tail */
    _Alignas(CACHE_LINE) _Atomic uint64_t tail;
    uint64_t head_seen; /* the consumer's copy of head */
    _Alignas(CACHE_LINE) uint8_t *elements;
    size_t element_size;
    uint64_t mask;
};

/*
 * spsc_ring_init() allocates `capacity` (a power of two) elements of `element_size` bytes.
 * Returns 0, -EINVAL for a capacity that is not a power of two, or -ENOMEM.
 */
int spsc_ring_init(struct spsc_ring *ring, uint64_t capacity, size_t element_size);

/* spsc_ring_destroy() frees the elements; both threads must have ended. */
void spsc_ring_destroy(struct spsc_ring *ring);

/* spsc_ring_reserve() is called by the producer. It returns the slot to fill next, or NULL while the ring is
 * full. */
static inline void *spsc_ring_reserve(struct spsc_ring *ring)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

    if (head - ring->tail_seen > ring->mask) {
        ring->tail_seen = atomic_load_explicit(&ring->tail, memory_order_acquire);
        if (head - ring->tail_seen > ring->mask)
            return NULL;
    }
    return ring->elements + (head & ring->mask) * ring->element_size;
}

/* spsc_ring_publish() is called by the producer. It makes the slot of the last spsc_ring_reserve() visible to
 * the consumer. */
static inline void spsc_ring_publish(struct spsc_ring *ring)
{
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);

    atomic_store_explicit(&ring->head, head + 1, memory_order_release);
}

/* spsc_ring_count() returns the number of elements that wait. Safe from every thread. */
static inline uint64_t spsc_ring_count(struct spsc_ring *ring)
{
    /* Tail first: it never overtakes a head that is read later. */
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);

    return atomic_load_explicit(&ring->head, memory_order_relaxed) - tail;
}

/* spsc_ring_filled() returns how full the ring is, 0 … 1. Safe from every thread. */
static inline double spsc_ring_filled(struct spsc_ring *ring)
{
    double filled = (double)spsc_ring_count(ring) / (double)(ring->mask + 1);

    return filled < 1 ? filled : 1;
}

/* spsc_ring_published() and spsc_ring_taken() are called by the consumer. They count elements since the start:
 * those that were published, and those that the consumer has given back. */
static inline uint64_t spsc_ring_published(struct spsc_ring *ring)
{
    return atomic_load_explicit(&ring->head, memory_order_acquire);
}

static inline uint64_t spsc_ring_taken(struct spsc_ring *ring)
{
    return atomic_load_explicit(&ring->tail, memory_order_relaxed);
}

/* spsc_ring_peek() is called by the consumer. It returns the oldest element, or NULL while the ring is empty. */
static inline const void *spsc_ring_peek(struct spsc_ring *ring)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

    if (tail == ring->head_seen) {
        ring->head_seen = atomic_load_explicit(&ring->head, memory_order_acquire);
        if (tail == ring->head_seen)
            return NULL;
    }
    return ring->elements + (tail & ring->mask) * ring->element_size;
}

/* spsc_ring_peek_ahead() is called by the consumer. It returns the element `places` after the oldest, or NULL
 * if the last spsc_ring_peek() has not seen one there. */
static inline const void *spsc_ring_peek_ahead(const struct spsc_ring *ring, uint64_t places)
{
    uint64_t place = atomic_load_explicit(&ring->tail, memory_order_relaxed) + places;

    return place < ring->head_seen ? ring->elements + (place & ring->mask) * ring->element_size : NULL;
}

/* spsc_ring_release() is called by the consumer. It gives back the slot of the last spsc_ring_peek(). */
static inline void spsc_ring_release(struct spsc_ring *ring)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);

    atomic_store_explicit(&ring->tail, tail + 1, memory_order_release);
}
