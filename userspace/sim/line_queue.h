// SPDX-License-Identifier: GPL-2.0-or-later
/* One queue of the line, as steps of one thread. Private to line.c and line_queue.c. */
#pragma once

#include <pthread.h>

#include "base/counter.h"
#include "base/histogram.h"
#include "receive/source.h"
#include "sim/line.h"
#include "sim/timer_wheel.h"

/* All queues share one bottleneck per direction. */
struct line_bottleneck {
    pthread_mutex_t lock;
    uint64_t busy_until_ns;
};

enum {
    LINE_KEPT = 32768, /* twice the capacity of a receiver's UMEM, so that repeating them overruns it */
    LINE_REPEATS = 6,
    LINE_KEPT_LONGEST = 252, /* longer replies are not kept */
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
    struct xdp_tx *tx; /* the sending half of the socket; used by the same thread */
    struct timer_wheel *wheel;
    uint64_t memory_used;
    uint64_t random;
    struct line_kept *kept;     /* the first LINE_KEPT replies; NULL: no fault needs them */
    uint32_t filled;            /* number of kept replies */
    _Atomic uint32_t kept_sent; /* how many of these have certainly left, for any thread; they never change
                                   afterwards */
    uint64_t repeated;          /* repetitions by line_queue_repeat(): rounds times kept replies */
    struct {
        counter_t duplicated_out, duplicated_back, repeated, reordered_out, reordered_back, corrupted_back;
        counter_t lost_back, queue_full_back, full, sent, refused, pending;
    } counters;               /* this and the next can be read from any thread */
    struct histogram late_us; /* how long after its due time a reply is sent */
};

/* line_queue_open() binds the queue's socket; line_queue_close() may be called after any outcome. */
int line_queue_open(struct line_queue *queue, const char *interface, unsigned number, uint64_t now_ns);
void line_queue_close(struct line_queue *queue);

/* line_queue_take() takes at most a batch of replies that have arrived, and returns how many; they are held
 * until due. line_queue_release() sends the replies due at `now_ns`, and those for which the device was not
 * ready before. */
size_t line_queue_take(struct line_queue *queue);
void line_queue_release(struct line_queue *queue, uint64_t now_ns);

/* line_queue_push() offers to the device what it did not take before, and counts what has left. */
void line_queue_push(struct line_queue *queue);

/* line_queue_repeat() sends the next batch of kept replies again, in turn, each at most LINE_REPEATS times.
 * More repetitions would be dropped by the reply filter (answer_cell.h), and would overrun no receiver. */
void line_queue_repeat(struct line_queue *queue);
