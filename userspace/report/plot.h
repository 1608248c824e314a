// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plot: numbers with what must be known to draw them. One value of it becomes
 *
 *   an image   plot_svg.h     axes, lines, a legend
 *   a table    plot_table.h   for those who listen to a page, or want the numbers
 *   a file     plot_table.h   CSV, for gnuplot and the like
 *
 * All series share the places on the horizontal axis; where one has no value there it has NAN.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum plot_axis_kind {
    PLOT_LINEAR,
    PLOT_LOG,    /* what is not above 0 is not drawn */
    PLOT_PLACES, /* horizontal: each value of x at the same distance from the next, whatever it is */
};

struct plot_axis {
    const char *title; /* with its unit */
    enum plot_axis_kind kind;
    double low, high; /* what stands at its ends; of places their numbers */
    bool whole;       /* there is nothing between two whole numbers */
};

enum plot_shape {
    PLOT_LINES,
    PLOT_MARKED, /* marks, joined by lines */
    PLOT_STEPS,  /* the outline of a histogram; no value is 0 */
};

struct plot_series {
    char *name;      /* of anybody: markup.h; NULL where memory was short */
    unsigned colour; /* from 0, as often as one likes: PLOT_COLOURS are told apart */
    unsigned dashes; /* likewise: 0 is a whole line */
    double *y;
};

struct plot {
    const char *name;  /* of its file: letters and dashes */
    const char *title; /* of one line */
    const char *description;
    struct plot_axis x, y;
    enum plot_shape shape;
    size_t count; /* places; 0: there is nothing to show */
    double *xs;   /* ascending */
    size_t series_count;
    struct plot_series *series;
};

enum {
    PLOT_COLOURS = 6,
    PLOT_DASHES = 4,
};

/* plot_open() makes room for `series` series of `count` places each, all NAN, and leaves the texts and axes as they are.
 * 0 or -ENOMEM; plot_close() is right after both, and frees the names of series, and no other text. */
int plot_open(struct plot *plot, size_t count, size_t series);
void plot_close(struct plot *plot);

/* plot_name() gives a series the name that a format makes. */
void plot_name(struct plot_series *series, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* plot_fit() sets both axes to hold all values: from 0 where an axis is linear, or from the least. A histogram has half
 * a place at each end. */
void plot_fit(struct plot *plot);
