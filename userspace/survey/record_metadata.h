// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes the metadata of a survey (survey/description.h) to files. Private to userspace/survey/. */
#pragma once

#include "base/output_file.h"
#include "survey/description.h"

/* Metadata and its lists (output/metadata_list.h): written, but not renamed to their final names yet. */
struct staged_metadata {
    struct replacement metadata, targets, blocklist;
};

/*
 * survey_stage_metadata() writes the metadata of a survey that begins, and its long lists, beside their
 * configured places. survey_clear_metadata() then removes the old metadata. survey_commit_metadata() renames
 * the lists, and the metadata last. survey_discard_metadata() may be called after any outcome.
 * survey_write_metadata() writes the metadata of a survey that has ended; `stopped` is the reason why it ended
 * early, NULL: it did not. They return 0 or a negative errno, after one line on stderr.
 */
int survey_stage_metadata(struct survey *survey, struct survey_metadata *metadata,
                          struct staged_metadata *staged);
void survey_clear_metadata(struct staged_metadata *staged);
int survey_commit_metadata(const struct survey *survey, struct staged_metadata *staged);
void survey_discard_metadata(struct staged_metadata *staged);
int survey_write_metadata(const struct survey *survey, enum survey_state state, const char *stopped,
                          const struct survey_status *status);

/* survey_metadata_so_far() returns the text of a running survey's metadata, with its counts so far, to be
 * freed by free(); NULL when memory is short. */
char *survey_metadata_so_far(const struct survey *survey, const struct survey_status *status, size_t *length);
