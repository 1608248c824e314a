// SPDX-License-Identifier: GPL-2.0-or-later
/* Plots values by the TTL of probes and, in one figure, of replies. */
#include <math.h>

#include "report/figure.h"

/* A value at each TTL: one kind of series in a figure. */
typedef double ttl_value(const struct numbers *numbers, unsigned ttl);

struct ttl_figure {
    const char *names[FIGURE_KINDS_MAX];
    ttl_value *values[FIGURE_KINDS_MAX];
    size_t kinds;
};

static bool has_any(const struct ttl_figure *figure, const struct numbers_list *list, unsigned ttl)
{
    for (size_t i = 0; i < list->count; i++)
        for (size_t kind = 0; kind < figure->kinds; kind++)
            if (figure->values[kind](list->all[i], ttl) > 0)
                return true;
    return false;
}

static int draw(const struct ttl_figure *figure, const struct numbers_list *list, struct plot *plot)
{
    unsigned first = 1, last = NUMBERS_TTLS - 1; /* a TTL of 0 means unknown */

    while (first <= last && !has_any(figure, list, first))
        first++;
    while (last > first && !has_any(figure, list, last))
        last--;
    int error = figure_open(plot, list, first > last ? 0 : last - first + 1, figure->names, figure->kinds);

    for (size_t i = 0; i < plot->count; i++) {
        plot->xs[i] = first + (double)i;
        for (size_t s = 0; s < plot->series_count; s++)
            plot->series[s].y[i] =
                figure->values[s % figure->kinds](list->all[s / figure->kinds], first + (unsigned)i);
    }
    return error;
}

static double answers_at(const struct numbers *numbers, unsigned ttl)
{
    return (double)numbers->ttls[ttl].answers;
}

static double interfaces_at(const struct numbers *numbers, unsigned ttl)
{
    return (double)numbers->ttls[ttl].interfaces;
}

int figure_answers_by_ttl(const struct numbers_list *list, struct plot *plot)
{
    static const struct ttl_figure figure = {{"answers", "new interfaces"}, {answers_at, interfaces_at}, 2};

    *plot = (struct plot){
        .name = "answers-by-ttl",
        .title = "Answers and new interfaces by TTL",
        .description = "If a TTL has far fewer answers than those beside it, its routers limit the rate at "
                       "which they answer.",
        .x = {.title = "TTL of the probe", .whole = true},
        .y = {.title = "number", .kind = PLOT_LOG},
        .shape = PLOT_STEPS,
    };
    return draw(&figure, list, plot);
}

static double reached_at(const struct numbers *numbers, unsigned ttl)
{
    return (double)numbers->ttls[ttl].reached;
}

static double ended_at(const struct numbers *numbers, unsigned ttl)
{
    return (double)numbers->ttls[ttl].ended;
}

int figure_path_lengths(const struct numbers_list *list, struct plot *plot)
{
    static const struct ttl_figure figure = {
        {"target answered", "last hop before silence or refusal"}, {reached_at, ended_at}, 2};

    *plot = (struct plot){
        .name = "path-lengths",
        .title = "Path lengths",
        .description =
            "Number of hops to the targets that answered and, on other paths, to the last hop that "
            "answered: behind it there is silence, or a router refused the probes.",
        .x = {.title = "hops", .whole = true},
        .y = {.title = "paths"},
        .shape = PLOT_STEPS,
    };
    return draw(&figure, list, plot);
}

static double replies_with(const struct numbers *numbers, unsigned ttl)
{
    return (double)numbers->ttls[ttl].replies;
}

int figure_reply_ttls(const struct numbers_list *list, struct plot *plot)
{
    static const struct ttl_figure figure = {{"replies"}, {replies_with}, 1};

    *plot = (struct plot){
        .name = "reply-ttls",
        .title = "TTL of replies",
        .description = "Systems send with a TTL of 64, 128 or 255; the difference is the number of hops on "
                       "the way of the reply.",
        .x = {.title = "TTL on arrival", .whole = true},
        .y = {.title = "replies", .kind = PLOT_LOG},
        .shape = PLOT_STEPS,
    };
    return draw(&figure, list, plot);
}

/* In milliseconds; NAN if unknown. */
static double rtt_at(const struct numbers *numbers, unsigned ttl, double percent)
{
    const struct histogram *rtts = &numbers->rtts_by_ttl[ttl];

    return histogram_count(rtts) ? histogram_percentile(rtts, percent) / 1000.0 : NAN;
}

static double rtt_low(const struct numbers *numbers, unsigned ttl)
{
    return rtt_at(numbers, ttl, 10);
}

static double rtt_middle(const struct numbers *numbers, unsigned ttl)
{
    return rtt_at(numbers, ttl, 50);
}

static double rtt_high(const struct numbers *numbers, unsigned ttl)
{
    return rtt_at(numbers, ttl, 90);
}

int figure_rtt_by_ttl(const struct numbers_list *list, struct plot *plot)
{
    static const struct ttl_figure each = {
        {"90 % below", "median", "10 % below"}, {rtt_high, rtt_middle, rtt_low}, 3};
    static const struct ttl_figure medians = {{"median"}, {rtt_middle}, 1};

    *plot = (struct plot){
        .name = "rtt-by-ttl",
        .title = "Round-trip times by TTL",
        .description = "Half of the answers from a TTL have a round-trip time below the median.",
        .x = {.title = "TTL of the probe", .whole = true},
        .y = {.title = "milliseconds", .kind = PLOT_LOG},
        .shape = PLOT_MARKED,
    };
    return draw(list->count == 1 ? &each : &medians, list, plot);
}
