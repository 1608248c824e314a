// SPDX-License-Identifier: GPL-2.0-or-later
/* Computes where a value is on an axis, and which values are written beside it. */
#pragma once

#include <stddef.h>

#include "report/plot.h"

enum {
    PLOT_TICKS = 5,      /* of an axis, approximately */
    PLOT_TICKS_MAX = 32, /* at most */
    PLOT_NUMBER_SIZE = 32,
};

/* plot_scale_at() returns 0 for the lower end of the axis, 1 for the upper end; NAN for values that it cannot
 * show. */
double plot_scale_at(const struct plot_axis *axis, double value);

/* plot_scale_ticks() writes the round values on an axis, ascending, and returns how many. For places, the
 * caller knows the values. */
size_t plot_scale_ticks(const struct plot_axis *axis, double ticks[PLOT_TICKS_MAX]);

/* plot_scale_round_up() returns the smallest round number that is at least `most` (above 0) and can be
 * reached in `ticks` round steps. */
double plot_scale_round_up(double most, unsigned ticks);

/* plot_scale_number() writes a value as on an axis: "0.25", 1500 as "1.5k", 20 million as "20M". Returns
 * `text`. */
const char *plot_scale_number(double value, char text[PLOT_NUMBER_SIZE]);
