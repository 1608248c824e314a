// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A histogram of RTTs in microseconds: 32 linear steps within each power of two, so that a percentile has an
 * error of at most 3 %. One thread writes it, all may read it.
 */
#pragma once

#include <stdint.h>

#include "base/counter.h"

enum {
    HISTOGRAM_STEP_BITS = 5,
    HISTOGRAM_STEPS = 1 << HISTOGRAM_STEP_BITS,
    HISTOGRAM_BUCKETS = (32 - HISTOGRAM_STEP_BITS + 1) * HISTOGRAM_STEPS,
};

struct histogram {
    counter_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint32_t value);

/* histogram_merge() adds all values of `from` to `into`. */
void histogram_merge(struct histogram *into, const struct histogram *from);

/* histogram_count() returns the number of values. */
uint64_t histogram_count(const struct histogram *histogram);

/* histogram_percentile() returns the value at or below which `percent` of all values lie, or 0 if there are
 * none. */
uint32_t histogram_percentile(const struct histogram *histogram, double percent);
