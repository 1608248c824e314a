// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * XDP live frames: probes are crafted here, into a ring shared with bpf/live_sender.bpf.c, which copies each
 * one into a frame of the kernel and redirects it to the device. No system call and no packet buffer per
 * probe.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "base/clock.h"
#include "base/cpu_relax.h"
#include "host/privilege.h"
#include "live_sender.h"
#include "send/live_call.h"
#include "send/live_ring.h"
#include "send/packet_socket.h"
#include "send/tx.h"

/* Needs the types of live_sender.h. */
#include "bpf/live_sender.skel.h"

enum {
    /* A probe waits in the ring for as long as the ring lasts (0.1 ms at 4 M/s), which counts in its RTT.
     * With fewer slots, the two CPUs get in each other's way (docs/sending.md). */
    DEFAULT_SLOTS = 512,
    /* At close: probes that the kernel has not taken after this time will never be taken. */
    DRAIN_NS = 100000000,
    /* A device that is up and refuses this many times in a row, with a reason, will take nothing. The
     * sender's thread waits 10 ms between two attempts. */
    MOST_REFUSALS = 100,
};

struct live_backend {
    struct tx base;
    const struct frame_template *frame;
    struct live_sender *skeleton;
    struct live_call call;
    unsigned interface_index;
    struct tx_constant constant; /* the frame that the kernel repeats by itself; with length 0, probes are
                                    sent */
    int inquiry;                 /* a socket to query the link's state */
    struct live_ring ring;
    uint64_t sent_before; /* frames sent before the last refusal */
    unsigned refusals;    /* since the device last took a frame */
    bool finished;        /* the call has ended for good */
};

/* The kernel's frames start as zeros, or as the constant frame that they keep. */
static int start_call(struct live_backend *self)
{
    static const uint8_t zeros[sizeof(struct live_header) + LIVE_ROOM_MOST];
    const struct live_sender *skeleton = self->skeleton;

    if (self->constant.length)
        return live_call_start(&self->call, bpf_program__fd(skeleton->progs.live_constant),
                               self->constant.frame, self->constant.length);
    return live_call_start(&self->call, bpf_program__fd(skeleton->progs.live_sender), zeros,
                           self->frame->ethernet_length + self->skeleton->rodata->room);
}

static int set_up(struct live_backend *self, const struct tx_config *config)
{
    struct live_sender *skeleton = self->skeleton = live_sender__open();
    const struct layout *layout = self->frame->layout.layout;
    const unsigned kept = frame_changing(self->frame), longest = layout->longest;
    const uint32_t only = 0;
    int error;

    if (!skeleton)
        return -ENOMEM; /* the object is our own: only memory can be missing */
    memcpy(skeleton->data_header->header.words, self->frame->ethernet, self->frame->ethernet_length);
    skeleton->rodata->ethernet_length = self->frame->ethernet_length;
    skeleton->rodata->slot_mask = self->ring.count - 1;
    skeleton->rodata->slot_bytes = LIVE_SLOT_BYTES(kept);
    skeleton->rodata->room = LIVE_ROOM(kept, longest);
    skeleton->rodata->device_index = config->interface_index;
    error = live_sender__load(skeleton);
    if (error)
        return error;
    if (bpf_map_update_elem(bpf_map__fd(skeleton->maps.device), &only, &config->interface_index, BPF_ANY))
        return -errno;
    error = live_sender__attach(skeleton);
    if (error)
        return error;
    self->ring.slots = skeleton->data_slots->slots;
    self->ring.orders = &skeleton->data_orders->orders;
    self->ring.progress = &skeleton->data_progress->progress;
    self->ring.drops = &skeleton->data_drops->drops;
    live_ring_prepare(&self->ring, self->frame);
    return start_call(self);
}

static void release(struct live_backend *self)
{
    live_sender__destroy(self->skeleton);
    if (self->inquiry >= 0)
        close(self->inquiry);
    free(self);
}

