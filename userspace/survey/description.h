// SPDX-License-Identifier: GPL-2.0-or-later
/* The content of the metadata of a survey, as values. Private to userspace/survey/. */
#pragma once

#include <sys/utsname.h>

#include "output/metadata.h"
#include "survey/parts.h"

struct survey_description {
    struct survey_metadata metadata;
    struct utsname system; /* texts in the metadata point into it */
};

/*
 * survey_describe() describes a survey that begins, with the counts of earlier runs of a resumed survey.
 * survey_describe_so_far() describes a running survey, with its counts so far. survey_describe_end() describes a
 * survey that has ended; `stopped` is the reason why it ended early, NULL: it did not. Each returns 0 or -ENOMEM.
 * survey_describe_free() must be called after either.
 */
int survey_describe(const struct survey *survey, struct survey_description *out);
int survey_describe_so_far(const struct survey *survey, const struct survey_status *status,
                           struct survey_description *out);
int survey_describe_end(const struct survey *survey, enum survey_state state, const char *stopped,
                        const struct survey_status *status, struct survey_description *out);
void survey_describe_free(struct survey_description *description);

/* survey_describe_lists() adds the files of long lists, once these are staged. */
void survey_describe_lists(const struct survey *survey, struct survey_metadata *out);
