// SPDX-License-Identifier: GPL-2.0-or-later
/* The default backend: probes crafted in place into the TX_RING of an AF_PACKET socket. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "send/packet_ring.h"
#include "send/tx.h"

enum {
    /* Four batches, 64 KB: a device that returns slots late still has frames to work on while the next batch
     * is crafted. On devices that return them at once, 64 to 1,024 slots send equally fast. With 4,096 the
     * ring no longer fits the second-level cache, and a bare loop takes up to a tenth longer
     * (docs/performance.md). */
    DEFAULT_SLOTS = 256,
};

_Static_assert(PACKET_RING_FRAME_OFFSET + FRAME_MAX_LENGTH <= PACKET_RING_SLOT,
               "the longest probe fits a slot");

struct ring_backend {
    struct tx base;
    struct packet_ring ring;
    const struct frame_template *frame;
    unsigned constant_length; /* of the frame in every slot; 0: probes are sent */
};

static void prepare_slots(struct ring_backend *self, const struct tx_constant *constant)
{
    self->constant_length = constant->length;
    for (uint64_t i = 0; i <= self->ring.mask; i++) {
        uint8_t *frame = packet_ring_slot(&self->ring, i) + PACKET_RING_FRAME_OFFSET;

        if (constant->length)
            memcpy(frame, constant->frame, constant->length);
        else
            frame_prepare(self->frame, frame);
    }
}

static void tell_dropped(void *context, const uint8_t *frame)
{
    const struct ring_backend *self = context;

    tx_tell_dropped_frame(&self->base, self->frame, frame);
}

static int ring_open(struct tx **out, const struct tx_config *config)
{
    struct ring_backend *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->base.ops = &tx_ring;
    self->frame = config->frame;
    int error =
        packet_ring_open(&self->ring, config->interface_index, config->slots ? config->slots : DEFAULT_SLOTS,
                         config->constant.length ? config->constant.length : (unsigned)FRAME_MAX_LENGTH);
    if (error) {
        free(self);
        return error;
    }
    self->ring.dropped = tell_dropped;
    self->ring.context = self;
    prepare_slots(self, &config->constant);
    *out = &self->base;
    return 0;
}

static void count(struct ring_backend *self, struct packet_ring_finished finished)
{
    counter_add(&self->base.counters.sent, finished.sent);
    counter_add(&self->base.counters.dropped, finished.unsent);
}

static size_t repeat(struct ring_backend *self, size_t n)
{
    size_t taken = 0;

    for (; taken < n && packet_ring_next(&self->ring); taken++)
        packet_ring_publish(&self->ring, self->constant_length);
    return taken;
}

static size_t ring_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct ring_backend *self = (struct ring_backend *)tx;
    uint32_t now_us = (uint32_t)(now_ns / NS_PER_US);
    size_t taken = 0;

    if (self->constant_length)
        return repeat(self, n);
    for (; taken < n; taken++) {
        uint8_t *frame = packet_ring_next(&self->ring);

        if (!frame)
            break;
        packet_ring_publish(&self->ring, frame_craft(self->frame, &probes[taken], now_us, frame));
    }
    return taken;
}

/* Frames are taken in order: once the last one is taken, no kick is needed. */
static int kick(struct packet_ring *ring)
{
    return packet_ring_waits(ring, ring->head - 1) ? packet_ring_kick(ring) : 0;
}

static int ring_push(struct tx *tx)
{
    struct ring_backend *self = (struct ring_backend *)tx;

    if (!packet_ring_pending(&self->ring))
        return 0;
    int error = kick(&self->ring);
    struct packet_ring_finished finished = packet_ring_collect(&self->ring);
    count(self, finished);
    if (error && error != -EAGAIN)
        return error;
    if (error == -EAGAIN && !finished.sent && packet_ring_link_down(&self->ring))
        return -ENETDOWN;
    return packet_ring_pending(&self->ring) ? -EAGAIN : 0;
}

/* The kernel reads slots only in packet_ring_kick(), which this thread calls. */
static void ring_redirect(struct tx *tx, const uint8_t next_hop_mac[6])
{
    struct ring_backend *self = (struct ring_backend *)tx;

    for (uint64_t i = 0; i <= self->ring.mask; i++)
        memcpy(packet_ring_slot(&self->ring, i) + PACKET_RING_FRAME_OFFSET, next_hop_mac, 6);
}

/* Safe for the same reason. */
static void ring_renew(struct tx *tx, uint64_t now_ns)
{
    struct ring_backend *self = (struct ring_backend *)tx;
    uint32_t now_us = (uint32_t)(now_ns / NS_PER_US);

    for (uint64_t i = self->ring.tail; i < self->ring.head; i++)
        if (packet_ring_waits(&self->ring, i))
            frame_renew(self->frame, now_us, packet_ring_slot(&self->ring, i) + PACKET_RING_FRAME_OFFSET);
}

static bool ring_waiting(struct tx *tx, tx_visitor *visit, void *context)
{
    struct ring_backend *self = (struct ring_backend *)tx;

    for (uint64_t i = self->ring.tail; i < self->ring.head; i++)
        if (packet_ring_waits(&self->ring, i))
            tx_visit_frame(self->frame, packet_ring_slot(&self->ring, i) + PACKET_RING_FRAME_OFFSET, visit,
                           context);
    return true;
}

static void ring_give_up(struct tx *tx)
{
    struct ring_backend *self = (struct ring_backend *)tx;

    counter_add(&tx->counters.dropped, packet_ring_give_up(&self->ring));
}

static void ring_close(struct tx *tx, struct tx_totals *final)
{
    struct ring_backend *self = (struct ring_backend *)tx;

    count(self, packet_ring_abandon(&self->ring));
    *final = (struct tx_totals){counter_read(&tx->counters.sent), counter_read(&tx->counters.dropped)};
    packet_ring_close(&self->ring);
    free(self);
}

const struct tx_ops tx_ring = {
    .name = "ring",
    .help = "TX_RING of an AF_PACKET socket",
    .open = ring_open,
    .send = ring_send,
    .push = ring_push,
    .redirect = ring_redirect,
    .renew = ring_renew,
    .waiting = ring_waiting,
    .give_up = ring_give_up,
    .close = ring_close,
};
