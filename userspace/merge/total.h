// SPDX-License-Identifier: GPL-2.0-or-later
/* Makes the metadata of all parts together. */
#pragma once

#include "merge/belong.h"
#include "merge/map.h"

/*
 * total_make() turns the metadata of the first part into that of all parts: counters are added, discoveries
 * are those of the map, and times go from the first start to the last end. Facts of a single host (device,
 * clock, how replies were received) go into `merged`, one entry per part. Returns 0 or -ENOMEM. total_free()
 * may be called after either; it frees all but what metadata_free() frees.
 */
int total_make(struct survey_metadata *metadata, const struct part *parts, size_t count,
               const struct map *map, const struct gaps *gaps);
void total_free(struct survey_metadata *metadata);
