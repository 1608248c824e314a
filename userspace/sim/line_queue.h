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
    LINE_LAST_MAX = 256, /* a longer reply is not kept for repeating */
};

struct line_queue {
    const struct sim_line_config *config;
    struct line_bottleneck *bottleneck;
    struct source *socket;
    struct xdp_tx *tx; /* the socket's sending half, of the same thread */
    struct timer_wheel *wheel;
    uint64_t memory_used;
    uint64_t random;
    uint32_t last_length; /* of the last reply sent; 0: none yet */
    uint8_t last[LINE_LAST_MAX];
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

/* line_queue_repeat() sends the last reply again, a batch of it. */
void line_queue_repeat(struct line_queue *queue);
