// SPDX-License-Identifier: GPL-2.0-or-later
/* IPv6 by prefix length: its space is too large for a map. */
#include <math.h>

#include "report/figure.h"

static bool has_ipv6(const struct numbers_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->all[i]->ipv6)
            return true;
    return false;
}

/* In percent. Many counts are from samples, so that a part may come out larger than the whole. */
static double share(uint64_t part, uint64_t all)
{
    return all ? fmin(100 * (double)part / (double)all, 100) : NAN;
}

int figure_ipv6_share(const struct numbers_list *list, struct plot *plot)
{
    static const char *const names[] = {"with a target that answered"};

    *plot = (struct plot){
        .name = "ipv6-share",
        .title = "IPv6 prefixes that answered",
        .description = "Of the prefixes of each length whose probes got an answer from anywhere, the share "
                       "in which a target itself answered. For more than 8,192 prefixes of a length it is an "
                       "estimate, accurate to 2 %.",
        .x = {.title = "prefix length", .kind = PLOT_PLACES},
        .y = {.title = "percent"},
        .shape = PLOT_MARKED,
    };
    int error = figure_open(plot, list, has_ipv6(list) ? NUMBERS_LENGTHS : 0, names, 1);

    for (size_t i = 0; i < plot->count; i++) {
        plot->xs[i] = numbers_length((unsigned)i);
        for (size_t s = 0; s < plot->series_count; s++)
            plot->series[s].y[i] = share(list->all[s]->lengths[i].reached, list->all[s]->lengths[i].targets);
    }
    return error;
}
