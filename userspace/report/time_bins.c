// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/time_bins.h"

static void add(struct time_bin *to, struct time_bin what)
{
    to->answers += what.answers;
    to->interfaces += what.interfaces;
}

static void widen(struct time_bins *bins)
{
    struct time_bins wider = {2 * bins->width_us, bins->first / 2, bins->last / 2, {{0, 0}}};

    for (uint64_t number = bins->first; number <= bins->last; number++)
        add(&wider.bins[number / 2 % TIME_BINS], bins->bins[number % TIME_BINS]);
    *bins = wider;
}

void time_bins_add(struct time_bins *bins, uint64_t time_us, struct time_bin what)
{
    uint64_t number = time_us / (bins->width_us ? bins->width_us : TIME_BINS_FIRST_US);

    if (!bins->width_us) {
        bins->width_us = TIME_BINS_FIRST_US;
        bins->first = bins->last = number;
    }
    while (number + TIME_BINS <= bins->last || number >= bins->first + TIME_BINS) {
        widen(bins);
        number = time_us / bins->width_us;
    }
    bins->first = number < bins->first ? number : bins->first;
    bins->last = number > bins->last ? number : bins->last;
    add(&bins->bins[number % TIME_BINS], what);
}
