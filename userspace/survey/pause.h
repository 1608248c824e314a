// SPDX-License-Identifier: GPL-2.0-or-later
/* A survey that sends nothing for a while because its operator says so. Replies are taken all the while, and
 * what could have been sent is not made up for. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* survey_pause() and survey_resume() return false where it is so already. survey_pause_end() closes the
 * account when sending has ended. */
bool survey_pause(struct survey *survey);
bool survey_resume(struct survey *survey);
void survey_pause_end(struct survey *survey);
