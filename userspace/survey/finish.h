// SPDX-License-Identifier: GPL-2.0-or-later
/* What is told and written once a survey's last record is. Private to userspace/survey/. */
#pragma once

#include "survey/control.h"

/* survey_finish() warns of what went wrong, ends reports, state and metadata, prints the summary, and returns the
 * program's exit code. control_run() must have returned. */
int survey_finish(const struct control *control);
