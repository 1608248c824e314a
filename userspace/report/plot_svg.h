// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plots as SVG, for pages and for files of their own. Both contain the style sheet with the colours: light,
 * dark if the reader prefers that, and light again on paper.
 */
#pragma once

#include <stdio.h>

#include "report/plot.h"

enum {
    PLOT_LEFT = 64,  /* of a box, for the numbers of its vertical axis */
    PLOT_ABOVE = 28, /* of a box, for the title of that axis */
    PLOT_BELOW = 48, /* of a box, for the other axis */
    PLOT_LEGEND_ROW = 20,
};

/* The rectangle between the axes of a plot, in pixels of the image. */
struct plot_box {
    int x, y, width, height;
};

/* plot_style() writes the rules of the style sheet, without <style> around them. */
void plot_style(FILE *out);

/* plot_draw() draws axes and series around and into a box. plot_draw_legend() draws one line per series, from
 * `x`, `y` downward, with names cut to `letters`. */
void plot_draw(const struct plot *plot, const struct plot_box *box, FILE *out);
void plot_draw_legend(const struct plot *plot, int x, int y, size_t letters, FILE *out);

/* plot_svg() writes a complete <svg> of one plot for a page; `id` is unique in the page. It includes a
 * description for readers who cannot see it. */
void plot_svg(const struct plot *plot, const char *id, FILE *out);
