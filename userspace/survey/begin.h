// SPDX-License-Identifier: GPL-2.0-or-later
/* Everything before the first probe of a survey. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"
#include "survey/record_metadata.h"

/*
 * survey_begin() sets up the parts, starts the threads, writes the beginning of the results, and gives up the
 * privileges that only the set-up needed. It sends no probe. Returns EXIT_DONE, or the exit code after one line on
 * stderr. `description` must last as long as results are written.
 */
int survey_begin(struct survey *survey, struct survey_description *description);
