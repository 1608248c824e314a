// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/live_ring.h"

void live_ring_prepare(struct live_ring *ring, const struct frame_template *frame)
{
    const struct layout *layout = frame->layout.layout;
    uint8_t packet[LAYOUT_LONGEST];

    unsigned kept = frame_changing(frame);

    ring->slot_bytes = LIVE_SLOT_BYTES(kept);
    layout->prepare(&frame->probe, packet);
    for (uint32_t i = 0; i < ring->count; i++) {
        uint8_t *slot = live_ring_slot(ring, i);

        memset(slot, 0, ring->slot_bytes);
        memcpy(slot, packet, kept);
    }
}

void live_ring_renew(struct live_ring *ring, const struct frame_template *frame, uint32_t now_us)
{
    struct quoted_probe held;

    if (!live_ring_is_held(ring) || !live_ring_is_obeyed(ring))
        return;
    live_ring_update(ring);
    for (uint64_t i = ring->taken; i < ring->head; i++) {
        uint8_t *slot = live_ring_slot(ring, i);

        if (layout_read_own(&frame->layout, slot, frame->layout.layout->crafted, &held))
            frame->layout.layout->craft(&frame->probe, &held.probe, now_us, slot);
    }
}
