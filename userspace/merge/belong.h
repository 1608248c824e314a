// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Checks which results are parts of one survey: they have the same plan, and each shard comes once, or as
 * several runs of which each continued the one before.
 *
 * Keys may differ from shard to shard, because each run draws its own. Runs of one shard have the same key.
 */
#pragma once

#include "merge/part.h"
#include "target/targets.h"

/*
 * belong_check() compares `metadata` of `path` with that of the first part. Returns 0; -EINVAL with a line in
 * `error` that names both files and the difference; or -ENOMEM.
 */
int belong_check(const struct survey_metadata *first, const char *first_path,
                 const struct survey_metadata *metadata, const char *path, struct error_text *error);

/* belong_sort() sorts parts by shard, and by time within a shard. Returns 0, or -EINVAL with a line in
 * `error` where two parts have probed the same. */
int belong_sort(struct part *parts, size_t count, struct error_text *error);

enum {
    GAPS_TOLD = 8, /* further gaps are only counted: a user who forgot most of the shards need not read
                      them all */
};

/* What is missing: shards without a part, and shards whose last run did not finish. */
struct gaps {
    json_t *shards; /* an array of shard numbers; 0 for a survey that is not divided */
    size_t count;
    struct error_text
        told[GAPS_TOLD]; /* "shard 3 of 8 is missing", "r.csv is not complete: it was stopped" */
};

/* belong_gaps() finds the gaps among sorted parts. `targets` is the number of targets in all: a shard that
 * has no target is not missing. Returns 0 or -ENOMEM; the caller frees the array after either. */
int belong_gaps(const struct part *parts, size_t count, uint64_t targets, struct gaps *out);
