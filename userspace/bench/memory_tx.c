// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/memory_tx.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "send/packet_ring.h"

enum {
    DEFAULT_SLOTS = 256, /* as the ring of tx_ring.c */
    PAGE = 4096,
    SLOT_BITS = 8,
};

_Static_assert(1 << SLOT_BITS == PACKET_RING_SLOT, "slots of a TX_RING");

struct memory_backend {
    struct tx base;
    const struct frame_template *frame;
    struct packet_ring ring;
};

static int memory_open(struct tx **out, const struct tx_config *config)
{
    uint32_t slots = config->slots ? config->slots : DEFAULT_SLOTS;
    struct memory_backend *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    *self = (struct memory_backend){
        .base.ops = &tx_memory,
        .frame = config->frame,
        .ring = {.slots = aligned_alloc(PAGE, (size_t)slots * PACKET_RING_SLOT),
                 .mask = slots - 1,
                 .slot_bits = SLOT_BITS},
    };
    if (!self->ring.slots) {
        free(self);
        return -ENOMEM;
    }
    for (uint64_t i = 0; i < slots; i++)
        frame_prepare(self->frame, packet_ring_slot(&self->ring, i) + PACKET_RING_FRAME_OFFSET);
    *out = &self->base;
    return 0;
}

static size_t memory_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct memory_backend *self = (struct memory_backend *)tx;
    uint32_t now_us = (uint32_t)(now_ns / NS_PER_US);

    for (size_t i = 0; i < n; i++) {
        uint8_t *frame = packet_ring_slot(&self->ring, self->ring.head) + PACKET_RING_FRAME_OFFSET;

        packet_ring_publish(&self->ring, frame_craft(self->frame, &probes[i], now_us, frame));
    }
    counter_add(&self->base.counters.sent, n);
    return n;
}

static int memory_push(struct tx *tx)
{
    (void)tx;
    return 0;
}

static void memory_close(struct tx *tx, struct tx_totals *final)
{
    struct memory_backend *self = (struct memory_backend *)tx;

    *final = (struct tx_totals){.sent = counter_read(&tx->counters.sent)};
    free(self->ring.slots);
    free(self);
}

const struct tx_ops tx_memory = {
    .name = "memory",
    .help = "crafts into memory, sends nothing",
    .open = memory_open,
    .send = memory_send,
    .push = memory_push,
    .close = memory_close,
};
