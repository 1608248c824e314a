// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * survey --resume RESULTS.meta.json: which options hold.
 *
 *   nothing there     those that were given; results and metadata go where these belong
 *   a survey there    those that its metadata has, as if given before the ones that are given now. What makes it this
 *                     survey must be the same; how fast it goes, by which interface, with how much memory may change
 *
 * So one command line both starts a survey and goes on with it.
 */
#pragma once

#include <stdbool.h>

#include "command/survey_names.h"
#include "command/survey_options.h"
#include "output/metadata.h"

/* Which files are those of the runs before: they are not foreign, whatever is in them. */
struct survey_own_files {
    bool results; /* and metadata, lists and state */
    bool status, capture;
};

/* Begins as zeros. */
struct survey_resumption {
    bool found;                      /* a survey that can go on, or is complete */
    struct survey_metadata metadata; /* its own, where it is found */
    char *results;                   /* whose metadata that is; NULL: another name */
    char *others[OUTPUTS_MAX];       /* further outputs, where they are called otherwise from here */
    char *state;                     /* where the state is, unless it was said */
    struct survey_names names;
    char **argv; /* the command line that it was begun with, and its length */
    int argc;
    struct survey_own_files owns;
};

/*
 * survey_resume_options() changes `options`, which were made from the command line `argv` as options_parse() left
 * it, `operands` being the first operand. EXIT_DONE, or EXIT_UNUSABLE after one line on stderr.
 * survey_resume_free() is right after both, once the options are used no more.
 */
int survey_resume_options(struct survey_resumption *self, struct survey_options *options, int argc,
                          char **argv, int operands);
void survey_resume_free(struct survey_resumption *self);
