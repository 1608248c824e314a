// SPDX-License-Identifier: GPL-2.0-or-later
/* One of the results to merge: facts from its metadata, and its records one after the other. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "output/metadata.h"
#include "output/result_files.h"

/* How many probes had been sent `us` microseconds after the start. */
struct part_progress {
    uint64_t us, probes;
};

struct part {
    const char *path; /* of its records */
    const char *metadata_path;
    struct shard shard; /* {0, 1} for a survey that is not divided */
    struct siphash_key key;
    enum survey_state state;
    uint64_t start_us, end_us; /* 0: not ended */
    uint64_t probes;
    struct ledger ledger;
    double asked_rate;
    uint32_t threads;
    json_t *told;                   /* what the merged metadata says about this part */
    json_t *sim_counters;           /* of its simulated Internet; NULL: none */
    struct part_progress *progress; /* as its metadata has it */
    size_t progress_count;
    size_t progress_place; /* index of the first entry later than the last time asked for */

    struct result_files files;
    struct record next;
    bool has_next;
    uint64_t records; /* read so far, `next` included */
};

/* part_describe() copies what is needed from the metadata, which may be freed afterwards. Returns 0, or a
 * negative errno with a line in `error`. */
int part_describe(struct part *part, const struct survey_metadata *metadata, struct error_text *error);

/* part_is_complete() returns whether the run finished. */
static inline bool part_is_complete(const struct part *part)
{
    return part->state == SURVEY_FINISHED;
}

/* part_open() opens the records and reads the first one. part_next() reads the next one; `has_next` is false
 * at the end. Both return 0, or a negative errno with a line in `error` that names the file. */
int part_open(struct part *part, const struct column_list *needed, struct error_text *error);
int part_next(struct part *part, struct error_text *error);

/* part_progress_at() returns how many probes the part had sent at `time_us` (CLOCK_REALTIME), interpolated
 * between the points of its progress. `time_us` must never go back. */
uint64_t part_progress_at(struct part *part, uint64_t time_us);

/* part_close() frees everything, in any state. */
void part_close(struct part *part);
