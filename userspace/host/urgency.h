// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads that get a processor at once when they have something to do, however busy the machine is, but still
 * leave time to others: a thread that was busy for URGENCY_STINT_NS rests for URGENCY_REST_NS, a tenth of its
 * time. So others that need that CPU, such as the shell of a user who wants to end it, need not wait until
 * the kernel throttles the thread (sched_rt_runtime_us, if that is not switched off).
 */
#pragma once

#include <stdint.h>

#define URGENCY_STINT_NS 9000000ULL
#define URGENCY_REST_NS  1000000ULL

enum urgency {
    URGENCY_ORDINARY,  /* as all others: the process may use neither of the next two */
    URGENCY_RAISED,    /* gets a larger share than others of the same session or control group */
    URGENCY_REAL_TIME, /* runs before everything that is not real-time */
    URGENCIES,
};

/* State of one thread. */
struct urgent {
    enum urgency level;
    uint64_t rested_ns; /* when it last slept, CLOCK_MONOTONIC */
};

/*
 * urgency_raise() makes the calling thread as urgent as allowed: SCHED_RR at the lowest priority
 * (CAP_SYS_NICE or RLIMIT_RTPRIO), else nice -15 (CAP_SYS_NICE or RLIMIT_NICE). Threads that it starts later
 * are ordinary. Returns what was reached.
 */
enum urgency urgency_raise(void);

/* urgency_name() returns "real-time", "raised" or "ordinary". */
const char *urgency_name(enum urgency urgency);

/* urgent_begin() raises the calling thread. */
void urgent_begin(struct urgent *urgent, uint64_t now_ns);

/* urgent_sleep() always sleeps; urgent_rest_if_due() only if a real-time thread has been busy for long. */
void urgent_sleep(struct urgent *urgent, uint64_t duration_ns);
void urgent_rest_if_due(struct urgent *urgent, uint64_t now_ns);
