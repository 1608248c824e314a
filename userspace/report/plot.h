// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plot: numbers, and all that is needed to draw them. A struct plot can be written as
 *
 *   an image   plot_svg.h     axes, lines, a legend
 *   a table    plot_table.h   for screen readers, or to read the numbers
 *   a file     plot_table.h   CSV, for gnuplot and the like
 *
 * All series share the places on the horizontal axis. NAN stands for a missing value.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum plot_axis_kind {
    PLOT_LINEAR,
    PLOT_LOG,    /* values of 0 and below are not drawn */
    PLOT_PLACES, /* horizontal axis: values of x are drawn at equal distances */
};

struct plot_axis {
    const char *title; /* with its unit */
    enum plot_axis_kind kind;
    double low, high; /* values at its ends; with places, their numbers */
    bool whole;       /* only whole numbers have a meaning */
};

enum plot_shape {
    PLOT_LINES,
    PLOT_MARKED, /* marks joined by lines */
    PLOT_STEPS,  /* the outline of a histogram; a missing value is 0 */
};

struct plot_series {
    char *name;      /* foreign text: write it by markup.h; NULL if memory was short */
    unsigned colour; /* from 0, without a limit; PLOT_COLOURS differ */
    unsigned dashes; /* likewise; 0 is a solid line */
    double *y;
};

struct plot {
    const char *name;  /* of its file: letters and dashes */
    const char *title; /* one line */
    const char *description;
    struct plot_axis x, y;
    enum plot_shape shape;
    size_t count; /* places; 0: nothing to show */
    double *xs;   /* ascending */
    size_t series_count;
    struct plot_series *series;
};

enum {
    PLOT_COLOURS = 6,
    PLOT_DASHES = 4,
};

/* plot_open() allocates `series` series of `count` places each, all NAN; texts and axes stay as they are.
 * Returns 0 or -ENOMEM. plot_close() may be called after either; it frees the names of series, but no other
 * texts. */
int plot_open(struct plot *plot, size_t count, size_t series);
void plot_close(struct plot *plot);

/* plot_name() sets the name of a series by a format. */
void plot_name(struct plot_series *series, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* plot_fit() sets both axes so that they hold all values: a linear axis starts at 0, others at the least
 * value. A histogram has half a place more at each end. */
void plot_fit(struct plot *plot);
