// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Userspace's side of the ring that it shares with bpf/live_sender.bpf.c: include/live_sender.h has the
 * picture, and the order that both sides keep.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "live_sender.h"
#include "packet/frame.h"

struct live_ring {
    /* Mapped; the first two are written here, the others by BPF. */
    uint8_t *slots;
    struct live_orders *orders;
    const struct live_progress *progress;
    const struct live_drops *drops;
    uint32_t count;                  /* of slots, a power of two */
    uint32_t slot_bytes;             /* LIVE_SLOT_BYTES() */
    uint64_t head, published, taken; /* positions; `taken` as last looked at */
    uint64_t hold;                   /* as last written; odd: probes are held */
    uint64_t dropped, told;          /* probes; as last looked at, and those that were asked for */
};

/* live_ring_prepare() writes into every slot what no probe changes; probes have the layout of `frame`, and
 * its Ethernet header is none of the slot's. */
void live_ring_prepare(struct live_ring *ring, const struct frame_template *frame);

/* live_ring_renew() crafts once more, as sent at `now_us`, what is held; nothing happens before BPF has said
 * that it reads no slot. */
void live_ring_renew(struct live_ring *ring, const struct frame_template *frame, uint32_t now_us);

/* live_ring_slot() is where the packet of a position begins. */
static inline uint8_t *live_ring_slot(const struct live_ring *ring, uint64_t position)
{
    return ring->slots + (position & (ring->count - 1)) * ring->slot_bytes;
}

/* live_ring_craft() crafts a probe into the slot behind the head, of which there must be one. */
static inline void live_ring_craft(struct live_ring *ring, const struct frame_template *frame,
                                   const struct probe *probe, uint32_t now_us)
{
    uint8_t *slot = live_ring_slot(ring, ring->head++);
    uint16_t length = (uint16_t)frame->layout.layout->craft(&frame->probe, probe, now_us, slot);

    memcpy(slot + ring->slot_bytes - sizeof(length), &length, sizeof(length));
}

/* live_ring_look() reads a word of BPF's, with the order that goes with it. */
static inline uint64_t live_ring_look(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

/* live_ring_update() looks at how far BPF has come, and returns how many slots are in use. In those that are no
 * longer may be probes that were dropped: ask for these before crafting. */
static inline uint64_t live_ring_update(struct live_ring *ring)
{
    ring->taken = live_ring_look(&ring->progress->taken);
    ring->dropped = live_ring_look(&ring->progress->dropped);
    return ring->head - ring->taken;
}

/* live_ring_next_dropped() is the slot of the next probe that was dropped, as far as was looked; NULL: no more. */
static inline const uint8_t *live_ring_next_dropped(struct live_ring *ring)
{
    if (ring->told == ring->dropped)
        return NULL;
    return live_ring_slot(ring, ring->drops->positions[ring->told++ & (LIVE_RING_MAX_SLOTS - 1)]);
}

/* live_ring_room() is how many of the `wanted` slots behind the head are free. It
 * looks only where it must. */
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

/* live_ring_hold() keeps probes from leaving, live_ring_let_go() lets them; each
 * where it is not so already. */
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

/* live_ring_is_obeyed() says whether BPF has seen the last word on holding. */
static inline bool live_ring_is_obeyed(const struct live_ring *ring)
{
    return live_ring_look(&ring->progress->held) == ring->hold;
}
