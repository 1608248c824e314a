// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/plot_svg.h"

#include <math.h>
#include <stdint.h>

#include "report/markup.h"
#include "report/plot_scale.h"

enum {
    WIDTH = 640,
    HEIGHT = 240,
    RIGHT = 24,
    LEGEND_SAMPLE = 28, /* the length of a line in the legend */
    LEGEND_LETTERS = 60,
};

/* Returns where a value is in the image; NAN: nowhere. */
static double x_of(const struct plot *plot, const struct plot_box *box, size_t i, double aside)
{
    double at = plot->x.kind == PLOT_PLACES ? ((double)i + 0.5 + aside) / (double)plot->count
                                            : plot_scale_at(&plot->x, plot->xs[i] + aside);

    return box->x + box->width * at;
}

static double y_of(const struct plot *plot, const struct plot_box *box, double value)
{
    return box->y + box->height * (1 - plot_scale_at(&plot->y, value));
}

static void put_number(double value, FILE *out)
{
    char text[PLOT_NUMBER_SIZE];

    fputs(plot_scale_number(value, text), out);
    fputs("</text>\n", out);
}

static void draw_vertical_axis(const struct plot *plot, const struct plot_box *box, FILE *out)
{
    double ticks[PLOT_TICKS_MAX];
    size_t count = plot_scale_ticks(&plot->y, ticks);

    for (size_t i = 0; i < count; i++) {
        double y = y_of(plot, box, ticks[i]);

        fprintf(out, "<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>\n", box->x,
                box->x + box->width, y, y);
        fprintf(out, "<text class='end' x='%d' y='%.1f'>", box->x - 8, y + 4);
        put_number(ticks[i], out);
    }
    fprintf(out, "<line class='axis' x1='%d' x2='%d' y1='%d' y2='%d'/>\n", box->x, box->x + box->width,
            box->y + box->height, box->y + box->height);
    fprintf(out, "<text x='%d' y='%d'>", box->x - PLOT_LEFT + 16, box->y - 12);
    markup_text(plot->y.title, out);
    fputs("</text>\n", out);
}

static void put_below(double x, double value, const struct plot_box *box, FILE *out)
{
    fprintf(out, "<text class='middle' x='%.1f' y='%d'>", x, box->y + box->height + 18);
    put_number(value, out);
}

static void draw_horizontal_axis(const struct plot *plot, const struct plot_box *box, FILE *out)
{
    double ticks[PLOT_TICKS_MAX];
    size_t count = plot_scale_ticks(&plot->x, ticks);

    for (size_t i = 0; plot->x.kind == PLOT_PLACES && i < plot->count; i++)
        put_below(x_of(plot, box, i, 0), plot->xs[i], box, out);
    for (size_t i = 0; i < count; i++)
        put_below(box->x + box->width * plot_scale_at(&plot->x, ticks[i]), ticks[i], box, out);
    fprintf(out, "<text class='middle' x='%d' y='%d'>", box->x + box->width / 2, box->y + box->height + 36);
    markup_text(plot->x.title, out);
    fputs("</text>\n", out);
}

static bool is_drawn(const struct plot *plot, double value)
{
    return !isnan(value) && (plot->y.kind != PLOT_LOG || value > 0);
}

static void put_class(const struct plot_series *series, FILE *out)
{
    fprintf(out, "class='s%u d%u'", series->colour % PLOT_COLOURS, series->dashes % PLOT_DASHES);
}

/* Draws a line from `from` to the place before the next gap, and returns that place. Marked lines also join
 * across gaps, because the marks show where values are. */
static size_t draw_piece(const struct plot *plot, const struct plot_series *series,
                         const struct plot_box *box, size_t from, FILE *out)
{
    size_t i = from;

    fputs("<polyline ", out);
    put_class(series, out);
    fputs(" points='", out);
    for (; i < plot->count && (plot->shape == PLOT_MARKED || is_drawn(plot, series->y[i])); i++)
        if (is_drawn(plot, series->y[i]))
            fprintf(out, "%.1f,%.1f ", x_of(plot, box, i, 0), y_of(plot, box, series->y[i]));
    fputs("'/>\n", out);
    return i;
}

