// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reports to programs while a survey runs: lines of a status file, counters for Prometheus, its metadata so
 * far. All are made by the main thread, which reads the other threads' counters (survey/status.h). Private to
 * userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/* reports_open() is a step of the set-up and opens what was asked for. reports_begin() is called when
 * nothing else can fail any more. They return exit codes, after one line on stderr where it is not
 * EXIT_DONE. reports_close() may be called after any outcome. */
int reports_open(struct survey *survey);
int reports_begin(struct survey *survey);
void reports_close(struct survey *survey);

/* reports_follow() writes the reports that are due. Must be called at every tick. */
void reports_follow(struct survey *survey);

/* reports_hasten() makes the metadata be renewed at the next tick, because a fact in it has changed. */
void reports_hasten(struct survey *survey);

/* reports_end() writes the last reports, with `status`; `done`: the survey came to its end. Afterwards no
 * report writes to the metadata. */
void reports_end(struct survey *survey, const struct survey_status *status, bool done);
