// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Merges the parts of a survey: results and metadata of its shards, or of runs of which each continued the
 * one before.
 *
 *   metadata of each part --> do they belong together? is one missing? --> plan of the whole
 *                                                                           |
 *   records of each part --+                                                v
 *   records of each part --+--> sorted by time             --> records,  map (interfaces, links, curve)
 *   records of each part --+                                                |
 *                                 counters, added up --------------------> metadata
 *
 * Memory holds one record of each part, and the tables of the map, which are as large as those of a survey.
 * Each output file gets its name when it is complete.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "merge/map.h"
#include "session/record_file.h"

struct merge_config {
    char *const *paths;          /* of results */
    char *const *metadata_paths; /* of their metadata */
    size_t count;                /* at least one */
    struct record_output output;
    bool same_columns;         /* write the columns of the parts, which must all have the same */
    const char *metadata_path; /* NULL: none is written */
    int argc;                  /* the command line, for the metadata */
    char **argv;
    bool partial; /* merge even if parts are missing or incomplete */
    bool quiet;
    struct map_memory memory;
};

/* merge_run() returns the program's exit code, after one line on stderr if something was wrong. */
int merge_run(const struct merge_config *config);