static void draw_lines(const struct plot *plot, const struct plot_series *series, const struct plot_box *box,
                       FILE *out)
{
    for (size_t i = 0; i < plot->count;)
        i = is_drawn(plot, series->y[i]) ? draw_piece(plot, series, box, i, out) : i + 1;
}

static void draw_marks(const struct plot *plot, const struct plot_series *series, const struct plot_box *box,
                       FILE *out)
{
    for (size_t i = 0; i < plot->count; i++) {
        if (!is_drawn(plot, series->y[i]))
            continue;
        fprintf(out, "<circle class='s%u' cx='%.1f' cy='%.1f' r='3'/>\n", series->colour % PLOT_COLOURS,
                x_of(plot, box, i, 0), y_of(plot, box, series->y[i]));
    }
}

/* Draws along the tops of a histogram's bars, and down to the axis where there is no bar. */
static void draw_steps(const struct plot *plot, const struct plot_series *series, const struct plot_box *box,
                       FILE *out)
{
    double floor = box->y + box->height;

    fputs("<polyline ", out);
    put_class(series, out);
    fputs(" points='", out);
    for (size_t i = 0; i < plot->count; i++) {
        double y = is_drawn(plot, series->y[i]) ? y_of(plot, box, series->y[i]) : floor;

        fprintf(out, "%.1f,%.1f %.1f,%.1f ", x_of(plot, box, i, -0.5), y, x_of(plot, box, i, 0.5), y);
    }
    fputs("'/>\n", out);
}

void plot_draw(const struct plot *plot, const struct plot_box *box, FILE *out)
{
    draw_vertical_axis(plot, box, out);
    draw_horizontal_axis(plot, box, out);
    for (size_t i = 0; i < plot->series_count; i++) {
        const struct plot_series *series = &plot->series[i];

        if (plot->shape == PLOT_STEPS)
            draw_steps(plot, series, box, out);
        else
            draw_lines(plot, series, box, out);
        if (plot->shape == PLOT_MARKED)
            draw_marks(plot, series, box, out);
    }
}

void plot_draw_legend(const struct plot *plot, int x, int y, size_t letters, FILE *out)
{
    for (size_t i = 0; i < plot->series_count; i++, y += PLOT_LEGEND_ROW) {
        fputs("<line ", out);
        put_class(&plot->series[i], out);
        fprintf(out, " x1='%d' x2='%d' y1='%d' y2='%d'/>\n<text x='%d' y='%d'>", x, x + LEGEND_SAMPLE, y, y,
                x + LEGEND_SAMPLE + 8, y + 4);
        markup_text_up_to(plot->series[i].name, letters, out);
        fputs("</text>\n", out);
    }
}

void plot_svg(const struct plot *plot, const char *id, FILE *out)
{
    const struct plot_box box = {PLOT_LEFT, PLOT_ABOVE, WIDTH - PLOT_LEFT - RIGHT, HEIGHT};
    bool legend = plot->series_count > 1;
    int below = box.y + box.height + PLOT_BELOW;
    int height = below + (legend ? (int)plot->series_count * PLOT_LEGEND_ROW : 0);

    fprintf(out,
            "<svg xmlns='http://www.w3.org/2000/svg' class='plot' role='img' viewBox='0 0 %d %d' "
            "aria-labelledby='%s-title %s-text'>\n<title id='%s-title'>",
            WIDTH, height, id, id, id);
    markup_text(plot->title, out);
    fprintf(out, "</title>\n<desc id='%s-text'>", id);
    markup_text_up_to(plot->description, SIZE_MAX - 1, out);
    fputs("</desc>\n", out);
    plot_draw(plot, &box, out);
    if (legend)
        plot_draw_legend(plot, box.x, below + 4, LEGEND_LETTERS, out);
    fputs("</svg>\n", out);
}
