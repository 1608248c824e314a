// SPDX-License-Identifier: GPL-2.0-or-later
/* The parts that are merged, once it is known that they belong together, and what is missing. */
#pragma once

#include "engine/plan.h"
#include "merge/belong.h"
#include "merge/merge.h"

struct gathered {
    struct part *parts; /* in the order of their shards, and of their time */
    size_t count;
    struct survey_metadata whole; /* of the first that was named; its lists are the plan's */
    struct plan plan;             /* of all shards */
    struct gaps gaps;
};

/* gather() reads the metadata of all parts. EXIT_DONE, or an exit code after one line on stderr, and one for each
 * that is missing; gathered_free() is right after every outcome. */
int gather(struct gathered *out, const struct merge_config *config);
void gathered_free(struct gathered *gathered);
