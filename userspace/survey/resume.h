// SPDX-License-Identifier: GPL-2.0-or-later
/* A survey that goes on where another run of it stopped: `resumed` of its configuration. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* resume_take_up() brings knowledge and senders there, once they and the results are open; nothing in the files is
 * changed. EXIT_DONE, also where nothing is resumed, or the exit code after one line on stderr. */
int resume_take_up(struct survey *survey);

/* resume_results() has records appended where those that are known end. An exit code, likewise. */
int resume_results(struct survey *survey, const struct survey_metadata *metadata);
