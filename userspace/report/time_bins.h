// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts events over time, for any time span: TIME_BINS intervals of equal width. The width doubles whenever
 * an event is outside of them; events may come in any order.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    TIME_BINS = 256,
    TIME_BINS_FIRST_US = 1000, /* the initial width */
};

struct time_bin {
    uint64_t answers, interfaces;
};

/* Starts as zeros. */
struct time_bins {
    uint64_t width_us;               /* 0: no events */
    uint64_t first, last;            /* numbers of the first and the last interval with an event, counted
                                        since 1970 */
    struct time_bin bins[TIME_BINS]; /* indexed by number modulo TIME_BINS */
};

/* time_bins_add() adds to the interval of a time, in microseconds. */
void time_bins_add(struct time_bins *bins, uint64_t time_us, struct time_bin what);

/* time_bins_at() returns interval `i`, counted from the first one with an event. */
static inline struct time_bin time_bins_at(const struct time_bins *bins, uint64_t i)
{
    return bins->bins[(bins->first + i) % TIME_BINS];
}

/* time_bins_count() returns the number of intervals. */
static inline uint64_t time_bins_count(const struct time_bins *bins)
{
    return bins->width_us ? bins->last - bins->first + 1 : 0;
}
