// SPDX-License-Identifier: GPL-2.0-or-later
/* --rotate: a survey's outputs in numbered files, a separate series for each output. */
#pragma once

#include "session/record_file.h"

struct rotated_outputs {
    struct rotation rotations[OUTPUTS_MAX];
    char *first[OUTPUTS_MAX]; /* the first file of each */
    unsigned count;
};

/* rotation_options_choose() makes each place of `output` that is a regular file the first of numbered files
 * of `size` bytes. Files of an earlier run are refused unless they may be overwritten, or nothing is written
 * (`harmless`). Returns an exit code, after one line on stderr. rotation_options_free() may be called after
 * any outcome, and for a zeroed structure. */
int rotation_options_choose(struct rotated_outputs *self, struct record_output *output, uint64_t size,
                            bool harmless);
void rotation_options_free(struct rotated_outputs *self);
