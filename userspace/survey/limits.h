// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Stops a survey before its end: at limits that were asked for, and where the disk has no more room for the
 * records that may still come.
 *
 *   max-runtime    a slice of time: more is left to do, and another run continues    exit 75; 0 without a state
 *   disk-full      not asked for; once there is room another run continues           exit 75; 1 without a state
 *   max-probes, max-replies, max-output      all that was asked for is done          exit 0
 *
 * All limits apply to one run. When sending stops, replies are waited for as always, and the ledger balances.
 * Senders themselves keep exactly to `max-probes`. The others are checked 20 times per second, so a few more
 * replies come, and those under way.
 *
 * Results need room for records that are written but not on the disk yet, and for replies that may still come: as
 * many per second as in the busiest second so far, for as long as replies are waited for.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct survey;

struct survey_limits {
    uint64_t runtime_ns, probes, replies, output_bytes; /* 0: none */
};

/* Used by control; begins as zeros. */
struct limits_watch {
    uint64_t looked_ns, accepted; /* at the start of the interval under measure */
    double busiest;               /* accepted replies per second */
};

enum stop_kind {
    STOP_NOT,
    STOP_ENOUGH, /* all that was asked for is done */
    STOP_PAUSE,  /* the same, and another run continues */
    STOP_FULL,   /* there is no room; another run continues once there is */
};

struct limit_stop {
    enum stop_kind kind;
    const char *why; /* "max-runtime", for the metadata */
};

/* limits_look() returns whether, and why, sending must stop now. */
struct limit_stop limits_look(struct survey *survey, uint64_t now_ns);

/* limits_cut_probes() returns, once senders have ended, whether they ended at their limit. */
struct limit_stop limits_cut_probes(const struct survey *survey);

/* limits_check_room() refuses to begin where the disk is full already. Returns an exit code, after one line. */
int limits_check_room(const struct survey *survey);

/* limits_reserve() returns how many bytes must be free for records of `record_bytes` each: for the `pending`
 * records on their way to the disk, and for `per_second` more per second during `seconds`. A pure function. */
uint64_t limits_reserve(double record_bytes, uint64_t pending, double per_second, double seconds);