static int live_open(struct tx **out, const struct tx_config *config)
{
    struct live_backend *self = calloc(1, sizeof(*self));
    int error;

    if (!self)
        return -ENOMEM;
    self->base.ops = &tx_live;
    self->frame = config->frame;
    self->interface_index = config->interface_index;
    self->constant = config->constant;
    self->ring.count = config->slots ? config->slots : DEFAULT_SLOTS;
    self->inquiry = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (self->inquiry < 0)
        error = -errno;
    else if (self->ring.count > LIVE_RING_MAX_SLOTS)
        error = -EINVAL;
    else
        error = set_up(self, config);
    if (error) {
        release(self);
        return error;
    }
    *out = &self->base;
    return 0;
}

static void visit_slot(const struct live_backend *self, const uint8_t *slot, tx_visitor *visit, void *context)
{
    const struct frame_template *frame = self->frame;
    struct quoted_probe held;

    if (layout_read_own(&frame->layout, slot, frame->layout.layout->crafted, &held))
        visit(context, &held.probe);
}

/* Must run while the slots still hold these probes: before any freed slot is crafted into. */
static void tell_dropped(struct live_backend *self)
{
    const struct tx_listener *listener = &self->base.listener;
    const uint8_t *slot;

    while (listener->dropped && (slot = live_ring_next_dropped(&self->ring)))
        visit_slot(self, slot, listener->dropped, listener->context);
}

static size_t live_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct live_backend *self = (struct live_backend *)tx;
    uint32_t now_us = (uint32_t)(now_ns / NS_PER_US);
    size_t taken = self->constant.length ? 0 : live_ring_room(&self->ring, n);

    tell_dropped(self);
    for (size_t i = 0; i < taken; i++)
        live_ring_craft(&self->ring, self->frame, &probes[i], now_us);
    return taken;
}

static void count(struct live_backend *self)
{
    struct tx_counters *counters = &self->base.counters;

    live_ring_update(&self->ring);
    counter_add(&counters->sent, live_ring_look(&self->ring.progress->sent) - counter_read(&counters->sent));
    counter_add(&counters->dropped, self->ring.dropped - counter_read(&counters->dropped));
    tell_dropped(self);
}

static uint64_t ended(const struct live_backend *self)
{
    return counter_read(&self->base.counters.sent) + counter_read(&self->base.counters.dropped);
}

static int how_call_ended(const struct live_backend *self)
{
    return atomic_load(&self->call.error) ? atomic_load(&self->call.error) : -EIO;
}

/* The device took nothing and gave a reason. No more probes leave until the link has been checked. */
static int note_refusal(struct live_backend *self)
{
    uint64_t sent = counter_read(&self->base.counters.sent);

    self->refusals = sent == self->sent_before ? self->refusals + 1 : 0;
    self->sent_before = sent;
    live_ring_hold(&self->ring);
    return self->refusals < MOST_REFUSALS ? -ENETDOWN : -EOPNOTSUPP;
}

/* Returns why probes do not leave. */
static int trouble(struct live_backend *self)
{
    int error = (int)__atomic_load_n(&self->ring.progress->error, __ATOMIC_RELAXED);

    if (atomic_load(&self->call.ended))
        return how_call_ended(self);
    /* The BPF program reports -EMSGSIZE for a single probe, other errors for all. */
    if (!error || error == -EMSGSIZE || !live_ring_is_obeyed(&self->ring))
        return 0;
    /* A device to which no frame can be redirected will not take any later. Neither will a device that is
     * gone. */
    if (error == -EOPNOTSUPP || error == -ENODEV)
        return error;
    return self->constant.length ? 0 : note_refusal(self);
}

/* Releases held probes when the link is up. The call rests until then. */
static int resume(struct live_backend *self)
{
    if (atomic_load(&self->call.ended))
        return how_call_ended(self);
    if (!live_ring_is_obeyed(&self->ring))
        return -EAGAIN;
    count(self);
    if (ended(self) != self->ring.head && packet_socket_link_down(self->inquiry, self->interface_index))
        return -ENETDOWN;
    live_call_go_on(&self->call);
    live_ring_let_go(&self->ring);
    return 0;
}

/* The kernel's thread writes its progress every few frames, into a cache line that each read here takes away
 * from it. A pause takes 15 to 50 ns, about as long as a frame, so the kernel does not run out of probes
 * meanwhile. */
