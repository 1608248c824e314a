// SPDX-License-Identifier: GPL-2.0-or-later
/* How fast the senders of a survey go: as fast as was asked for, or as `--rate auto` found
 * (survey/auto_rate.h), and slower while receivers or the writer are behind (engine/back_pressure.h). Private
 * to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* pace_start() begins at survey->started_ns and returns the rate of all senders together to begin with. */
double pace_start(struct survey *survey);

/* pace_ask() has another rate asked for from now on, above 0; INFINITY: max. */
void pace_ask(struct survey *survey, double rate);

/* pace_follow() looks at the counters and the rings and has the senders go as fast as follows from them. To
 * be called at every tick while they send. */
void pace_follow(struct survey *survey);
