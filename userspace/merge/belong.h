// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which results are parts of one survey: they have the same plan, each shard once, or in several runs of which
 * one went on where another had ended.
 *
 * Keys may differ from shard to shard: each run draws its own. Runs of one shard have the same.
 */
#pragma once

#include "merge/part.h"
#include "target/targets.h"

/*
 * belong_check() holds `metadata` of `path` against that of the first part. 0, or -EINVAL with a line in
 * `error` that names both files and what differs; -ENOMEM.
 */
int belong_check(const struct survey_metadata *first, const char *first_path,
                 const struct survey_metadata *metadata, const char *path, struct error_text *error);

/* belong_sort() brings parts into the order of their shards, and of their time within a shard. 0, or -EINVAL
 * with a line where two have probed the same. */
int belong_sort(struct part *parts, size_t count, struct error_text *error);

enum {
    GAPS_TOLD = 8, /* more are counted: who forgot most of the shards need not read them all */
};

/* What is not there: shards without a part, and such whose last run did not come to its end. */
struct gaps {
    json_t *shards; /* an array of their numbers; of a survey that is not divided 0 */
    size_t count;
    struct error_text
        told[GAPS_TOLD]; /* "shard 3 of 8 is missing", "r.csv is not complete: it was stopped" */
};

/* belong_gaps() looks for them among sorted parts. Of `targets` in all: a shard without any is not missing. 0 or
 * -ENOMEM; the array is the caller's to free after both. */
int belong_gaps(const struct part *parts, size_t count, uint64_t targets, struct gaps *out);
