// SPDX-License-Identifier: GPL-2.0-or-later
/* The counters of a survey for Prometheus (metrics/prometheus_text.h): one line each in a table. */
#pragma once

#include <stddef.h>

#include "survey/status.h"

/* survey_metrics_text() returns the text for `status`, to be freed by free(), with its length; NULL when
 * memory is short. */
char *survey_metrics_text(const struct survey_status *status, size_t *length);
