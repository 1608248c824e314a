// SPDX-License-Identifier: GPL-2.0-or-later
/* One queue of the line, as steps of one thread. Private to line.c and line_queue.c. */
#pragma once

#include <pthread.h>

#include "base/counter.h"
#include "base/histogram.h"
#include "receive/source.h"
#include "sim/line.h"
#include "sim/timer_wheel.h"

/* One way has one bottleneck, whichever queue a reply takes. */
struct line_bottleneck {
    pthread_mutex_t lock;
    uint64_t busy_until_ns;
};

enum {
    LINE_KEPT = 32768, /* twice what a receiver's UMEM holds, so that repeating them overruns it */
    LINE_REPEATS = 6,
    LINE_KEPT_LONGEST = 252, /* a longer reply is not kept */
};

/* A reply as it was sent, for faults that send it again. */
struct line_kept {
    uint32_t length;
    uint8_t frame[LINE_KEPT_LONGEST];
};

struct line_queue {
    const struct sim_line_config *config;
    struct line_bottleneck *bottleneck;
    struct source *socket;
    struct xdp_tx *tx; /* the socket's sending half, of the same thread */
    struct timer_wheel *wheel;
    uint64_t memory_used;
    uint64_t random;
    struct line_kept *kept; /* the first LINE_KEPT replies; NULL: there is no fault that needs them */
    uint32_t filled;        /* how many they are */
    _Atomic uint32_t
        kept_sent;     /* how many of those have certainly left, from any thread; they never change */
    uint64_t repeated; /* turns of line_queue_repeat() times replies */
    struct {
        counter_t duplicated_out, duplicated_back, repeated, reordered_out, reordered_back, corrupted_back;
        counter_t lost_back, queue_full_back, full, sent, refused, pending;
    } counters;               /* readable from any thread, like the next */
    struct histogram late_us; /* how long after its time a reply is sent */
};

/* line_queue_open() binds the queue's socket; line_queue_close() is right after every outcome. */
int line_queue_open(struct line_queue *queue, const char *interface, unsigned number, uint64_t now_ns);
void line_queue_close(struct line_queue *queue);

/* line_queue_take() holds what has arrived, at most a batch, and returns how many replies that were;
 * line_queue_release() sends what is due at `now_ns`, and what the device was
 * not ready for before. */
size_t line_queue_take(struct line_queue *queue);
void line_queue_release(struct line_queue *queue, uint64_t now_ns);

/* line_queue_repeat() sends the next batch of kept replies again, in turn, each LINE_REPEATS times at most:
 * what comes more often the reply filter drops (answer_cell.h), and nobody is overrun. */
void line_queue_repeat(struct line_queue *queue);
