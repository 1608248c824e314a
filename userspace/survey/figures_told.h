// SPDX-License-Identifier: GPL-2.0-or-later
/* What a strategy tells about how it went, of all senders together: in metadata and summary. Private to
 * userspace/survey/. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "strategy/strategy.h"

struct survey;

/* figures_told_find() fills `out`, once the senders have ended, and returns how many there are. */
size_t figures_told_find(const struct survey *survey, struct strategy_figure out[STRATEGY_FIGURES]);

/* figures_told_json() is an object of them for the metadata; NULL where there are none. figures_told_print() is the
 * summary's line, where there is one, behind the strategy's name. */
json_t *figures_told_json(const struct survey *survey);
void figures_told_print(const struct strategy_figure *figures, size_t count, FILE *out);
