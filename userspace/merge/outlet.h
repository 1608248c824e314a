// SPDX-License-Identifier: GPL-2.0-or-later
/* Where merged results and metadata go: files that take their names once all is written, or a stream. */
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

/* outlet_init() makes one that is not open. */
void outlet_init(struct outlet_files *outlet);

/* outlet_open() opens the results and makes their recorders. 0 or a negative errno; outlet_close() is right after
 * both, and leaves what was there as it was, unless outlet_commit() had put the new files in its place. */
int outlet_open(struct outlet_files *outlet, const struct record_output *output, const char *metadata_path);
void outlet_close(struct outlet_files *outlet);

/* outlet_commit() writes metadata, and its long lists, and gives all of them their names; in between there is no
 * metadata, and never that of other records. 0 or a negative errno. */
int outlet_commit(struct outlet_files *outlet, struct survey_metadata *metadata);
