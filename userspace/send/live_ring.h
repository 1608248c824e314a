// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The userspace side of the ring shared with bpf/live_sender.bpf.c. include/live_sender.h has the diagram,
 * and the memory order that both sides keep.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "live_sender.h"
#include "packet/frame.h"

struct live_ring {
    /* Mapped. The first two are written here, the others by the BPF program. */
    uint8_t *slots;
    struct live_orders *orders;
    const struct live_progress *progress;
    const struct live_drops *drops;
    uint32_t count;                  /* of slots, a power of two */
    uint32_t slot_bytes;             /* LIVE_SLOT_BYTES() */
    uint64_t head, published, taken; /* positions; `taken` as last read */
    uint64_t hold;                   /* as last written; odd: probes are held back */
    uint64_t dropped, told;          /* counts of probes: dropped, as last read, and returned by
                                        live_ring_next_dropped() */
};

/* live_ring_prepare() writes the constant bytes of probes into every slot. Probes have the layout of `frame`;
 * slots do not contain its Ethernet header. */
void live_ring_prepare(struct live_ring *ring, const struct frame_template *frame);

/* live_ring_renew() crafts the probes that are held back anew, with the send time `now_us`. It does nothing
 * until the BPF program has confirmed that it reads no slot. */
void live_ring_renew(struct live_ring *ring, const struct frame_template *frame, uint32_t now_us);

/* live_ring_slot() returns the start of the packet at a position. */
static inline uint8_t *live_ring_slot(const struct live_ring *ring, uint64_t position)
{
    return ring->slots + (position & (ring->count - 1)) * ring->slot_bytes;
}

/* live_ring_craft() crafts a probe into the slot at the head, which must be free. */
static inline void live_ring_craft(struct live_ring *ring, const struct frame_template *frame,
                                   const struct probe *probe, uint32_t now_us)
{
    uint8_t *slot = live_ring_slot(ring, ring->head++);
    uint16_t length = (uint16_t)frame->layout.layout->craft(&frame->probe, probe, now_us, slot);

    memcpy(slot + ring->slot_bytes - sizeof(length), &length, sizeof(length));
}

/* live_ring_look() reads a word that the BPF program writes, with acquire order. */
static inline uint64_t live_ring_look(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* live_ring_update() reads the progress of the BPF program and returns how many slots are in use. Slots that
 * have become free may hold dropped probes: call live_ring_next_dropped() before crafting into them. */
static inline uint64_t live_ring_update(struct live_ring *ring)
{
    ring->taken = live_ring_look(&ring->progress->taken);
    ring->dropped = live_ring_look(&ring->progress->dropped);
    return ring->head - ring->taken;
}

/* live_ring_next_dropped() returns the slot of the next dropped probe, as of the last live_ring_update();
 * NULL: no more. */
static inline const uint8_t *live_ring_next_dropped(struct live_ring *ring)
{
    if (ring->told == ring->dropped)
        return NULL;
    return live_ring_slot(ring, ring->drops->positions[ring->told++ & (LIVE_RING_MAX_SLOTS - 1)]);
}

/* live_ring_room() returns how many of the `wanted` slots from the head on are free. It reads the shared
 * progress only if it must. */
static inline size_t live_ring_room(struct live_ring *ring, size_t wanted)
{
    uint64_t used = ring->head - ring->taken;

    if (ring->count - used < wanted)
        used = live_ring_update(ring);
    return ring->count - used < wanted ? (size_t)(ring->count - used) : wanted;
}

static inline void live_ring_publish(struct live_ring *ring)
{
    ring->published = ring->head;
    __atomic_store_n(&ring->orders->published, ring->head, __ATOMIC_RELEASE);
}

static inline bool live_ring_is_held(const struct live_ring *ring)
{
    return ring->hold & 1;
}

/* live_ring_hold() holds probes back, live_ring_let_go() lets them leave. Both do nothing if that is the
 * state already. */
static inline void live_ring_hold(struct live_ring *ring)
{
    if (!live_ring_is_held(ring))
        __atomic_store_n(&ring->orders->hold, ++ring->hold, __ATOMIC_RELEASE);
}

static inline void live_ring_let_go(struct live_ring *ring)
{
    if (live_ring_is_held(ring))
        __atomic_store_n(&ring->orders->hold, ++ring->hold, __ATOMIC_RELEASE);
}

/* live_ring_is_obeyed() returns whether the BPF program has seen the last change of `hold`. */
static inline bool live_ring_is_obeyed(const struct live_ring *ring)
{
    return live_ring_look(&ring->progress->held) == ring->hold;
}
