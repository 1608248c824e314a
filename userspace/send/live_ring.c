// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/live_ring.h"

#include <string.h>

void live_ring_prepare(struct live_ring *ring, const struct layout_template *udp)
{
    uint8_t packet[UDP4_LONGEST];

    udp4_prepare(udp, packet);
    for (uint32_t i = 0; i < ring->count; i++)
        memcpy(live_ring_slot(ring, i)->ip, packet, UDP4_CRAFTED);
}

void live_ring_renew(struct live_ring *ring, const struct layout_template *udp, uint32_t now_us)
{
    struct quoted_probe held;

    if (!live_ring_is_held(ring) || !live_ring_is_obeyed(ring))
        return;
    live_ring_update(ring);
    for (uint64_t i = ring->taken; i < ring->head; i++) {
        uint8_t *ip = live_ring_slot(ring, i)->ip;

        if (udp4_recover(udp->key, UDP4_PORT, ip, ip + 20, &held) == PROBE_OURS)
            udp4_craft(udp, &held.probe, now_us, ip);
    }
}
