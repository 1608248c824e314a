// SPDX-License-Identifier: GPL-2.0-or-later
/* The figures of a report: what of the numbers becomes which plot. */
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

/* Makes the plot, open (plot.h), of no place where there is nothing to show. 0 or -ENOMEM; either way it is to be
 * closed. */
typedef int figure_maker(const struct numbers_list *list, struct plot *plot);

figure_maker figure_discovery_by_probes, figure_discovery_by_time; /* figure_discovery.c */
figure_maker figure_rate, figure_losses;
figure_maker figure_answers_by_ttl, figure_rtt_by_ttl, figure_path_lengths,
    figure_reply_ttls;                                      /* figure_ttl.c */
figure_maker figure_ipv6_share;                             /* figure_lengths.c */
figure_maker figure_diamond_widths, figure_diamond_lengths; /* figure_diamonds.c */

/* All of them, in the order of the page; the last one is NULL. */
extern figure_maker *const figures[];

/* figure_open() opens a plot with `kinds` series a survey, at most FIGURE_KINDS_MAX, named after `names` and, where there
 * are several surveys, these: each has a colour then, each kind its dashes. figure_series() is one of them. */
int figure_open(struct plot *plot, const struct numbers_list *list, size_t places, const char *const *names,
                size_t kinds);
struct plot_series *figure_series(const struct plot *plot, const struct numbers_list *list, size_t survey,
                                  size_t kind);
