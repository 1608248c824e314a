// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a survey tells programs while it runs: lines of a status file, counters for Prometheus, its metadata
 * as of now. All from the main thread, which reads what others count (survey/status.h). Private to
 * userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/* reports_open() is a step of the set-up and opens what was asked for; reports_begin() is called when nothing
 * else can fail any more. Exit codes, after one line on stderr where it is not EXIT_DONE. reports_close() is
 * right after every outcome. */
int reports_open(struct survey *survey);
int reports_begin(struct survey *survey);
void reports_close(struct survey *survey);

/* reports_follow() says what is due; to be called at every tick. */
void reports_follow(struct survey *survey);

/* reports_hasten() has the metadata renewed at the next tick: something has changed that it keeps. */
void reports_hasten(struct survey *survey);

/* reports_end() tells the last, with `status`; `done`: the survey came to its end. Nothing is written to the
 * metadata by anybody else afterwards. */
void reports_end(struct survey *survey, const struct survey_status *status, bool done);
