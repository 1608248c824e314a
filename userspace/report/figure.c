// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/figure.h"

figure_maker *const figures[] = {
    figure_discovery_by_probes,
    figure_discovery_by_time,
    figure_answers_by_ttl,
    figure_rtt_by_ttl,
    figure_path_lengths,
    figure_diamond_widths,
    figure_diamond_lengths,
    figure_reply_ttls,
    figure_rate,
    figure_losses,
    figure_ipv6_share,
    NULL,
};

struct plot_series *figure_series(const struct plot *plot, const struct numbers_list *list, size_t survey,
                                  size_t kind)
{
    return &plot->series[survey * (plot->series_count / list->count) + kind];
}

static void name_series(const struct numbers_list *list, size_t survey, const char *name,
                        struct plot_series *series)
{
    if (list->count == 1)
        plot_name(series, "%s", name);
    else
        plot_name(series, "%s, %s", list->all[survey]->name, name);
}

int figure_open(struct plot *plot, const struct numbers_list *list, size_t places, const char *const *names,
                size_t kinds)
{
    bool single = list->count == 1;
    int error = plot_open(plot, places, list->count * kinds);

    for (size_t i = 0; !error && i < plot->series_count; i++) {
        struct plot_series *series = &plot->series[i];
        size_t survey = i / kinds, kind = i % kinds;

        name_series(list, survey, names[kind], series);
        series->colour = (unsigned)(single ? kind : survey);
        series->dashes = (unsigned)(single ? 0 : kind + kinds * (survey / PLOT_COLOURS));
    }
    return error;
}
