// SPDX-License-Identifier: GPL-2.0-or-later
/* Shows what a survey would send, without sending it. */
#pragma once

#include "survey/survey.h"

/*
 * survey_dry_run() prints every probe to stdout in sending order, as CSV lines `target,flow,probe_ttl`,
 * without blocked ones. It describes the survey on stderr. It needs no privilege and makes no namespace.
 * Returns the exit code.
 */
int survey_dry_run(const struct survey_config *config);
