// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/plot.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"

enum {
    CHART_WIDTH = 300,
    CHART_HEIGHT = 200,
    LEFT = 64, /* of a chart, for the numbers of its axis */
    GAP = 72,  /* between the charts of a row */
    TOP = 56,
    ROW_HEIGHT = TOP + CHART_HEIGHT + 56,
    LEGEND_WIDTH = 150,
    WIDTH = LEFT + CHART_WIDTH + GAP + CHART_WIDTH + LEGEND_WIDTH + 24,
    PLACES_MAX = 16,
    LINES_MAX = 16,
    TICKS = 5,
    STYLE_SIZE = 80,
};

/* Which setting the horizontal axis shows. */
struct axis {
    const char *title;
    unsigned (*value)(const struct bench_result *result);
};

static unsigned batch_of(const struct bench_result *result)
{
    return result->batch;
}

static unsigned threads_of(const struct bench_result *result)
{
    return result->threads;
}

static const struct axis axes[] = {{"batch", batch_of}, {"threads", threads_of}};

/* Told apart also by those who see few colours (Okabe and Ito). */
static const char *const colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"};

struct chart {
    const struct bench_result *results; /* of one stage, `count` of all `total` */
    size_t total;
    const char *stage;
    const struct axis *axis;
    int x, y;                    /* of its upper left corner */
    double top;                  /* the rate at its upper edge */
    unsigned places[PLACES_MAX]; /* values on the horizontal axis, ascending */
    size_t place_count;
};

/* A way through a device: what one line shows. */
struct way {
    const char *backend, *device;
};

static bool is_of(const struct bench_result *result, const char *stage)
{
    return strcmp(result->stage, stage) == 0;
}

static size_t find_ways(const struct chart *chart, struct way ways[LINES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < chart->total; i++) {
        const struct bench_result *result = &chart->results[i];
        size_t known = 0;

        if (!is_of(result, chart->stage))
            continue;
        while (known < count && (strcmp(ways[known].backend, result->backend) != 0 ||
                                 strcmp(ways[known].device, result->device) != 0))
            known++;
        if (known == count && count < LINES_MAX)
            ways[count++] = (struct way){result->backend, result->device};
    }
    return count;
}

static void add_place(struct chart *chart, unsigned value)
{
    size_t at = 0;

    while (at < chart->place_count && chart->places[at] < value)
        at++;
    if (chart->place_count == PLACES_MAX || (at < chart->place_count && chart->places[at] == value))
        return;
    memmove(&chart->places[at + 1], &chart->places[at],
            (chart->place_count++ - at) * sizeof(chart->places[0]));
    chart->places[at] = value;
}

static void measure(struct chart *chart)
{
    double most = 1;

    for (size_t i = 0; i < chart->total; i++) {
        if (!is_of(&chart->results[i], chart->stage))
            continue;
        add_place(chart, chart->axis->value(&chart->results[i]));
        if (chart->results[i].pps > most)
            most = chart->results[i].pps;
    }
    chart->top = bench_plot_round_up(most, TICKS);
}

double bench_plot_round_up(double most, unsigned ticks)
{
    static const double steps[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10};
    double unit = pow(10, floor(log10(most / ticks)));

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (steps[i] * unit * ticks >= most)
            return steps[i] * unit * ticks;
    return 10 * unit * ticks;
}

/* Settings stand at equal distances, a single one in the middle. */
static double x_of(const struct chart *chart, size_t place)
{
    double step = (double)CHART_WIDTH / (double)chart->place_count;

    return chart->x + step * ((double)place + 0.5);
}

static double y_of(const struct chart *chart, double rate)
{
    return chart->y + CHART_HEIGHT * (1 - rate / chart->top);
}

/* The best rate of a way at a place; 0 where there is none. */
static double best(const struct chart *chart, const struct way *way, unsigned place)
{
    double rate = 0;

    for (size_t i = 0; i < chart->total; i++) {
        const struct bench_result *result = &chart->results[i];

        if (is_of(result, chart->stage) && strcmp(result->backend, way->backend) == 0 &&
            strcmp(result->device, way->device) == 0 && chart->axis->value(result) == place &&
            result->pps > rate)
            rate = result->pps;
    }
    return rate;
}

/* Names of devices may have any character but a few; XML has no place for controls (XML 1.0, section 2.2). */
static void put_escaped(const char *text, FILE *out)
{
    char *printable = printable_copy(text);

    for (const char *p = printable; p && *p; p++)
        if (*p == '&' || *p == '<' || *p == '>')
            fprintf(out, "&#%d;", *p);
        else
            fputc(*p, out);
    free(printable);
}

