// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How probes leave: one small interface that takes probes, not frames, since some backends never hold a frame
 * in userspace. One file per backend, one line in the table of tx.c. Each instance belongs to one sender
 * thread.
 *
 *   send()  crafts and publishes what there is room for
 *   push()  hands what is published to the kernel and collects what is finished
 *
 * Every probe taken by send() ends in exactly one of `sent` and `dropped`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choices.h"
#include "base/counter.h"
#include "packet/frame.h"
#include "probe.h"

struct xdp_tx;

/* A frame that is sent again and again in place of probes, to see what crafting them costs. */
struct tx_constant {
    const uint8_t *frame; /* outlives the backend */
    unsigned length;
};

struct tx_config {
    unsigned interface_index;
    const struct frame_template *frame; /* outlives the backend */
    uint32_t slots;                     /* frames in flight, a power of two; 0: the backend's default */
    struct xdp_tx *xdp; /* the sending half of the AF_XDP socket of the queue to send on, which outlives the
                           backend and has its own number of slots; for backends with uses_xdp_socket */
    uint32_t xdp_part;  /* of its slots, which are the backend's (xdp_tx_divide()) */
    struct tx_constant constant; /* for benchmarks; without a frame, probes are sent */
};

struct tx_counters {
    counter_t sent;
    counter_t dropped;
};

struct tx_totals {
    uint64_t sent, dropped;
};

/* Who is told of a dropped probe, where it is known which one that was; on the thread of the backend. */
struct tx_listener {
    void (*dropped)(void *context, const struct probe *probe); /* NULL: nobody */
    void *context;
};

struct tx {
    const struct tx_ops *ops;
    struct tx_counters counters; /* readable from any thread */
    struct tx_listener listener;
};

static inline void tx_tell_dropped(const struct tx *tx, const struct probe *probe)
{
    if (tx->listener.dropped)
        tx->listener.dropped(tx->listener.context, probe);
}

/* tx_tell_dropped_frame() does so where the probe stands in a frame of `t`. */
void tx_tell_dropped_frame(const struct tx *tx, const struct frame_template *t, const uint8_t *frame);

struct tx_ops {
    const char *name;
    const char *help;
    bool uses_xdp_socket;
    bool one_device;  /* refuses bonds and teams: see docs/sending.md */
    bool xdp_frames;  /* leave as such, not in packet buffers, so that not every device counts them */
    bool yields;      /* the kernel lets threads that wait for the CPU go first after every frame */
    unsigned helpers; /* threads of its own that keep a CPU busy each; open() starts them, so that they run on
                         the CPUs of the thread that calls it */
    unsigned privileges; /* enum privilege: those it needs besides CAP_NET_RAW, CAP_NET_ADMIN and CAP_BPF */

    /* open(): 0 or a negative errno. */
    int (*open)(struct tx **out, const struct tx_config *config);

    /* send() takes up to `n` probes with `now_ns` as their send time and returns how many; fewer where there
     * is no room. With a constant frame it takes `n` of these, and looks at neither probes nor time; 0 where
     * the kernel repeats the frame by itself. */
    size_t (*send)(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns);

    /*
     * push() returns 0 when nothing is left pending, -EAGAIN while the device is busy, -ENETDOWN while its
     * link is down (both: push again later), -ENODEV or -ENXIO when the device is gone, or another negative
     * errno when it is beyond repair.
     */
    int (*push)(struct tx *tx);

    /* redirect() sends to another next hop from now on: also what is published and has not left. */
    void (*redirect)(struct tx *tx, const uint8_t next_hop_mac[6]);

    /* pause() keeps what is published from leaving until the next push(). NULL where nothing leaves but in
     * push(). */
    void (*pause)(struct tx *tx);

    /* renew() crafts what is published and has not left once more, as sent at `now_ns`: it has waited for a
     * link. What the kernel may be reading stays as it is. */
    void (*renew)(struct tx *tx, uint64_t now_ns);

    /* give_up() takes out the probe that is next to leave, or next refused where others pass it, and counts
     * it as dropped: the device refuses it again and again. Nothing happens where none is pending. NULL where
     * there is no telling which that is. */
    void (*give_up)(struct tx *tx);

    /* finish() says that no probe comes any more: what is pending leaves if it can, and threads of its own end
     * rather than keep a CPU busy until close(). NULL where there are none. */
    void (*finish)(struct tx *tx);

    /* close() counts what is still pending as dropped into `final`, lets go of everything and frees `tx`. */
    void (*close)(struct tx *tx, struct tx_totals *final);
};

extern const struct tx_ops tx_ring, tx_xsk, tx_live, tx_sendmmsg;

/* tx_find() looks up a name; NULL where there is none. */
const struct tx_ops *tx_find(const char *name);
choice_at tx_backends;

/* tx_at() walks through all backends, from position 0 up to the first NULL. */
const struct tx_ops *tx_at(size_t position);
