// SPDX-License-Identifier: GPL-2.0-or-later
/* Plots what was known when, and the rates: from the metadata or, without it, from the times of answers. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "report/curve.h"
#include "report/figure.h"

enum {
    KINDS = 2,
};

/* One curve per survey and kind, in the order of the series. */
struct curves {
    struct curve *all;
    size_t count;
};

static int open_curves(struct curves *curves, const struct numbers_list *list)
{
    curves->count = list->count * KINDS;
    curves->all = calloc(curves->count, sizeof(*curves->all));
    return curves->all ? 0 : -ENOMEM;
}

static void close_curves(struct curves *curves)
{
    for (size_t i = 0; curves->all && i < curves->count; i++)
        curve_free(&curves->all[i]);
    free(curves->all);
}

static double end_of(const struct curves *curves)
{
    double end = 0;

    for (size_t i = 0; i < curves->count; i++)
        end = fmax(end, curve_end(&curves->all[i]));
    return end;
}

/* Returns the place of a point. The last one is exactly at the end, so that it is still on the curve. */
static double place_of(size_t i, double end)
{
    return i == FIGURE_POINTS ? end : end * (double)i / FIGURE_POINTS;
}

static const json_t *discovery_of(const struct numbers *numbers)
{
    return numbers->has_metadata ? numbers->metadata.discovery : NULL;
}

static int read_metadata(struct curves *curves, const struct numbers_list *list, const char *x,
                         const char *const names[KINDS])
{
    int error = 0;

    for (size_t i = 0; i < curves->count && !error; i++)
        error = curve_read(&curves->all[i], discovery_of(list->all[i / KINDS]), x, names[i % KINDS]);
    return error;
}

static double seconds_of(const struct time_bins *times, uint64_t intervals)
{
    return (double)intervals * (double)times->width_us / 1e6;
}

/* Sums the answers, at the end of each interval. */
static int sum_times(struct curve *curve, const struct time_bins *times, bool interfaces)
{
    double sum = 0;
    int error = 0;

    for (uint64_t i = 0; i < time_bins_count(times) && !error; i++) {
        struct time_bin bin = time_bins_at(times, i);

        sum += (double)(interfaces ? bin.interfaces : bin.answers);
        error = curve_add(curve, seconds_of(times, i + 1), sum);
    }
    return error;
}

static const char *const found[KINDS] = {"interfaces", "links"};

static int draw_totals(struct curves *curves, const struct numbers_list *list, struct plot *plot)
{
    double end = end_of(curves);
    int error = figure_open(plot, list, end > 0 ? FIGURE_POINTS + 1 : 0, found, KINDS);

    for (size_t i = 0; i < plot->count; i++) {
        plot->xs[i] = place_of(i, end);
        for (size_t s = 0; s < plot->series_count; s++)
            plot->series[s].y[i] = curve_at(&curves->all[s], plot->xs[i]);
    }
    return error;
}

int figure_discovery_by_probes(const struct numbers_list *list, struct plot *plot)
{
    struct curves curves = {0};
    int error = open_curves(&curves, list);

    *plot = (struct plot){
        .name = "discovery-by-probes",
        .title = "Discovery by probes",
        .description = "Interfaces and links that were known after this number of probes. Where a line is "
                       "flat, further probes find almost nothing new.",
        .x = {.title = "probes sent"},
        .y = {.title = "known"},
    };
    if (!error)
        error = read_metadata(&curves, list, "probes", found);
    if (!error)
        error = draw_totals(&curves, list, plot);
    close_curves(&curves);
    return error;
}

/* Without metadata there are only the times of answers; then links are unknown. */
static int fill_from_times(struct curves *curves, const struct numbers_list *list, size_t kind,
                           bool interfaces)
{
    int error = 0;

    for (size_t i = 0; i < list->count && !error; i++)
        if (!discovery_of(list->all[i]) || !interfaces)
            error = sum_times(&curves->all[i * KINDS + kind], &list->all[i]->times, interfaces);
    return error;
}

int figure_discovery_by_time(const struct numbers_list *list, struct plot *plot)
{
    struct curves curves = {0};
    int error = open_curves(&curves, list);

    *plot = (struct plot){
        .name = "discovery-by-time",
        .title = "Discovery by time",
        .description = "Interfaces and links that were known after this number of seconds.",
        .x = {.title = "seconds"},
        .y = {.title = "known"},
    };
    if (!error)
        error = read_metadata(&curves, list, "seconds", found);
    if (!error)
        error = fill_from_times(&curves, list, 0, true);
    if (!error)
        error = draw_totals(&curves, list, plot);
    close_curves(&curves);
    return error;
}

static int draw_rates(struct curves *curves, const struct numbers_list *list, const char *const *names,
                      size_t kinds, struct plot *plot)
{
    double end = end_of(curves);
    int error = figure_open(plot, list, end > 0 ? FIGURE_POINTS : 0, names, kinds);

    for (size_t i = 0; i < plot->count; i++) {
        double from = place_of(i, end), to = place_of(i + 1, end);

        plot->xs[i] = (from + to) / 2;
        for (size_t s = 0; s < plot->series_count; s++)
            plot->series[s].y[i] = curve_slope(&curves->all[s / kinds * KINDS + s % kinds], from, to);
    }
    return error;
}

int figure_rate(const struct numbers_list *list, struct plot *plot)
{
    static const char *const names[KINDS] = {"probes", "answers"}, *const columns[KINDS] = {"probes", ""};
    struct curves curves = {0};
    int error = open_curves(&curves, list);

    *plot = (struct plot){
        .name = "rate",
        .title = "Rate over time",
        .description = "Probes that were sent and replies that arrived, per second.",
        .x = {.title = "seconds"},
        .y = {.title = "per second"},
    };
    if (!error)
        error = read_metadata(&curves, list, "seconds", columns);
    if (!error)
        error = fill_from_times(&curves, list, 1, false);
    if (!error)
        error = draw_rates(&curves, list, names, KINDS, plot);
    close_curves(&curves);
    return error;
}

int figure_losses(const struct numbers_list *list, struct plot *plot)
{
    static const char *const names[] = {"lost on the host"}, *const columns[KINDS] = {"lost", ""};
    struct curves curves = {0};
    int error = open_curves(&curves, list);

    *plot = (struct plot){
        .name = "losses",
        .title = "Losses over time",
        .description = "Probes and replies that the surveying host itself lost, per second.",
        .x = {.title = "seconds"},
        .y = {.title = "per second"},
    };
    if (!error)
        error = read_metadata(&curves, list, "seconds", columns);
    if (!error)
        error = draw_rates(&curves, list, names, 1, plot);
    close_curves(&curves);
    return error;
}
