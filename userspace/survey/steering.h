// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records the changes that an operator made to a survey since it began, for status, metadata and summary.
 * survey/live_control.h makes the changes. Times are CLOCK_MONOTONIC, and arguments.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    /* Changes of each kind that are listed one by one. With more, the metadata of a survey that a program
     * steers for days would grow without end. */
    STEERING_KEPT = 64,
};

struct steering {
    double rate;         /* the rate in force: probes per second; INFINITY: max; NAN: auto */
    uint64_t started_ns; /* 0: nothing has been sent yet */

    uint64_t pauses, paused_ns; /* pauses that are over */
    uint64_t paused_since_ns;   /* 0: not paused */

    uint64_t rate_count;
    struct rate_change {
        uint64_t after_ns; /* since the start */
        double rate;
    } rates[STEERING_KEPT]; /* the last ones */

    uint64_t list_count;
    struct list_change {
        uint64_t after_ns;
        uint64_t prefixes;  /* of the list, normalized */
    } lists[STEERING_KEPT]; /* the last blocklists that came into force */
};

/* steering_begin() sets the configured rate; steering_start() records that sending begins. */
void steering_begin(struct steering *steering, double rate);
void steering_start(struct steering *steering, uint64_t now_ns);

/* steering_pause() and steering_resume() return false where the survey is paused, or not paused, already.
 * steering_paused_ns() returns the total duration of pauses, up to now. */
bool steering_pause(struct steering *steering, uint64_t now_ns);
bool steering_resume(struct steering *steering, uint64_t now_ns);
uint64_t steering_paused_ns(const struct steering *steering, uint64_t now_ns);

static inline bool steering_is_paused(const struct steering *steering)
{
    return steering->paused_since_ns != 0;
}

/* steering_note_rate() and steering_note_list() record a change. */
void steering_note_rate(struct steering *steering, uint64_t now_ns, double rate);
void steering_note_list(struct steering *steering, uint64_t now_ns, uint64_t prefixes);

/* steering_json() returns the object for the metadata, owned by the caller, or NULL where nothing was
 * changed or memory is short. `list` is the blocklist in force, if another one was loaded; it may be NULL.
 * The function takes it over. */
json_t *steering_json(const struct steering *steering, uint64_t now_ns, json_t *list);
