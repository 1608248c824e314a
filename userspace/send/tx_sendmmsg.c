// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plain baseline: batches of crafted frames by sendmmsg(2) on an AF_PACKET socket, as other probers send.
 * It shares no memory with the kernel, so it works where a TX_RING is refused.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "send/packet_socket.h"
#include "send/tx.h"

enum {
    /* As many as a sender hands over at once: with more, probes would only wait here, with an older send
     * time. */
    DEFAULT_SLOTS = 64,
    /* Rounded up to whole cache lines. */
    SLOT = (FRAME_MAX_LENGTH + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE,
};

/* Frames from `tail` to `head` wait to be sent. Positions only grow, and are masked for use. */
struct sendmmsg_backend {
    struct tx base;
    int fd;
    unsigned interface_index;
    const struct frame_template *frame;
    bool constant; /* every message is the same frame */
    uint32_t mask;
    uint64_t head, tail;
    uint8_t (*slots)[SLOT];
    struct iovec *vectors;
    struct mmsghdr *messages;
};

static void release(struct sendmmsg_backend *self)
{
    if (self->fd >= 0)
        close(self->fd);
    free(self->slots);
    free(self->vectors);
    free(self->messages);
    free(self);
}

static int allocate(struct sendmmsg_backend *self, uint32_t slots, const struct tx_constant *constant)
{
    self->slots = aligned_alloc(CACHE_LINE, (size_t)slots * SLOT);
    self->vectors = calloc(slots, sizeof(*self->vectors));
    self->messages = calloc(slots, sizeof(*self->messages));
    if (!self->slots || !self->vectors || !self->messages)
        return -ENOMEM;
    for (uint32_t i = 0; i < slots; i++) {
        frame_prepare(self->frame, self->slots[i]);
        self->vectors[i] = self->constant
                               ? (struct iovec){(uint8_t *)(uintptr_t)constant->frame, constant->length}
                               : (struct iovec){.iov_base = self->slots[i]};
        self->messages[i].msg_hdr = (struct msghdr){.msg_iov = &self->vectors[i], .msg_iovlen = 1};
    }
    return 0;
}

static int sendmmsg_open(struct tx **out, const struct tx_config *config)
{
    uint32_t slots = config->slots ? config->slots : DEFAULT_SLOTS;
    struct sendmmsg_backend *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->base.ops = &tx_sendmmsg;
    self->frame = config->frame;
    self->interface_index = config->interface_index;
    self->mask = slots - 1;
    self->constant = config->constant.length > 0;
    self->fd = packet_socket_open(config->interface_index, slots);
    int error = self->fd < 0 ? self->fd : allocate(self, slots, &config->constant);
    if (error) {
        release(self);
        return error;
    }
    *out = &self->base;
    return 0;
}

static size_t sendmmsg_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct sendmmsg_backend *self = (struct sendmmsg_backend *)tx;
    uint32_t now_us = (uint32_t)(now_ns / NS_PER_US);
    size_t taken = 0;

    for (; taken < n && self->head - self->tail <= self->mask; taken++) {
        uint32_t slot = self->head++ & self->mask;

        if (self->constant)
            continue;
        self->vectors[slot].iov_len = frame_craft(self->frame, &probes[taken], now_us, self->slots[slot]);
    }
    return taken;
}

/* Hands over the frames from the tail on that are contiguous. Returns how many the kernel took, or a negative
 * errno. */
static int hand_over(struct sendmmsg_backend *self)
{
    uint32_t first = self->tail & self->mask;
    uint64_t pending = self->head - self->tail, to_end = (uint64_t)self->mask + 1 - first;
    int sent = sendmmsg(self->fd, &self->messages[first], (unsigned)(pending < to_end ? pending : to_end),
                        MSG_DONTWAIT);

    return sent < 0 ? -errno : sent;
}

static void drop_first(struct sendmmsg_backend *self)
{
    tx_tell_dropped_frame(&self->base, self->frame, self->slots[self->tail++ & self->mask]);
    counter_add(&self->base.counters.dropped, 1);
}

static int sendmmsg_push(struct tx *tx)
{
    struct sendmmsg_backend *self = (struct sendmmsg_backend *)tx;

    while (self->head != self->tail) {
        int sent = hand_over(self);

        /* The call fails only if its first frame does: only that one is malformed. */
        if (sent == -EMSGSIZE || sent == -EINVAL) {
            drop_first(self);
        } else if (sent == -EAGAIN || sent == -ENOBUFS || sent == -EINTR) {
            return packet_socket_link_down(self->fd, self->interface_index) ? -ENETDOWN : -EAGAIN;
        } else if (sent < 0) {
            return sent;
        } else {
            counter_add(&tx->counters.sent, (uint64_t)sent);
            self->tail += (uint64_t)sent;
        }
    }
    return 0;
}

static void sendmmsg_redirect(struct tx *tx, const uint8_t next_hop_mac[6])
{
    struct sendmmsg_backend *self = (struct sendmmsg_backend *)tx;

    for (uint32_t i = 0; i <= self->mask; i++)
        memcpy(self->slots[i], next_hop_mac, 6);
}

static void sendmmsg_renew(struct tx *tx, uint64_t now_ns)
{
    struct sendmmsg_backend *self = (struct sendmmsg_backend *)tx;

    for (uint64_t i = self->tail; i < self->head; i++)
        frame_renew(self->frame, (uint32_t)(now_ns / NS_PER_US), self->slots[i & self->mask]);
}

static bool sendmmsg_waiting(struct tx *tx, tx_visitor *visit, void *context)
{
    struct sendmmsg_backend *self = (struct sendmmsg_backend *)tx;

    for (uint64_t i = self->tail; i < self->head; i++)
        tx_visit_frame(self->frame, self->slots[i & self->mask], visit, context);
    return true;
}

static void sendmmsg_give_up(struct tx *tx)
{
    struct sendmmsg_backend *self = (struct sendmmsg_backend *)tx;

    if (self->tail != self->head)
        drop_first(self);
}

static void sendmmsg_close(struct tx *tx, struct tx_totals *final)
{
    struct sendmmsg_backend *self = (struct sendmmsg_backend *)tx;

    counter_add(&tx->counters.dropped, self->head - self->tail);
    *final = (struct tx_totals){counter_read(&tx->counters.sent), counter_read(&tx->counters.dropped)};
    release(self);
}

const struct tx_ops tx_sendmmsg = {
    .name = "sendmmsg",
    .yields = true,
    .help = "sendmmsg(2) on an AF_PACKET socket, as a baseline",
    .open = sendmmsg_open,
    .send = sendmmsg_send,
    .push = sendmmsg_push,
    .redirect = sendmmsg_redirect,
    .renew = sendmmsg_renew,
    .waiting = sendmmsg_waiting,
    .give_up = sendmmsg_give_up,
    .close = sendmmsg_close,
};
