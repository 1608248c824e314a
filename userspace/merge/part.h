// SPDX-License-Identifier: GPL-2.0-or-later
/* One of the results that are merged: what its metadata says of it, and its records one after the other. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "output/metadata.h"
#include "output/result_files.h"

/* How many probes had been sent, microseconds after the start. */
struct part_progress {
    uint64_t us, probes;
};

struct part {
    const char *path; /* of its records */
    const char *metadata_path;
    struct shard shard; /* {0, 1}: of a survey that is not divided */
    struct siphash_key key;
    enum survey_state state;
    uint64_t start_us, end_us; /* 0: not ended */
    uint64_t probes;
    struct ledger ledger;
    double asked_rate;
    uint32_t threads;
    json_t *told;                   /* what the merged metadata says of it */
    json_t *sim_counters;           /* of its simulated Internet; NULL: it had none */
    struct part_progress *progress; /* as it was told */
    size_t progress_count;
    size_t progress_place; /* of the first that is later than the last time asked about */

    struct result_files files;
    struct record next;
    bool has_next;
    uint64_t records; /* read so far, with `next` */
};

/* part_describe() takes what is needed from the metadata, which may go afterwards. 0 or a negative errno with a
 * line in `error`. */
int part_describe(struct part *part, const struct survey_metadata *metadata, struct error_text *error);

/* part_is_complete() says whether it went on to its own end. */
static inline bool part_is_complete(const struct part *part)
{
    return part->state == SURVEY_FINISHED;
}

/* part_open() opens the records and reads the first; part_next() reads the next one, where `has_next` says that
 * there is one. 0, or a negative errno with a line in `error` that names the file. */
int part_open(struct part *part, const struct column_list *needed, struct error_text *error);
int part_next(struct part *part, struct error_text *error);

/* part_progress_at() is how many probes it had sent at a time of CLOCK_REALTIME, which never goes back: between
 * two that it told of, evenly many. */
uint64_t part_progress_at(struct part *part, uint64_t time_us);

/* part_close() frees what it holds, in whatever state. */
void part_close(struct part *part);
