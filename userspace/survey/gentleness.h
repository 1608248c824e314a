// SPDX-License-Identifier: GPL-2.0-or-later
/* How gentle a survey is to the networks that it probes: the bounds of its senders (strategy/gentle.h). */
#pragma once

#include <jansson.h>

#include "survey/parts.h"

/* gentleness_open() allocates what all senders share, once their number is known. Returns 0 or -ENOMEM.
 * gentleness_close() may be called after either. */
int gentleness_open(struct survey *survey);
void gentleness_close(struct survey *survey);

/* gentleness_binds() returns true if any bound was asked for. */
bool gentleness_binds(const struct survey_config *config);

/* gentleness_open_strategy() opens the survey's strategy for one sender, within the bounds, if there are
 * any. Returns 0 or a negative errno. */
int gentleness_open_strategy(struct survey *survey, const struct strategy_config *config,
                             struct strategy **out);

/* gentleness_totals() sums the effects of the bounds so far, over all senders. */
struct gentle_totals gentleness_totals(const struct survey *survey);

/* gentleness_json() returns the bounds and their effects; NULL where no bound was asked for. */
json_t *gentleness_json(const struct survey *survey);
