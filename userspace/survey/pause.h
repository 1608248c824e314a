// SPDX-License-Identifier: GPL-2.0-or-later
/* Pauses of a survey, on its operator's command: nothing is sent, replies are still received, and the lost
 * time is not made up for. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* survey_pause() and survey_resume() return false where the survey is paused, or not paused, already.
 * survey_pause_end() ends the record of pauses when sending has ended. */
bool survey_pause(struct survey *survey);
bool survey_resume(struct survey *survey);
void survey_pause_end(struct survey *survey);
