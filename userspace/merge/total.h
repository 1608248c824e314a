// SPDX-License-Identifier: GPL-2.0-or-later
/* The metadata of all parts together. */
#pragma once

#include "merge/belong.h"
#include "merge/map.h"

/*
 * total_make() turns the metadata of the first part into that of all: counters are added up, what was found is the
 * map's, times go from the first start to the last end. What was of one host's own (device, clock, how replies
 * were received) stands in `merged`, for each part. 0 or -ENOMEM; total_free() is right after both, and leaves
 * what metadata_free() frees.
 */
int total_make(struct survey_metadata *metadata, const struct part *parts, size_t count,
               const struct map *map, const struct gaps *gaps);
void total_free(struct survey_metadata *metadata);
