// SPDX-License-Identifier: GPL-2.0-or-later
/* Where a value stands on an axis, and which values are written beside it. */
#pragma once

#include <stddef.h>

#include "report/plot.h"

enum {
    PLOT_TICKS = 5,      /* of an axis, about */
    PLOT_TICKS_MAX = 32, /* at most */
    PLOT_NUMBER_SIZE = 32,
};

/* plot_scale_at() is 0 at the lower end of the axis, 1 at the upper one; NAN for what it has no place for. */
double plot_scale_at(const struct plot_axis *axis, double value);

/* plot_scale_ticks() has the round values on an axis, ascending; of places the caller knows them. How many. */
size_t plot_scale_ticks(const struct plot_axis *axis, double ticks[PLOT_TICKS_MAX]);

/* plot_scale_round_up() is the least round number at or above `most`, above 0, that `ticks` round steps lead to. */
double plot_scale_round_up(double most, unsigned ticks);

/* plot_scale_number() is a value as an axis has it: "0.25", "1500" as "1.5k", 20 million as "20M"; returns `text`. */
const char *plot_scale_number(double value, char text[PLOT_NUMBER_SIZE]);
