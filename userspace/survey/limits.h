// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a survey stops before its end: at limits that were asked for, and where the disk has no more room for
 * what is on its way.
 *
 *   max-runtime    a slice of time: there is more to do, and another run goes on        exit 75; 0 where none can
 *   disk-full      nobody asked for that, and once there is room another run goes on    exit 75; 1 where none can
 *   max-probes, max-replies, max-output      as much as was asked for                   exit 0
 *
 * All are of one run. Sending stops, replies are waited for as always, and the ledger balances. `max-probes` is
 * kept to the probe by senders themselves; the others are looked at 20 times per second, so that a few more
 * replies come, and those under way.
 *
 * Results need room for what is written and not on the disk yet, and for what replies may still fill: as many
 * a second as in the busiest second so far, for as long as replies are waited for.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct survey;

struct survey_limits {
    uint64_t runtime_ns, probes, replies, output_bytes; /* 0: none */
};

/* Control's; begins as zeros. */
struct limits_watch {
    uint64_t looked_ns, accepted; /* a while ago */
    double busiest;               /* accepted replies per second */
};

enum stop_kind {
    STOP_NOT,
    STOP_ENOUGH, /* what was asked for is done */
    STOP_PAUSE,  /* so was that, and another run goes on */
    STOP_FULL,   /* there is no room, and another run goes on once there is */
};

struct limit_stop {
    enum stop_kind kind;
    const char *why; /* "max-runtime", for the metadata */
};

/* limits_look() says whether sending is to stop now. */
struct limit_stop limits_look(struct survey *survey, uint64_t now_ns);

/* limits_cut_probes() says, once senders have ended, whether they did so at their limit. */
struct limit_stop limits_cut_probes(const struct survey *survey);

/* limits_check_room() refuses to begin where the disk is full already: an exit code, after a line. */
int limits_check_room(const struct survey *survey);

/* limits_reserve() is how many bytes must be free, of records of `record_bytes` each, with `pending` of them on
 * their way to the disk, and `per_second` more for `seconds`. Pure. */
uint64_t limits_reserve(double record_bytes, uint64_t pending, double per_second, double seconds);
