// SPDX-License-Identifier: GPL-2.0-or-later
/* The reports after a survey's last record. Private to userspace/survey/. */
#pragma once

#include "survey/control.h"

/* survey_finish() warns of failures, ends reports, state and metadata, and prints the summary. Returns the
 * program's exit code. control_run() must have returned. */
int survey_finish(const struct control *control);
