// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parts of a survey made one: results and metadata of its shards, or of runs of which one went on where another had
 * ended.
 *
 *   metadata of each part --> do they belong together? is one missing? --> plan of the whole
 *                                                                           |
 *   records of each part --+                                                v
 *   records of each part --+--> in the order of their time --> records,  map (interfaces, links, curve)
 *   records of each part --+                                                |
 *                                 counters, added up --------------------> metadata
 *
 * One record of each part is in memory, and the tables of the map, which are those of a survey. What is written
 * takes its name once it is whole.
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
    bool same_columns;         /* those of the parts, which must have the same */
    const char *metadata_path; /* NULL: none is written */
    int argc;                  /* the command line, for the metadata */
    char **argv;
    bool partial; /* also where parts are missing or not complete */
    bool quiet;
    struct map_memory memory;
};

/* merge_run() returns the program's exit code, after one line on stderr where something was wrong. */
int merge_run(const struct merge_config *config);
