// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts to merge, after the check that they belong together, and what is missing. */
#pragma once

#include "engine/plan.h"
#include "merge/belong.h"
#include "merge/merge.h"

struct gathered {
    struct part *parts; /* sorted by shard, then by time */
    size_t count;
    struct survey_metadata whole; /* of the first part named; its lists belong to the plan */
    struct plan plan;             /* of all shards */
    struct gaps gaps;
};

/* gather() reads the metadata of all parts. Returns EXIT_DONE, or an exit code after one line on stderr.
 * Prints one line on stderr for each missing part. gathered_free() may be called after any outcome. */
int gather(struct gathered *out, const struct merge_config *config);
void gathered_free(struct gathered *gathered);
