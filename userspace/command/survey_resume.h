// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * survey --resume RESULTS.meta.json: which options are used.
 *
 *   nothing there     the given ones; results and metadata get the names that belong to this one
 *   a survey there    those of its metadata, then the given ones. What defines the survey must be the
 *                     same; its rate, interface and memory may change
 *
 * So one command line both starts a survey and resumes it.
 */
#pragma once

#include <stdbool.h>

#include "command/survey_names.h"
#include "command/survey_options.h"
#include "output/metadata.h"

/* Which files belong to the runs before: their contents do not prevent the run. */
struct survey_own_files {
    bool results; /* and metadata, lists and state */
    bool status, capture;
};

/* Zeroed at the start. */
struct survey_resumption {
    bool found;                      /* a survey that can be resumed, or is complete */
    struct survey_metadata metadata; /* of that survey, if found */
    char *results; /* the results that the metadata describe; NULL: the metadata have another name */
    char *others[OUTPUTS_MAX]; /* further outputs, if their names differ when seen from here */
    char *state;               /* the state's file, unless it was given */
    struct survey_names names;
    char **argv; /* the command line that the survey was started with, and its length */
    int argc;
    struct survey_own_files owns;
};

/*
 * survey_resume_options() changes `options`, which were parsed from the command line `argv`; options_parse()
 * left it permuted, and `operands` is the index of the first operand. Returns EXIT_DONE, or EXIT_UNUSABLE
 * after one line on stderr. survey_resume_free() may be called after either, once the options are not used
 * any more.
 */
int survey_resume_options(struct survey_resumption *self, struct survey_options *options, int argc,
                          char **argv, int operands);
void survey_resume_free(struct survey_resumption *self);
