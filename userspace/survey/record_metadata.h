// SPDX-License-Identifier: GPL-2.0-or-later
/* What is written about a survey beside its records. Private to userspace/survey/. */
#pragma once

#include <sys/utsname.h>

#include "base/output_file.h"
#include "output/metadata.h"
#include "survey/parts.h"

struct survey_description {
    struct survey_metadata metadata;
    struct utsname system; /* whose texts it borrows */
};

/* survey_describe() is the metadata of a survey that begins. 0 or -ENOMEM; survey_describe_free() is right
 * after both. */
int survey_describe(const struct survey *survey, struct survey_description *out);
void survey_describe_free(struct survey_description *description);

/* survey_stage_metadata() has it ready to be committed where the configuration says; survey_write_metadata()
 * writes that of a survey that has ended. A failure is one line on stderr. 0 or a negative errno. */
int survey_stage_metadata(const struct survey *survey, const struct survey_metadata *metadata,
                          struct replacement *file);
int survey_write_metadata(const struct survey *survey, enum survey_state state,
                          const struct survey_status *status);
