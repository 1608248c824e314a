// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happened when, of any span: TIME_BINS intervals of equal width, which doubles whenever something happened
 * outside of them, whatever the order in which it is told.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    TIME_BINS = 256,
    TIME_BINS_FIRST_US = 1000, /* the width at first */
};

struct time_bin {
    uint64_t answers, interfaces;
};

/* Begins as zeros. */
struct time_bins {
    uint64_t width_us;               /* 0: nothing happened */
    uint64_t first, last;            /* numbers of intervals since 1970 in which something happened */
    struct time_bin bins[TIME_BINS]; /* by number modulo TIME_BINS */
};

/* time_bins_add() adds to the interval of a time, in microseconds. */
void time_bins_add(struct time_bins *bins, uint64_t time_us, struct time_bin what);

/* time_bins_at() is the interval `i` behind the first one that something happened in. */
static inline struct time_bin time_bins_at(const struct time_bins *bins, uint64_t i)
{
    return bins->bins[(bins->first + i) % TIME_BINS];
}

/* time_bins_count() is how many intervals there are. */
static inline uint64_t time_bins_count(const struct time_bins *bins)
{
    return bins->width_us ? bins->last - bins->first + 1 : 0;
}
