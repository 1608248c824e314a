// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A ring of pieces of different lengths between exactly one producer thread and one consumer thread.
 *
 *            tail (consumer writes)              head (producer writes)
 *              |                                   |
 *   [ . free . | length piece | length piece | ... | . . free . . ]
 *
 * Each piece is contiguous: if the room up to the end of the buffer is too short for it, a special length marks
 * that, and the piece begins at the start of the buffer. Order between the threads is that of base/spsc_ring.h:
 * a piece is written before the release store of `head`, and read after the acquire load that saw it.
 *
 * A piece of more than half the capacity may therefore find no room even in an empty ring.
 *
 * Invariant: 0 <= head - tail <= capacity, in bytes; every piece is consumed exactly once, in order.
 */
#pragma once

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"

struct byte_ring {
    _Alignas(CACHE_LINE) _Atomic uint64_t head;
    uint64_t tail_seen; /* the producer's copy of tail */
    uint64_t next_head; /* behind what was reserved last */
    _Alignas(CACHE_LINE) _Atomic uint64_t tail;
    uint64_t head_seen; /* the consumer's copy of head */
    uint64_t next_tail; /* behind what was peeked at last */
    _Alignas(CACHE_LINE) uint8_t *bytes;
    uint64_t mask;
};

/* byte_ring_init() allocates `capacity` bytes, a power of two. 0, -EINVAL or -ENOMEM. */
int byte_ring_init(struct byte_ring *ring, uint64_t capacity);

/* byte_ring_destroy() frees them; both threads must have ended. It may be called for a ring of zeros. */
void byte_ring_destroy(struct byte_ring *ring);

/* byte_ring_reserve() is called by the producer. It returns room for `length` bytes, at a multiple of 8, or
 * NULL while there is none. byte_ring_publish() makes the last reserved piece visible to the consumer. */
void *byte_ring_reserve(struct byte_ring *ring, uint32_t length);
void byte_ring_publish(struct byte_ring *ring);

/* byte_ring_peek() is called by the consumer. It returns the oldest piece, or NULL while there is none.
 * byte_ring_release() gives back the room of the last piece that was peeked at. */
const void *byte_ring_peek(struct byte_ring *ring, uint32_t *length);
void byte_ring_release(struct byte_ring *ring);
