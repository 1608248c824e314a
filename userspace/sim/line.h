// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The line between the host and the simulated Internet: it holds replies until they are due, and impairs them
 * as a real path does.
 *
 *   responder --XDP_REDIRECT, due time in front--> AF_XDP socket --> timer wheel --> bottleneck --> host
 *                                                     |                 |
 *                                                  lost, doubled,    dropped if
 *                                                  damaged           its queue is full
 *
 * One thread per queue, with a socket, a wheel and memory of its own. A reply is copied out of its chunk when
 * it comes, and into another chunk when it leaves. So a held reply takes its length instead of 2 KB: 200,000
 * replies per second over 300 ms take 8 MB instead of 123, and the chunks in use stay in the cache.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "sim/responder.h"
#include "sim_impairment.h"

struct sim_line_config {
    bool rtt;         /* replies have round-trip times */
    uint64_t rtt_key; /* of sim_rtt_us() */
    uint64_t memory;  /* for held replies, in bytes per queue */
    bool always;      /* replies pass through the line, whatever the other settings */
    struct sim_impairment out, back;
};

/*
 * replies of the responder + duplicated_out + duplicated_back + repeated
 *     = sent + dropped + lost_back + queue_full_back + delay_full + pending
 *
 * Damaged and reordered replies are among those sent.
 */
struct sim_line_counters {
    uint64_t duplicated_out, duplicated_back, repeated; /* copies; `repeated` are those of
                                                           sim_line_repeat() */
    uint64_t reordered_out, reordered_back, corrupted_back;
    uint64_t lost_back, queue_full_back;
    uint64_t delay_full; /* dropped, because memory or free chunks ran out */
    uint64_t sent;       /* to the host's device */
    uint64_t dropped;    /* by that device, for want of room */
    uint64_t pending;    /* held now, or on their way into the line or out of it */
};

struct histogram;
struct sim_line;

/* sim_line_is_needed() returns whether replies must pass through a line, instead of going back at once. */
bool sim_line_is_needed(const struct sim_line_config *config);

/* sim_line_router() returns the settings of the line that the responder needs. */
struct sim_router_line sim_line_router(const struct sim_line_config *config);

/*
 * sim_line_open() binds to the queues of a device that is up, in the calling thread's namespace, and starts
 * the threads there. Returns 0 or a negative errno.
 */
int sim_line_open(struct sim_line **out, const struct sim_line_config *config, const char *interface,
                  unsigned queues, struct sim_responder *responder);

/* sim_line_end() ends the threads. What is pending stays so, and the counters are final. */
void sim_line_end(struct sim_line *line);

/* sim_line_counters() sums over the queues. May be called from any thread. While the threads run, a reply that
 * passes from one place to the next meanwhile may be counted in both or in neither. */
void sim_line_counters(const struct sim_line *line, struct sim_line_counters *out);

/* sim_line_lateness() adds to `out` how many microseconds after their due time replies were sent. */
void sim_line_lateness(const struct sim_line *line, struct histogram *out);

/* sim_line_repeat() sends replies of the first queue again, as fast as possible, until CLOCK_MONOTONIC is
 * `until_ns` or each was repeated several times. May be called from any thread. */
void sim_line_repeat(struct sim_line *line, uint64_t until_ns);

/* sim_line_kept() sets `frame` to a sent reply of the first queue, numbered from 0 in the order of sending.
 * Returns its length; 0: there is none of this number yet. Such replies are kept if config.always is set, as
 * long as the line exists. May be called from any thread. */
uint32_t sim_line_kept(const struct sim_line *line, uint32_t number, const uint8_t **frame);

/* sim_line_close() ends the threads, drops held replies and frees everything; NULL is allowed. */
void sim_line_close(struct sim_line *line);
