// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing the metadata of a survey (survey/description.h) to files. Private to userspace/survey/. */
#pragma once

#include "base/output_file.h"
#include "survey/description.h"

/* Metadata and the lists beside it (output/metadata_list.h), written and still without their names. */
struct staged_metadata {
    struct replacement metadata, targets, blocklist;
};

/*
 * survey_stage_metadata() writes the metadata of a survey that begins, and its long lists, beside the places
 * that the configuration says. survey_clear_metadata() then takes away the metadata that is there;
 * survey_commit_metadata() has the lists take their names, and the metadata last. survey_discard_metadata()
 * is right after every outcome. survey_write_metadata() writes that of a survey that has ended; `stopped` says
 * why it did before its end, NULL: it did not. A failure is one line on stderr. 0 or a negative errno.
 */
int survey_stage_metadata(struct survey *survey, struct survey_metadata *metadata,
                          struct staged_metadata *staged);
void survey_clear_metadata(struct staged_metadata *staged);
int survey_commit_metadata(const struct survey *survey, struct staged_metadata *staged);
void survey_discard_metadata(struct staged_metadata *staged);
int survey_write_metadata(const struct survey *survey, enum survey_state state, const char *stopped,
                          const struct survey_status *status);

/* survey_metadata_so_far() is the text of the metadata of a survey that runs, with what was counted so far, for
 * free(); NULL when memory is short. */
char *survey_metadata_so_far(const struct survey *survey, const struct survey_status *status, size_t *length);
