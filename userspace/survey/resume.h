// SPDX-License-Identifier: GPL-2.0-or-later
/* Resumes a survey where another run of it stopped: `resumed` of its configuration. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* resume_take_up() restores knowledge and senders, once they and the results are open. It changes no file.
 * Returns EXIT_DONE, also where nothing is resumed, or the exit code after one line on stderr. */
int resume_take_up(struct survey *survey);

/* resume_results() makes new records follow the known ones. Returns an exit code in the same way. */
int resume_results(struct survey *survey, const struct survey_metadata *metadata);
