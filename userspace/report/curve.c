// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/curve.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/growing.h"
#include "base/lower_bound.h"

int curve_add(struct curve *curve, double x, double y)
{
    if (curve->count && x == curve_end(curve))
        curve->points[curve->count - 1].y = y;
    if (!(x > curve_end(curve)))
        return 0;
    struct curve_point *points = growing_room(curve->points, curve->count, &curve->capacity, sizeof(*points));

    if (!points)
        return -ENOMEM;
    curve->points = points;
    points[curve->count++] = (struct curve_point){x, y};
    return 0;
}

void curve_free(struct curve *curve)
{
    free(curve->points);
    *curve = (struct curve){0};
}

/* Returns the index of the column of that name; SIZE_MAX if there is none. */
static size_t column_of(const json_t *table, const char *name)
{
    const json_t *columns = json_object_get(table, "columns");

    for (size_t i = 0; i < json_array_size(columns); i++) {
        const char *here = json_string_value(json_array_get(columns, i));

        if (here && strcmp(here, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

int curve_read(struct curve *curve, const json_t *table, const char *x, const char *y)
{
    const json_t *points = json_object_get(table, "points"), *point;
    size_t x_column = column_of(table, x), y_column = column_of(table, y), i;
    int error = 0;

    json_array_foreach(points, i, point)
    {
        const json_t *at = json_array_get(point, x_column), *value = json_array_get(point, y_column);

        if (!error && json_is_number(at) && json_is_number(value))
            error = curve_add(curve, json_number_value(at), json_number_value(value));
    }
    return error;
}

double curve_end(const struct curve *curve)
{
    return curve->count ? curve->points[curve->count - 1].x : 0;
}

static bool is_before(const void *point, const void *x)
{
    return ((const struct curve_point *)point)->x < *(const double *)x;
}

/* Returns the index of the first point that is not before `x`. */
static size_t find(const struct curve *curve, double x)
{
    return lower_bound(curve->points, curve->count, sizeof(*curve->points), is_before, &x);
}

double curve_at(const struct curve *curve, double x)
{
    size_t i = find(curve, x);

    if (i == curve->count)
        return NAN;
    struct curve_point before = i ? curve->points[i - 1] : (struct curve_point){0, 0},
                       after = curve->points[i];

    return before.y + (after.y - before.y) * (x - before.x) / (after.x - before.x);
}

double curve_slope(const struct curve *curve, double from, double to)
{
    return (curve_at(curve, to) - curve_at(curve, from)) / (to - from);
}
