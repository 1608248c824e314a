// SPDX-License-Identifier: GPL-2.0-or-later
/* `--rate auto`: connects the counters of a survey with engine/rate_control.h, and that with the senders.
 * Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* auto_rate_start() begins to search for the rate, at survey->started_ns. Does nothing where the rate is
 * given. */
void auto_rate_start(struct survey *survey);

/* auto_rate_follow() reads the counters and makes survey->rate_control choose the rate from them. Must be
 * called at every tick. Does nothing where the rate is given. */
void auto_rate_follow(struct survey *survey);
