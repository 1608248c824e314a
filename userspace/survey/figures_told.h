// SPDX-License-Identifier: GPL-2.0-or-later
/* Figures of a strategy about its work, over all senders, for metadata and summary. Private to
 * userspace/survey/. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "strategy/strategy.h"

struct survey;

/* figures_told_find() fills `out`, once the senders have ended. Returns the number of figures. */
size_t figures_told_find(const struct survey *survey, struct strategy_figure out[STRATEGY_FIGURES]);

/* figures_told_json() returns an object with the figures for the metadata; NULL where there are none.
 * figures_told_print() prints the line of the summary, if there are figures, after the strategy's name. */
json_t *figures_told_json(const struct survey *survey);
void figures_told_print(const struct strategy_figure *figures, size_t count, FILE *out);
