// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/plot.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/plot_scale.h"

int plot_open(struct plot *plot, size_t count, size_t series)
{
    /* One array: the places, then the values of each series. */
    double *values = malloc((count * (series + 1) + 1) * sizeof(*values));

    plot->count = plot->series_count = 0;
    plot->xs = values;
    plot->series = calloc(series + 1, sizeof(*plot->series));
    if (!values || !plot->series)
        return -ENOMEM;
    for (size_t i = 0; i < count * (series + 1); i++)
        values[i] = NAN;
    for (size_t i = 0; i < series; i++)
        plot->series[i].y = values + count * (i + 1);
    plot->count = count;
    plot->series_count = series;
    return 0;
}

void plot_close(struct plot *plot)
{
    for (size_t i = 0; i < plot->series_count; i++)
        free(plot->series[i].name);
    free(plot->xs);
    free(plot->series);
    *plot = (struct plot){0};
}

void plot_name(struct plot_series *series, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&series->name, format, arguments) < 0)
        series->name = NULL;
    va_end(arguments);
}

/* The range of values that an axis must hold. */
struct extent {
    double least, most;
};

static void take(struct extent *extent, const struct plot_axis *axis, double value)
{
    if (isnan(value) || (axis->kind == PLOT_LOG && value <= 0))
        return;
    extent->least = fmin(extent->least, value);
    extent->most = fmax(extent->most, value);
}

static struct extent extent_of_y(const struct plot *plot)
{
    struct extent extent = {INFINITY, -INFINITY};

    for (size_t s = 0; s < plot->series_count; s++)
        for (size_t i = 0; i < plot->count; i++)
            take(&extent, &plot->y, plot->series[s].y[i]);
    return extent;
}

/* Extends the axis to whole decades; below a histogram, enough to show its smallest bar. */
static void fit_log(struct plot *plot, struct extent extent)
{
    bool any = extent.least <= extent.most;

    plot->y.low = any ? pow(10, floor(log10(extent.least))) : 1;
    plot->y.high = any ? pow(10, ceil(log10(extent.most))) : 10;
    if (plot->y.high <= plot->y.low)
        plot->y.high = 10 * plot->y.low;
    if (plot->shape == PLOT_STEPS)
        plot->y.low /= 2;
}

static void fit_y(struct plot *plot)
{
    struct extent extent = extent_of_y(plot);

    if (plot->y.kind == PLOT_LOG) {
        fit_log(plot, extent);
        return;
    }
    plot->y.low = 0;
    plot->y.high = plot_scale_round_up(extent.most > 0 ? extent.most : 1, PLOT_TICKS);
}

void plot_fit(struct plot *plot)
{
    double first = plot->count ? plot->xs[0] : 0, last = plot->count ? plot->xs[plot->count - 1] : 1;

    fit_y(plot);
    if (plot->x.kind == PLOT_PLACES) {
        plot->x.low = 0;
        plot->x.high = (double)plot->count;
    } else if (plot->shape == PLOT_STEPS) {
        plot->x.low = first - 0.5;
        plot->x.high = last + 0.5;
    } else {
        plot->x.low = plot->x.kind == PLOT_LOG ? first : 0;
        plot->x.high = last > plot->x.low ? last : plot->x.low + 1;
    }
}
