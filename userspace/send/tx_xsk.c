// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes are crafted in place into the UMEM of an AF_XDP socket, the same that receives the queue's
 * replies. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "send/packet_socket.h"
#include "send/tx.h"
#include "xdp/xdp_tx.h"

_Static_assert(FRAME_MAX_LENGTH <= (unsigned)XDP_TX_PROBE_SLOT, "the longest probe fits a slot");

struct xsk_backend {
    struct tx base;
    struct xdp_tx *xdp; /* owned by the socket */
    uint32_t part;      /* the part of its slots that belongs to this backend */
    const struct frame_template *frame;
    unsigned interface_index;
    unsigned constant_length; /* of the frame in every slot; 0: probes are sent */
    int inquiry;              /* a socket to query the link's state, which AF_XDP sockets do not report */
};

static struct xdp_tx_part *part_of(const struct xsk_backend *self)
{
    return &self->xdp->parts[self->part];
}

static uint8_t *slot_at(const struct xsk_backend *self, uint32_t i)
{
    return xdp_tx_slot(self->xdp, part_of(self)->first + i);
}

static void tell_dropped(void *context, const uint8_t *frame)
{
    const struct xsk_backend *self = context;

    tx_tell_dropped_frame(&self->base, self->frame, frame);
}

static void prepare_slots(const struct xsk_backend *self, const struct tx_constant *constant)
{
    for (uint32_t i = 0; i < part_of(self)->slots; i++)
        if (constant->length)
            memcpy(slot_at(self, i), constant->frame, constant->length);
        else
            frame_prepare(self->frame, slot_at(self, i));
}

static int xsk_open(struct tx **out, const struct tx_config *config)
{
    struct xsk_backend *self;

    if (!config->xdp || config->xdp_part >= config->xdp->part_count ||
        config->constant.length > config->xdp->slot_size)
        return -EINVAL;
    self = calloc(1, sizeof(*self));
    if (!self)
        return -ENOMEM;
    *self = (struct xsk_backend){
        .base.ops = &tx_xsk,
        .xdp = config->xdp,
        .part = config->xdp_part,
        .frame = config->frame,
        .interface_index = config->interface_index,
        .constant_length = config->constant.length,
        .inquiry = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
    };
    if (self->inquiry < 0) {
        int error = -errno;

        free(self);
        return error;
    }
    part_of(self)->dropped = tell_dropped;
    part_of(self)->context = self;
    prepare_slots(self, &config->constant);
    *out = &self->base;
    return 0;
}

static size_t xsk_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct xsk_backend *self = (struct xsk_backend *)tx;
    uint32_t now_us = (uint32_t)(now_ns / NS_PER_US);
    size_t taken = 0;

    for (; taken < n; taken++) {
        uint8_t *frame = xdp_tx_next(self->xdp, self->part);

        if (!frame)
            break;
        xdp_tx_publish(self->xdp, self->part,
                       self->constant_length ? self->constant_length
                                             : frame_craft(self->frame, &probes[taken], now_us, frame));
    }
    return taken;
}

/* Returns why a device took nothing. */
static int why_refused(const struct xsk_backend *self)
{
    /* The MTU was large enough when the survey began, and may be again. */
    if (packet_socket_link_down(self->inquiry, self->interface_index) ||
        packet_socket_mtu(self->inquiry, self->interface_index) < self->frame->layout.layout->longest)
        return -ENETDOWN;
    return -EAGAIN;
}

/* Returns how many probes the device took. */
static uint32_t collect(struct xsk_backend *self)
{
    struct xdp_tx_finished finished = xdp_tx_collect(self->xdp, self->part);

    counter_add(&self->base.counters.sent, finished.sent);
    counter_add(&self->base.counters.dropped, finished.dropped);
    return finished.sent;
}

static int xsk_push(struct tx *tx)
{
    struct xsk_backend *self = (struct xsk_backend *)tx;

    if (!xdp_tx_pending(self->xdp, self->part))
        return 0;
    int error = xdp_tx_kick(self->xdp);
    uint32_t sent = collect(self);
    if (error == -EAGAIN && !sent)
        error = why_refused(self);
    if (error && error != -EAGAIN)
        return error;
    return xdp_tx_pending(self->xdp, self->part) ? -EAGAIN : 0;
}

/* The kernel reads slots only in xdp_tx_kick(), which this thread calls; a zero-copy device also reads
 * later. */
static void xsk_redirect(struct tx *tx, const uint8_t next_hop_mac[6])
{
    struct xsk_backend *self = (struct xsk_backend *)tx;

    for (uint32_t i = 0; i < part_of(self)->slots; i++)
        memcpy(slot_at(self, i), next_hop_mac, 6);
}

/* Also changes slots of probes that have left: nobody reads these any more. A zero-copy device may still be
 * reading. */
static void xsk_renew(struct tx *tx, uint64_t now_ns)
{
    struct xsk_backend *self = (struct xsk_backend *)tx;

    for (uint32_t i = 0; i < part_of(self)->slots && !self->xdp->zero_copy; i++)
        frame_renew(self->frame, (uint32_t)(now_ns / NS_PER_US), slot_at(self, i));
}

static bool xsk_waiting(struct tx *tx, tx_visitor *visit, void *context)
{
    struct xsk_backend *self = (struct xsk_backend *)tx;

    xdp_tx_judge(self->xdp);
    for (uint32_t i = 0; i < part_of(self)->slots; i++)
        if (xdp_tx_is_unsent(self->xdp, part_of(self)->first + i))
            tx_visit_frame(self->frame, slot_at(self, i), visit, context);
    return true;
}

/* A zero-copy device keeps frames that it has no room for, and refuses none. */
static void xsk_give_up(struct tx *tx)
{
    struct xsk_backend *self = (struct xsk_backend *)tx;

    if (!xdp_tx_pending(self->xdp, self->part))
        return;
    xdp_tx_give_up(self->xdp);
    collect(self); /* drops the frame that was refused last, if it was not known which one that is */
    xdp_tx_kick(self->xdp);
    collect(self);
}

static void xsk_close(struct tx *tx, struct tx_totals *final)
{
    struct xsk_backend *self = (struct xsk_backend *)tx;

    xdp_tx_judge(self->xdp);
    collect(self);
    part_of(self)->dropped = NULL; /* the socket stays open */
    uint32_t unsent = xdp_tx_unsent(self->xdp, self->part);
    uint32_t in_flight = part_of(self)->slots - part_of(self)->free_count;

    counter_add(&tx->counters.sent, in_flight - unsent);
    counter_add(&tx->counters.dropped, unsent);
    *final = (struct tx_totals){counter_read(&tx->counters.sent), counter_read(&tx->counters.dropped)};
    close(self->inquiry);
    free(self);
}

const struct tx_ops tx_xsk = {
    .name = "xsk",
    .help = "AF_XDP, with the sockets that receive replies",
    .uses_xdp_socket = true,
    .one_device = true,
    .open = xsk_open,
    .send = xsk_send,
    .push = xsk_push,
    .redirect = xsk_redirect,
    .renew = xsk_renew,
    .waiting = xsk_waiting,
    .give_up = xsk_give_up,
    .close = xsk_close,
};
