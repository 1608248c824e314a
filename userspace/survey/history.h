// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The runs of a survey that was stopped or killed and resumed. Each is a part: an object in the metadata, and, while
 * it runs, the live text of its state (state/state_file.h), from which a killed one's is known. Private to
 * userspace/survey/.
 *
 *   {"start_us": …, "end_us": …, "state": "killed", "seconds": …, "clock": {…}, "ledger": {…}}
 *
 * When the next run begins, what its own metadata told of it alone comes to that: outages, control and so on.
 *
 * `seconds` are those of sending. Of a killed part these are the counters of at most a second before, which do not
 * balance: packets were on their way between them. Only `written` is exact, since the records are there.
 */
#pragma once

#include <jansson.h>
#include <stdint.h>

#include "output/ledger.h"
#include "output/metadata.h"

struct survey;
struct survey_status;

/* Begins as zeros, that of a survey which is its own first part. */
struct history {
    unsigned resumed;     /* runs before this one */
    json_t *parts;        /* of those; NULL: there are none */
    uint64_t start_us;    /* of the first */
    double seconds;       /* of sending, in all of them */
    struct ledger ledger; /* the sum of theirs */
};

/* history_load() has what the metadata of the run before tells, and its live text, NULL: none was left; `records` is
 * how many all runs have written. 0 or -ENOMEM; history_free() is right after both. */
int history_load(struct history *history, const struct survey_metadata *before, const char *live,
                 uint64_t records);
void history_free(struct history *history);

/* history_part_json() is this run as a part, `state` being its own. history_parts_json() is all parts with this
 * one at the end; NULL where there is no other. Both are the caller's; NULL, too, when memory is short. */
json_t *history_part_json(const struct survey *survey, const struct survey_status *status, const char *state);
json_t *history_parts_json(const struct survey *survey, const struct survey_status *status,
                           const char *state);
