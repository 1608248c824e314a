// SPDX-License-Identifier: GPL-2.0-or-later
/* The rate by which memory is sized before the first probe. */
#pragma once

#include <math.h>

#include "survey/survey.h"

enum {
    /* Where a strategy walks, answers and probes alternate. On one core they cannot be faster than this. */
    WALKING_RATE = 250000,
};

/* expected_rate() returns the configured rate, in probes per second. Where that is `max` or `auto` it
 * returns WALKING_RATE for a strategy that walks, else INFINITY or NAN. */
static inline double expected_rate(const struct survey_config *config)
{
    bool unknown = !(config->rate < INFINITY);

    return unknown && config->strategy.ops->walks ? WALKING_RATE : config->rate;
}