static void wait_for_progress(const struct live_backend *self)
{
    for (uint32_t i = 0; i < self->ring.count / 4; i++)
        cpu_relax();
}

static int live_push(struct tx *tx)
{
    struct live_backend *self = (struct live_backend *)tx;
    bool anything_new = self->ring.published != self->ring.head;
    int error = live_ring_is_held(&self->ring) ? resume(self) : 0;

    if (error)
        return error;
    if (anything_new) {
        live_ring_publish(&self->ring);
        /* While there is room, leave the kernel's cache lines alone: reading them all the time halves the
         * rate. */
        if (self->ring.head - self->ring.taken <= self->ring.count / 2 ||
            live_ring_update(&self->ring) <= self->ring.count / 2)
            return 0;
    }
    count(self);
    error = trouble(self);
    if (error)
        return error;
    if (ended(self) == self->ring.head || self->constant.length)
        return 0;
    wait_for_progress(self);
    return -EAGAIN;
}

/* The address and the bytes behind it are written as one word, so that no frame gets half of each. */
static void live_redirect(struct tx *tx, const uint8_t next_hop_mac[6])
{
    struct live_backend *self = (struct live_backend *)tx;
    uint64_t *first = &self->skeleton->data_header->header.words[0], word = *first;

    memcpy(&word, next_hop_mac, 6);
    __atomic_store_n(first, word, __ATOMIC_RELAXED);
}

/* Otherwise the kernel's thread would run the BPF program in vain all the time. */
static void live_pause(struct tx *tx)
{
    struct live_backend *self = (struct live_backend *)tx;

    live_ring_hold(&self->ring);
    if (live_ring_is_obeyed(&self->ring))
        live_call_rest(&self->call);
}

static void live_renew(struct tx *tx, uint64_t now_ns)
{
    struct live_backend *self = (struct live_backend *)tx;

    live_ring_renew(&self->ring, self->frame, (uint32_t)(now_ns / NS_PER_US));
}

/* Probes end in order, and how each ended is known once the call rests. */
static bool live_waiting(struct tx *tx, tx_visitor *visit, void *context)
{
    struct live_backend *self = (struct live_backend *)tx;

    live_pause(tx);
    if (atomic_load(&self->call.ended))
        return true;
    if (!live_ring_is_obeyed(&self->ring) || !live_call_rest(&self->call))
        return false;
    count(self);
    for (uint64_t i = ended(self); i < self->ring.head; i++)
        visit_slot(self, live_ring_slot(&self->ring, i), visit, context);
    return true;
}

static void drain(struct live_backend *self)
{
    uint64_t deadline = clock_now_ns() + DRAIN_NS;

    while (clock_now_ns() < deadline && !live_ring_is_held(&self->ring) && !trouble(self) &&
           ended(self) != self->ring.published)
        count(self);
}

static void live_finish(struct tx *tx)
{
    struct live_backend *self = (struct live_backend *)tx;

    if (self->finished)
        return;
    if (!self->constant.length)
        drain(self);
    live_call_end(&self->call);
    count(self);
    self->finished = true;
}

static void live_close(struct tx *tx, struct tx_totals *final)
{
    struct live_backend *self = (struct live_backend *)tx;

    live_finish(tx);
    /* Probes that the kernel has not taken do not leave. */
    if (!self->constant.length)
        counter_add(&tx->counters.dropped, self->ring.head - ended(self));
    *final = (struct tx_totals){counter_read(&tx->counters.sent), counter_read(&tx->counters.dropped)};
    release(self);
}

const struct tx_ops tx_live = {
    .name = "live",
    .help = "XDP live frames: the fastest, with one more CPU",
    .one_device = true,
    .xdp_frames = true,
    .helpers = 1,
    .privileges = PRIVILEGE_PERFMON,
    .open = live_open,
    .send = live_send,
    .push = live_push,
    .redirect = live_redirect,
    .pause = live_pause,
    .renew = live_renew,
    .waiting = live_waiting,
    .finish = live_finish,
    .close = live_close,
};
