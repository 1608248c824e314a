// SPDX-License-Identifier: GPL-2.0-or-later
/* --rotate: a survey's outputs in numbered files, each output in those of its own. */
#pragma once

#include "session/record_file.h"

struct rotated_outputs {
    struct rotation rotations[OUTPUTS_MAX];
    char *first[OUTPUTS_MAX]; /* their first files */
    unsigned count;
};

/* rotation_options_choose() has all places of `output`, which are files of their own, be the first of files of `size`
 * bytes; files of an earlier run are refused unless they may be overwritten, or `harmless`, nothing is written. An exit
 * code, after one line on stderr. rotation_options_free() is right after both, and of zeros. */
int rotation_options_choose(struct rotated_outputs *self, struct record_output *output, uint64_t size,
                            bool harmless);
void rotation_options_free(struct rotated_outputs *self);
