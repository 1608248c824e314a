// SPDX-License-Identifier: GPL-2.0-or-later
/* What memory is sized by before the first probe. */
#pragma once

#include <math.h>

#include "survey/survey.h"

enum {
    /* Answers and probes take turns where a strategy walks: on one core that is as fast as they come. */
    WALKING_RATE = 250000,
};

/* expected_rate() is the rate that was asked for, in probes a second; where that is `max` or `auto`, that of a
 * strategy that walks, else INFINITY or NAN. */
static inline double expected_rate(const struct survey_config *config)
{
    bool unknown = !(config->rate < INFINITY);

    return unknown && config->strategy.ops->walks ? WALKING_RATE : config->rate;
}
