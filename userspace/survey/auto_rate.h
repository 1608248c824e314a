// SPDX-License-Identifier: GPL-2.0-or-later
/* `--rate auto`: engine/rate_control.h between the counters of a survey and its senders. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* auto_rate_start() begins to look for the rate, at survey->started_ns; nothing where the rate is given. */
void auto_rate_start(struct survey *survey);

/* auto_rate_follow() reads the counters and has survey->rate_control choose the rate that follows from them.
 * To be called at every tick; nothing where the rate is given. */
void auto_rate_follow(struct survey *survey);
