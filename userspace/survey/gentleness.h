// SPDX-License-Identifier: GPL-2.0-or-later
/* How gentle a survey is with those whom it asks: the bounds of its senders (strategy/gentle.h). */
#pragma once

#include <jansson.h>

#include "survey/parts.h"

/* gentleness_open() makes what all senders share; it needs their number. 0 or -ENOMEM; gentleness_close() is
 * right after both. */
int gentleness_open(struct survey *survey);
void gentleness_close(struct survey *survey);

/* gentleness_binds() says whether any bound was asked for. */
bool gentleness_binds(const struct survey_config *config);

/* gentleness_open_strategy() opens the survey's strategy for one sender, within the bounds where there are
 * any. 0 or a negative errno. */
int gentleness_open_strategy(struct survey *survey, const struct strategy_config *config,
                             struct strategy **out);

/* gentleness_totals() adds up what the bounds did so far. */
struct gentle_totals gentleness_totals(const struct survey *survey);

/* gentleness_json() is what was asked for and what came of it, NULL where nothing was asked for. */
json_t *gentleness_json(const struct survey *survey);
