// SPDX-License-Identifier: GPL-2.0-or-later
/* A line through points, such as the discovery curve of the metadata (survey/discovery.h). */
#pragma once

#include <jansson.h>
#include <stddef.h>

struct curve_point {
    double x, y;
};

/* Starts as zeros. */
struct curve {
    struct curve_point *points; /* x ascending */
    size_t count, capacity;
};

/* curve_add() appends a point. A point with the x of the last one replaces its y; a point with a lower x is
 * ignored. Returns 0 or -ENOMEM. curve_free() leaves an empty curve. */
int curve_add(struct curve *curve, double x, double y);
void curve_free(struct curve *curve);

/* curve_read() appends the points of two columns of a table {"columns": [NAME…], "points": [[NUMBER…]…]};
 * none if there is no such table or column. Returns 0 or -ENOMEM. */
int curve_read(struct curve *curve, const json_t *table, const char *x, const char *y);

/* curve_end() returns the x of the last point, or 0 if there is none. */
double curve_end(const struct curve *curve);

/* curve_at() returns the y of the line at `x`; the line begins at 0, 0; NAN behind its end. curve_slope()
 * returns the slope between two places; NAN if the line ends before the second. */
double curve_at(const struct curve *curve, double x);
double curve_slope(const struct curve *curve, double from, double to);
