// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Threads that get a processor at once when they have something to do, whatever else the machine is busy
 * with, and that leave it to others all the same: one that has been busy for URGENCY_STINT_NS rests for
 * URGENCY_REST_NS, a tenth of its time. So whoever else needs that CPU, be it the shell of a user who wants
 * to end it all, does not wait for the kernel to step in (sched_rt_runtime_us, where that is not switched
 * off).
 */
#pragma once

#include <stdint.h>

#define URGENCY_STINT_NS 9000000ULL
#define URGENCY_REST_NS  1000000ULL

enum urgency {
    URGENCY_ORDINARY,  /* as all others: neither of the next two is allowed */
    URGENCY_RAISED,    /* a larger share than others of the same session or control group */
    URGENCY_REAL_TIME, /* before everything that is not real-time itself */
    URGENCIES,
};

/* Of one thread. */
struct urgent {
    enum urgency level;
    uint64_t rested_ns; /* when it slept last, CLOCK_MONOTONIC */
};

/*
 * urgency_raise() makes the calling thread as urgent as it may be: SCHED_RR at the lowest priority
 * (CAP_SYS_NICE or RLIMIT_RTPRIO), else nice -15 (CAP_SYS_NICE or RLIMIT_NICE). Threads that it starts are
 * ordinary again.
 */
enum urgency urgency_raise(void);

/* urgency_name() is "real-time", "raised" or "ordinary". */
const char *urgency_name(enum urgency urgency);

/* urgent_begin() raises the calling thread. */
void urgent_begin(struct urgent *urgent, uint64_t now_ns);

/* urgent_sleep() sleeps; urgent_rest_if_due() only where a real-time thread has been busy for long. */
void urgent_sleep(struct urgent *urgent, uint64_t duration_ns);
void urgent_rest_if_due(struct urgent *urgent, uint64_t now_ns);
