// SPDX-License-Identifier: GPL-2.0-or-later
/* A line through points, such as the discovery curve of the metadata (survey/discovery.h). */
#pragma once

#include <jansson.h>
#include <stddef.h>

struct curve_point {
    double x, y;
};

/* Begins as zeros. */
struct curve {
    struct curve_point *points; /* x ascending */
    size_t count, capacity;
};

/* curve_add() appends a point; one at the place of the last takes its value, one before it is passed over. 0 or -ENOMEM. curve_free() leaves an
 * empty curve. */
int curve_add(struct curve *curve, double x, double y);
void curve_free(struct curve *curve);

/* curve_read() appends the points of two columns of a table {"columns": [NAME…], "points": [[NUMBER…]…]}, and none where
 * there is no such table, or column. 0 or -ENOMEM. */
int curve_read(struct curve *curve, const json_t *table, const char *x, const char *y);

/* curve_end() is where the last point is, 0 where there is none. */
double curve_end(const struct curve *curve);

/* curve_at() is the line at `x`, which begins at 0, 0; NAN behind its end. curve_slope() is how steep it is between two
 * places, NAN where it has ended before the second. */
double curve_at(const struct curve *curve, double x);
double curve_slope(const struct curve *curve, double from, double to);
