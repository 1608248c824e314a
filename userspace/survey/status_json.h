// SPDX-License-Identifier: GPL-2.0-or-later
/* A survey at one moment, for programs. Private to userspace/survey/. */
#pragma once

#include <jansson.h>

#include "survey/parts.h"

/* survey_status_json() returns the answer to `status` (keys: docs/operations.md), owned by the caller, or
 * NULL when memory is short. `phase` is what the survey is doing. */
json_t *survey_status_json(const struct survey *survey, const char *phase);
