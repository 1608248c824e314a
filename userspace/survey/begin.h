// SPDX-License-Identifier: GPL-2.0-or-later
/* Everything before the first probe of a survey. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"
#include "survey/record_metadata.h"

/*
 * survey_begin() sets the parts up, starts the threads, writes what results begin with, and gives up what only the
 * set-up needed; no probe is sent yet. EXIT_DONE, or the exit code after one line on stderr. `description` must last
 * as long as results are written.
 */
int survey_begin(struct survey *survey, struct survey_description *description);
