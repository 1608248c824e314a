// SPDX-License-Identifier: GPL-2.0-or-later
/* Plots the widths and lengths of diamonds. */
#include "report/figure.h"

/* Returns how many diamonds of a survey have each width, or length. */
typedef const uint64_t *diamond_counts(const struct numbers *numbers);

static const uint64_t *widths_of(const struct numbers *numbers)
{
    return numbers->diamonds.by_width;
}

static const uint64_t *lengths_of(const struct numbers *numbers)
{
    return numbers->diamonds.by_length;
}

/* Returns the largest over all surveys; 0: there are none. */
static unsigned largest(const struct numbers_list *list, diamond_counts *counts)
{
    unsigned most = 0;

    for (size_t s = 0; s < list->count; s++)
        for (unsigned i = 0; i < DIAMONDS_WIDTHS; i++)
            if (counts(list->all[s])[i] && i > most)
                most = i;
    return most;
}

static int draw(const struct numbers_list *list, diamond_counts *counts, struct plot *plot)
{
    static const char *const names[] = {"diamonds"};
    unsigned most = largest(list, counts);
    int error = figure_open(plot, list, most ? most - 1 : 0, names, 1);

    for (size_t i = 0; i < plot->count; i++) {
        plot->xs[i] = (double)i + 2;
        for (size_t s = 0; s < plot->series_count; s++)
            plot->series[s].y[i] = (double)counts(list->all[s])[i + 2];
    }
    return error;
}

int figure_diamond_widths(const struct numbers_list *list, struct plot *plot)
{
    *plot = (struct plot){
        .name = "diamond-widths",
        .title = "Diamonds by width",
        .description = "A diamond lies between two interfaces that all flows to a prefix pass. Its width is "
                       "the largest number of interfaces at one hop in between; 64 means 64 or more.",
        .x = {.title = "interfaces", .whole = true},
        .y = {.title = "diamonds", .kind = PLOT_LOG},
        .shape = PLOT_STEPS,
    };
    return draw(list, widths_of, plot);
}

int figure_diamond_lengths(const struct numbers_list *list, struct plot *plot)
{
    *plot = (struct plot){
        .name = "diamond-lengths",
        .title = "Diamonds by length",
        .description = "The length is the number of hops from the interface where flows part to the one "
                       "where all have met again, on the longest way.",
        .x = {.title = "hops", .whole = true},
        .y = {.title = "diamonds", .kind = PLOT_LOG},
        .shape = PLOT_STEPS,
    };
    return draw(list, lengths_of, plot);
}
