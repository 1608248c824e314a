// SPDX-License-Identifier: GPL-2.0-or-later
/* Where merged results and metadata go: a stream, or files that get their names when everything is
 * written. */
#pragma once

#include "base/output_file.h"
#include "output/metadata.h"
#include "output/recorders.h"
#include "session/record_file.h"

struct outlet_files {
    const char *metadata_path; /* NULL: no metadata */
    struct replacement results[OUTPUTS_MAX], metadata, targets, blocklist;
    struct recorders recorders;
};

/* outlet_init() makes an outlet that is not open. */
void outlet_init(struct outlet_files *outlet);

/* outlet_open() opens the results and makes their recorders. Returns 0 or a negative errno. outlet_close()
 * may be called after either; it leaves existing files as they were, unless outlet_commit() has replaced
 * them. */
int outlet_open(struct outlet_files *outlet, const struct record_output *output, const char *metadata_path);
void outlet_close(struct outlet_files *outlet);

/* outlet_commit() writes the metadata and its long lists, and gives all files their names. While it does,
 * there is no metadata file, so that records never stand beside the metadata of others. Returns 0 or a
 * negative errno. */
int outlet_commit(struct outlet_files *outlet, struct survey_metadata *metadata);
