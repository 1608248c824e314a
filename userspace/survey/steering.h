// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an operator has changed of a survey since it began: an account of it, for status, metadata and summary.
 * Who does what was asked for is survey/live_control.h. Times are CLOCK_MONOTONIC, and arguments.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    /* Changes of each kind that are told one by one: more, and the metadata of a survey that a program steers
     * for days grows without end. */
    STEERING_KEPT = 64,
};

struct steering {
    double rate;         /* asked for now: probes per second; INFINITY: max; NAN: auto */
    uint64_t started_ns; /* 0: nothing has been sent yet */

    uint64_t pauses, paused_ns; /* those that are over */
    uint64_t paused_since_ns;   /* 0: it is not paused */

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

/* steering_begin() sets the rate that was asked for at first, steering_start() when sending begins. */
void steering_begin(struct steering *steering, double rate);
void steering_start(struct steering *steering, uint64_t now_ns);

/* steering_pause() and steering_resume() return false where it is so already. steering_paused_ns() is how
 * long it was paused in all, up to now. */
bool steering_pause(struct steering *steering, uint64_t now_ns);
bool steering_resume(struct steering *steering, uint64_t now_ns);
uint64_t steering_paused_ns(const struct steering *steering, uint64_t now_ns);

static inline bool steering_is_paused(const struct steering *steering)
{
    return steering->paused_since_ns != 0;
}

/* steering_note_rate() and steering_note_list() note a change. */
void steering_note_rate(struct steering *steering, uint64_t now_ns, double rate);
void steering_note_list(struct steering *steering, uint64_t now_ns, uint64_t prefixes);

/* steering_json() is what the metadata says, owned by the caller: NULL where nothing was changed, or memory
 * is short. `list` is the blocklist in force, where another came; it is taken over, and may be NULL. */
json_t *steering_json(const struct steering *steering, uint64_t now_ns, json_t *list);
