// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The runs of a survey that was stopped or killed, and resumed. Each run is a part: an object in the metadata.
 * While it runs, the object is also the live text of its state (state/state_file.h), from which the part of a
 * killed run is known. Private to userspace/survey/.
 *
 *   {"start_us": …, "end_us": …, "state": "killed", "seconds": …, "clock": {…}, "ledger": {…}}
 *
 * When the next run begins, the facts in the metadata about the run before alone are added to its part: outages,
 * control and so on.
 *
 * `seconds` are the seconds of sending. For a killed part, they and the counters are at most a second older than
 * its end. Its counters do not balance, because packets were on their way between them. Only `written` is exact,
 * because the records are there.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "output/ledger.h"
#include "output/metadata.h"

struct survey;
struct survey_status;

/* Begins as zeros: the history of a survey in its first run. */
struct history {
    unsigned resumed;     /* runs before this one */
    json_t *parts;        /* of these runs; NULL: none */
    uint64_t start_us;    /* of the first run */
    double seconds;       /* of sending, in all these runs */
    struct ledger ledger; /* sum of their ledgers */
};

/* history_load() reads the history from the metadata of the run before and from its live text; NULL: it left
 * none. `records` is the number of records that all runs have written. Returns 0 or -ENOMEM. history_free() may
 * be called after either. */
int history_load(struct history *history, const struct survey_metadata *before, const char *live,
                 uint64_t records);
void history_free(struct history *history);

/* history_part_json() returns this run as a part with state `state`. history_parts_json() returns all parts,
 * this one last, or NULL where there is no other. The caller owns both. Both return NULL when memory is short. */
json_t *history_part_json(const struct survey *survey, const struct survey_status *status, const char *state);
json_t *history_parts_json(const struct survey *survey, const struct survey_status *status,
                           const char *state);