static void draw_axes(const struct chart *chart, FILE *out)
{
    for (unsigned i = 0; i <= TICKS; i++) {
        double rate = chart->top * i / TICKS, y = y_of(chart, rate);

        fprintf(out, "<line x1='%d' x2='%d' y1='%.1f' y2='%.1f' stroke='%s'/>\n", chart->x,
                chart->x + CHART_WIDTH, y, y, i ? "#dddddd" : "#333333");
        fprintf(out, "<text x='%d' y='%.1f' text-anchor='end'>%.4g</text>\n", chart->x - 8, y + 4,
                rate / 1e6);
    }
    for (size_t i = 0; i < chart->place_count; i++)
        fprintf(out, "<text x='%.1f' y='%d' text-anchor='middle'>%u</text>\n", x_of(chart, i),
                chart->y + CHART_HEIGHT + 18, chart->places[i]);
    fprintf(out, "<text x='%d' y='%d' text-anchor='middle'>%s</text>\n", chart->x + CHART_WIDTH / 2,
            chart->y + CHART_HEIGHT + 36, chart->axis->title);
    fprintf(out, "<text x='%d' y='%d'>million a second</text>\n", chart->x - LEFT + 16, chart->y - 12);
}

static void draw_line(const struct chart *chart, const struct way *way, const char *style, FILE *out)
{
    fprintf(out, "<polyline fill='none' %s points='", style);
    for (size_t i = 0; i < chart->place_count; i++) {
        double rate = best(chart, way, chart->places[i]);

        if (rate > 0)
            fprintf(out, "%.1f,%.1f ", x_of(chart, i), y_of(chart, rate));
    }
    fprintf(out, "'/>\n");
    for (size_t i = 0; i < chart->place_count; i++) {
        double rate = best(chart, way, chart->places[i]);

        if (rate > 0)
            fprintf(out,
                    "<circle cx='%.1f' cy='%.1f' r='3' fill='white' %s style='stroke-dasharray:none'/>\n",
                    x_of(chart, i), y_of(chart, rate), style);
    }
}

/* Ways of the same backend have its colour, ways through the same device its dashes: the number of the first
 * way that shares a name. */
static size_t first_with(const struct way *ways, size_t i, bool by_device)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(by_device ? ways[k].device : ways[k].backend,
                   by_device ? ways[i].device : ways[i].backend) == 0)
            return k;
    return i;
}

static void choose_style(const struct way *ways, size_t i, char style[STYLE_SIZE])
{
    const char *colour = colours[first_with(ways, i, false) % (sizeof(colours) / sizeof(colours[0]))];
    bool dashed = first_with(ways, i, true) != 0;

    snprintf(style, STYLE_SIZE, "stroke='%s' stroke-width='2'%s", colour,
             dashed ? " stroke-dasharray='6 4'" : "");
}

static void draw_legend(const struct chart *chart, const struct way *ways, size_t count, FILE *out)
{
    int x = WIDTH - LEGEND_WIDTH;

    for (size_t i = 0; i < count; i++) {
        int y = chart->y + 10 + 20 * (int)i;
        char style[STYLE_SIZE];

        choose_style(ways, i, style);
        fprintf(out, "<line x1='%d' x2='%d' y1='%d' y2='%d' %s/>\n<text x='%d' y='%d'>", x, x + 28, y, y,
                style, x + 36, y + 4);
        put_escaped(ways[i].backend, out);
        fprintf(out, ", ");
        put_escaped(ways[i].device, out);
        fprintf(out, "</text>\n");
    }
}

static void draw_chart(struct chart *chart, FILE *out)
{
    struct way ways[LINES_MAX];
    size_t count = find_ways(chart, ways);

    measure(chart);
    draw_axes(chart, out);
    for (size_t i = 0; i < count; i++) {
        char style[STYLE_SIZE];

        choose_style(ways, i, style);
        draw_line(chart, &ways[i], style, out);
    }
    if (chart->axis == &axes[0])
        draw_legend(chart, ways, count, out);
}

static void draw_row(const struct bench_result *results, size_t count, const char *stage, int row, FILE *out)
{
    int y = row * ROW_HEIGHT + TOP;

    fprintf(out, "<text x='16' y='%d' font-size='15' font-weight='bold'>%s</text>\n", y - 34, stage);
    for (int i = 0; i < 2; i++) {
        struct chart chart = {
            .results = results,
            .total = count,
            .stage = stage,
            .axis = &axes[i],
            .x = LEFT + i * (CHART_WIDTH + GAP),
            .y = y,
        };

        draw_chart(&chart, out);
    }
}

static bool begins_stage(const struct bench_result *results, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_of(&results[k], results[i].stage))
            return false;
    return true;
}

void bench_plot_write(const struct bench_result *results, size_t count, FILE *out)
{
    int rows = 0;

    for (size_t i = 0; i < count; i++)
        rows += begins_stage(results, i);
    fprintf(out,
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d' "
            "font-family='sans-serif' font-size='12' fill='#333333'>\n"
            "<title>hopwire bench</title>\n<rect width='100%%' height='100%%' fill='white'/>\n",
            WIDTH, rows * ROW_HEIGHT, WIDTH, rows * ROW_HEIGHT);
    rows = 0;
    for (size_t i = 0; i < count; i++)
        if (begins_stage(results, i))
            draw_row(results, count, results[i].stage, rows++, out);
    fprintf(out, "</svg>\n");
}
