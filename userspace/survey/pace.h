// SPDX-License-Identifier: GPL-2.0-or-later
/* The rate of a survey's senders: the configured rate, or the one that `--rate auto` found
 * (survey/auto_rate.h), and less while receivers or the writer are behind (engine/back_pressure.h).
 * Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* pace_start() begins at survey->started_ns. Returns the initial rate of all senders together. */
double pace_start(struct survey *survey);

/* pace_ask() sets another rate from now on, above 0; INFINITY: max. */
void pace_ask(struct survey *survey, double rate);

/* pace_follow() reads the counters and the rings, and sets the senders' rate accordingly. Must be called
 * at every tick while they send. */
void pace_follow(struct survey *survey);
