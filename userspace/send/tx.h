// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How probes leave: one small interface that takes probes, not frames, because some backends never hold a
 * frame in userspace. Each backend is one file, and one line in the table of tx.c. Each instance belongs to
 * one sender thread.
 *
 *   send()  crafts and publishes as many probes as fit
 *   push()  passes published probes to the kernel and collects finished ones
 *
 * Every probe that send() takes is counted exactly once, as `sent` or as `dropped`.
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

/* A frame that is sent repeatedly instead of probes, to measure what crafting costs. */
struct tx_constant {
    const uint8_t *frame; /* outlives the backend */
    unsigned length;
};

struct tx_config {
    unsigned interface_index;
    const struct frame_template *frame; /* outlives the backend */
    uint32_t slots;                     /* frames in flight, a power of two; 0: the backend's default */
    struct xdp_tx *xdp; /* sending half of the AF_XDP socket of the queue to send on; outlives the backend
                           and has its own number of slots; for backends with uses_xdp_socket */
    uint32_t xdp_part;  /* the part of its slots that belongs to the backend (xdp_tx_divide()) */
    struct tx_constant constant; /* for benchmarks; with length 0, probes are sent */
};

struct tx_counters {
    counter_t sent;
    counter_t dropped;
};

struct tx_totals {
    uint64_t sent, dropped;
};

/* Is called for one probe after the other, with a context of the caller. */
typedef void tx_visitor(void *context, const struct probe *probe);

/* Called for each dropped probe, if the backend knows which one it was; on the backend's thread. */
struct tx_listener {
    tx_visitor *dropped; /* NULL: not called */
    void *context;
};

struct tx {
    const struct tx_ops *ops;
    struct tx_counters counters; /* readable from any thread */
    struct tx_listener listener;
};

/* tx_visit_frame() calls `visit` with the probe in a frame of `t`. */
void tx_visit_frame(const struct frame_template *t, const uint8_t *frame, tx_visitor *visit, void *context);

static inline void tx_tell_dropped(const struct tx *tx, const struct probe *probe)
{
    if (tx->listener.dropped)
        tx->listener.dropped(tx->listener.context, probe);
}

/* tx_tell_dropped_frame() does the same for a probe in a frame of `t`. */
void tx_tell_dropped_frame(const struct tx *tx, const struct frame_template *t, const uint8_t *frame);

struct tx_ops {
    const char *name;
    const char *help;
    bool uses_xdp_socket;
    bool one_device;     /* refuses bonds and teams: docs/sending.md */
    bool xdp_frames;     /* probes leave as XDP frames, not in packet buffers, so some devices do not count
                         them */
    bool yields;         /* after every frame, the kernel lets threads that wait for the CPU run first */
    unsigned helpers;    /* threads of its own that each keep a CPU busy; open() starts them, so they run on
                         the CPUs of the calling thread */
    unsigned privileges; /* set of enum privilege: those needed besides CAP_NET_RAW, CAP_NET_ADMIN and
                            CAP_BPF */

    /* open() returns 0 or a negative errno. */
    int (*open)(struct tx **out, const struct tx_config *config);

    /* send() takes up to `n` probes with `now_ns` as their send time, and returns how many it took: fewer if
     * there is no room. With a constant frame it takes `n` of these and ignores probes and time; it returns 0
     * if the kernel repeats the frame by itself. */
    size_t (*send)(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns);

    /*
     * push() returns 0 when nothing is left pending; -EAGAIN while the device is busy, or -ENETDOWN while its
     * link is down (after both, push again later); -ENODEV or -ENXIO when the device is gone; or another
     * negative errno when the backend cannot recover.
     */
    int (*push)(struct tx *tx);

    /* redirect() changes the next hop from now on, also for probes that are published and have not left. */
    void (*redirect)(struct tx *tx, const uint8_t next_hop_mac[6]);

    /* pause() keeps published probes from leaving until the next push(). NULL if probes leave only in
     * push(). */
    void (*pause)(struct tx *tx);

    /* renew() crafts anew the probes that are published and have not left, with the send time `now_ns`,
     * because they have waited for a link. It does not change what the kernel may be reading. */
    void (*renew)(struct tx *tx, uint64_t now_ns);

    /* waiting() calls `visit` for each published probe that has not left and will leave when it can, in any order.
     * Returns false, without a call, if they are not known yet: ask again. NULL if none ever waits. */
    bool (*waiting)(struct tx *tx, tx_visitor *visit, void *context);

    /* give_up() takes out the probe that leaves next (or, where others can overtake it, the probe refused
     * next), because the device refuses it again and again. It counts the probe as dropped. It does nothing
     * if none is pending. NULL if the backend cannot tell which probe that is. */
    void (*give_up)(struct tx *tx);

    /* finish() is called when no further probe comes: pending probes leave if they can, and threads of the
     * backend end instead of keeping a CPU busy until close(). NULL if there are no such threads. */
    void (*finish)(struct tx *tx);

    /* close() counts pending probes as dropped in `final`, releases everything and frees `tx`. */
    void (*close)(struct tx *tx, struct tx_totals *final);
};

extern const struct tx_ops tx_ring, tx_xsk, tx_live, tx_sendmmsg;

/* tx_find() returns the backend of a name, or NULL if there is none. */
const struct tx_ops *tx_find(const char *name);
choice_at tx_backends;

/* tx_open_error_text() returns in words why the backend could not be opened: `error` is the negative errno of its open(). */
const char *tx_open_error_text(const struct tx_ops *ops, int error);

/* tx_at() returns the backends one by one, from position 0 up; NULL after the last. */
const struct tx_ops *tx_at(size_t position);
