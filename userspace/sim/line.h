// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The line between the host and the simulated Internet: holds replies until they are due and does to them
 * what happens on a way back.
 *
 *   responder --XDP_REDIRECT, due time in front--> AF_XDP socket --> timer wheel --> bottleneck --> host
 *                                                     |                 |
 *                                                  lost, doubled,    dropped where
 *                                                  damaged           its queue is full
 *
 * One thread per queue, with a socket, a wheel and memory of its own. A reply is copied out of its chunk when
 * it comes and into another when it leaves: held, it takes its length instead of 2 KB, so that 200,000
 * replies per second over 300 ms are 8 MB and not 123, and the chunks in use stay in the cache.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sim/responder.h"
#include "sim_impairment.h"

struct sim_line_config {
    bool rtt;         /* replies take their time */
    uint64_t rtt_key; /* of sim_rtt_us() */
    uint64_t memory;  /* for replies that are held, in bytes per queue */
    bool always;      /* replies pass through the line, whatever the rest says */
    struct sim_impairment out, back;
};

/*
 * replies of the responder + duplicated_out + duplicated_back + repeated
 *     = sent + dropped + lost_back + queue_full_back + delay_full + pending
 *
 * Damaged and reordered replies are among those sent.
 */
struct sim_line_counters {
    uint64_t duplicated_out, duplicated_back, repeated; /* copies; repeated: of sim_line_repeat() */
    uint64_t reordered_out, reordered_back, corrupted_back;
    uint64_t lost_back, queue_full_back;
    uint64_t delay_full; /* for want of memory or of a free chunk */
    uint64_t sent;       /* arrive at the host's device */
    uint64_t dropped;    /* that device had no room */
    uint64_t pending;    /* held at the moment, or on their way out */
};

struct histogram;
struct sim_line;

/* sim_line_is_needed() says whether replies cannot simply go back at once. */
bool sim_line_is_needed(const struct sim_line_config *config);

/* sim_line_router() is what the responder must know of the line. */
struct sim_router_line sim_line_router(const struct sim_line_config *config);

/*
 * sim_line_open() binds to the queues of a device that is up, in the calling thread's namespace, and starts
 * the threads there. 0 or a negative errno.
 */
int sim_line_open(struct sim_line **out, const struct sim_line_config *config, const char *interface,
                  unsigned queues, struct sim_responder *responder);

/* sim_line_counters() sums up over the queues. Safe from every thread. */
void sim_line_counters(const struct sim_line *line, struct sim_line_counters *out);

/* sim_line_lateness() adds up how many microseconds after their time replies were sent. */
void sim_line_lateness(const struct sim_line *line, struct histogram *out);

/* sim_line_repeat() sends replies of the first queue again, as fast as it goes, until CLOCK_MONOTONIC is
 * `until_ns` or each came several times. Safe from every thread. */
void sim_line_repeat(struct sim_line *line, uint64_t until_ns);

/* sim_line_kept() is a reply of the first queue that was sent, by number, and its length; 0: there is none
 * yet. Such replies are kept where config.always is set, and stay as long as the line. Safe from every
 * thread. */
uint32_t sim_line_kept(const struct sim_line *line, uint32_t number, const uint8_t **frame);

/* sim_line_close() ends the threads, drops what they hold and frees everything; NULL is allowed. */
void sim_line_close(struct sim_line *line);
