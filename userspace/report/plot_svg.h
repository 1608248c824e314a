// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Plots as SVG, for pages and for files of their own. Colours are those of a style sheet that both hold: light, dark
 * where the reader prefers that, and light again on paper.
 */
#pragma once

#include <stdio.h>

#include "report/plot.h"

enum {
    PLOT_LEFT = 64,  /* of a box, for the numbers of its axis */
    PLOT_ABOVE = 28, /* of a box, for the title of that axis */
    PLOT_BELOW = 48, /* of a box, for the other axis */
    PLOT_LEGEND_ROW = 20,
};

/* The rectangle between the axes of a plot, in pixels of its image. */
struct plot_box {
    int x, y, width, height;
};

/* plot_style() writes the rules of the style sheet, without <style> around them. */
void plot_style(FILE *out);

/* plot_draw() draws axes and series around and into a box; plot_draw_legend() a line a series, from `x`, `y` downward,
 * names cut at `letters`. */
void plot_draw(const struct plot *plot, const struct plot_box *box, FILE *out);
void plot_draw_legend(const struct plot *plot, int x, int y, size_t letters, FILE *out);

/* plot_svg() writes a whole <svg> of one plot for a page, `id` being its own there: what is in it is told to those who
 * do not see it, too. */
void plot_svg(const struct plot *plot, const char *id, FILE *out);
