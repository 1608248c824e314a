// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/plot_svg.h"

enum {
    CHART_WIDTH = 300,
    CHART_HEIGHT = 200,
    GAP = 72, /* between the charts of a row */
    TOP = PLOT_ABOVE * 2,
    ROW_HEIGHT = TOP + CHART_HEIGHT + 56,
    LEGEND_WIDTH = 150,
    LEGEND_LETTERS = 20,
    WIDTH = PLOT_LEFT + CHART_WIDTH + GAP + CHART_WIDTH + LEGEND_WIDTH + 24,
    PLACES_MAX = 16,
    LINES_MAX = 16,
};

/* The setting that the horizontal axis shows. */
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

struct chart {
    const struct bench_result *results; /* of one stage; `count` of all `total` results */
    size_t total;
    const char *stage;
    const struct axis *axis;
};

/* A backend with a device: shown as one line. */
struct way {
    const char *backend, *device;
};

static bool is_of(const struct bench_result *result, const char *stage)
{
    return strcmp(result->stage, stage) == 0;
}

static bool is_by(const struct bench_result *result, const struct way *way)
{
    return strcmp(result->backend, way->backend) == 0 && strcmp(result->device, way->device) == 0;
}

static size_t find_ways(const struct chart *chart, struct way ways[LINES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < chart->total; i++) {
        const struct bench_result *result = &chart->results[i];
        size_t known = 0;

        if (!is_of(result, chart->stage))
            continue;
        while (known < count && !is_by(result, &ways[known]))
            known++;
        if (known == count && count < LINES_MAX)
            ways[count++] = (struct way){result->backend, result->device};
    }
    return count;
}

static void add_place(unsigned places[PLACES_MAX], size_t *count, unsigned value)
{
    size_t at = 0;

    while (at < *count && places[at] < value)
        at++;
    if (*count == PLACES_MAX || (at < *count && places[at] == value))
        return;
    memmove(&places[at + 1], &places[at], ((*count)++ - at) * sizeof(places[0]));
    places[at] = value;
}

/* Collects the values of the setting, ascending. */
static size_t find_places(const struct chart *chart, unsigned places[PLACES_MAX])
{
    size_t count = 0;

    for (size_t i = 0; i < chart->total; i++)
        if (is_of(&chart->results[i], chart->stage))
            add_place(places, &count, chart->axis->value(&chart->results[i]));
    return count;
}

/* Returns the best rate of a line at a place, in millions; NAN if there is none. */
static double best(const struct chart *chart, const struct way *way, unsigned place)
{
    double rate = 0;

    for (size_t i = 0; i < chart->total; i++) {
        const struct bench_result *result = &chart->results[i];

        if (is_of(result, chart->stage) && is_by(result, way) && chart->axis->value(result) == place &&
            result->pps > rate)
            rate = result->pps;
    }
    return rate > 0 ? rate / 1e6 : NAN;
}

/* Lines with the same backend have the same colour, lines with the same device the same dashes. Returns the
 * index of the first line that shares the name. */
static unsigned first_with(const struct way *ways, size_t i, bool by_device)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(by_device ? ways[k].device : ways[k].backend,
                   by_device ? ways[i].device : ways[i].backend) == 0)
            return (unsigned)k;
    return (unsigned)i;
}

static void fill_series(const struct chart *chart, const struct way *ways, size_t i, struct plot *plot)
{
    struct plot_series *series = &plot->series[i];

    plot_name(series, "%s, %s", ways[i].backend, ways[i].device);
    series->colour = first_with(ways, i, false);
    series->dashes = first_with(ways, i, true) != 0;
    for (size_t place = 0; place < plot->count; place++)
        series->y[place] = best(chart, &ways[i], (unsigned)plot->xs[place]);
}

static int draw_chart(const struct chart *chart, const struct plot_box *box, FILE *out)
{
    struct plot plot = {
        .x = {.title = chart->axis->title, .kind = PLOT_PLACES},
        .y = {.title = "million per second"},
        .shape = PLOT_MARKED,
    };
    struct way ways[LINES_MAX];
    unsigned places[PLACES_MAX];
    size_t lines = find_ways(chart, ways), count = find_places(chart, places);
    int error = plot_open(&plot, count, lines);

    for (size_t i = 0; !error && i < count; i++)
        plot.xs[i] = places[i];
    for (size_t i = 0; !error && i < lines; i++)
        fill_series(chart, ways, i, &plot);
    plot_fit(&plot);
    if (!error)
        plot_draw(&plot, box, out);
    if (!error && chart->axis == &axes[0])
        plot_draw_legend(&plot, WIDTH - LEGEND_WIDTH, box->y + 10, LEGEND_LETTERS, out);
    plot_close(&plot);
    return error;
}

static int draw_row(const struct bench_result *results, size_t count, const char *stage, int row, FILE *out)
{
    int y = row * ROW_HEIGHT + TOP, error = 0;

    fprintf(out, "<text class='heading' x='16' y='%d'>%s</text>\n", y - 34, stage);
    for (int i = 0; i < 2 && !error; i++) {
        const struct chart chart = {results, count, stage, &axes[i]};
        const struct plot_box box = {PLOT_LEFT + i * (CHART_WIDTH + GAP), y, CHART_WIDTH, CHART_HEIGHT};

        error = draw_chart(&chart, &box, out);
    }
    return error;
}

static bool begins_stage(const struct bench_result *results, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (is_of(&results[k], results[i].stage))
            return false;
    return true;
}

int bench_plot_write(const struct bench_result *results, size_t count, FILE *out)
{
    int rows = 0, error = 0;

    for (size_t i = 0; i < count; i++)
        rows += begins_stage(results, i);
    fprintf(out,
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' width='%d' height='%d'>\n"
            "<title>hopwire bench</title>\n<style>\n",
            WIDTH, rows * ROW_HEIGHT, WIDTH, rows * ROW_HEIGHT);
    plot_style(out);
    fputs("</style>\n<rect class='back' width='100%' height='100%'/>\n", out);
    rows = 0;
    for (size_t i = 0; i < count && !error; i++)
        if (begins_stage(results, i))
            error = draw_row(results, count, results[i].stage, rows++, out);
    fputs("</svg>\n", out);
    return error;
}
