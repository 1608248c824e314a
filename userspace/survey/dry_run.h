// SPDX-License-Identifier: GPL-2.0-or-later
/* What a survey would send, without sending it. */
#pragma once

#include "survey/survey.h"

/*
 * survey_dry_run() prints every probe in sending order to stdout, as CSV lines `target,flow,probe_ttl`,
 * blocked ones left out, and what the survey would be to stderr. It needs no privilege and makes no
 * namespace. Returns the exit code.
 */
int survey_dry_run(const struct survey_config *config);
