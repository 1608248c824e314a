// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures of a report: each makes a plot from the numbers. */
#pragma once

#include "report/numbers.h"
#include "report/plot.h"

enum {
    FIGURE_POINTS = 100, /* of a curve */
    FIGURE_KINDS_MAX = 3,
};

/* The surveys that are shown side by side, at least one. */
struct numbers_list {
    struct numbers *const *all;
    size_t count;
};

/* Makes the plot and opens it (plot.h); with count 0 if there is nothing to show. Returns 0 or -ENOMEM; the
 * plot must be closed after either. */
typedef int figure_maker(const struct numbers_list *list, struct plot *plot);

figure_maker figure_discovery_by_probes, figure_discovery_by_time; /* figure_discovery.c */
figure_maker figure_rate, figure_losses;
figure_maker figure_answers_by_ttl, figure_rtt_by_ttl, figure_path_lengths,
    figure_reply_ttls;                                      /* figure_ttl.c */
figure_maker figure_ipv6_share;                             /* figure_lengths.c */
figure_maker figure_diamond_widths, figure_diamond_lengths; /* figure_diamonds.c */

/* All figures, in the order of the page; NULL after the last. */
extern figure_maker *const figures[];

/* figure_open() opens a plot with `kinds` series per survey, at most FIGURE_KINDS_MAX. Series are named after
 * `names` and, if there are several surveys, after these: then each survey has a colour, and each kind its
 * dashes. figure_series() returns one of the series. */
int figure_open(struct plot *plot, const struct numbers_list *list, size_t places, const char *const *names,
                size_t kinds);
struct plot_series *figure_series(const struct plot *plot, const struct numbers_list *list, size_t survey,
                                  size_t kind);
