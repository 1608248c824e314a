// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/histogram.h"

#include <math.h>

/* Values below 32 have a bucket each; above, the five bits after the leading one choose the step. */
static unsigned bucket_of(uint32_t value)
{
    if (value < HISTOGRAM_STEPS)
        return value;
    unsigned exponent = 31 - (unsigned)__builtin_clz(value);
    unsigned shift = exponent - HISTOGRAM_STEP_BITS;

    return (shift + 1) * HISTOGRAM_STEPS + (value >> shift & (HISTOGRAM_STEPS - 1));
}

static uint32_t middle_of(unsigned bucket)
{
    if (bucket < HISTOGRAM_STEPS)
        return bucket;
    unsigned shift = bucket / HISTOGRAM_STEPS - 1;
    uint64_t low = (uint64_t)(HISTOGRAM_STEPS + bucket % HISTOGRAM_STEPS) << shift;

    return (uint32_t)(low + ((1ULL << shift) - 1) / 2);
}

void histogram_add(struct histogram *histogram, uint32_t value)
{
    counter_add(&histogram->buckets[bucket_of(value)], 1);
}

static uint64_t sum_of(const struct histogram *const *histograms, unsigned n, unsigned bucket)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < n; i++)
        sum += counter_read(&histograms[i]->buckets[bucket]);
    return sum;
}

uint32_t histogram_percentile(const struct histogram *const *histograms, unsigned n, double percent)
{
    uint64_t total = 0, passed = 0;

    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++)
        total += sum_of(histograms, n, bucket);
    uint64_t rank = (uint64_t)ceil((double)total * percent / 100);

    for (unsigned bucket = 0; total && bucket < HISTOGRAM_BUCKETS; bucket++) {
        passed += sum_of(histograms, n, bucket);
        if (passed >= rank && passed > 0)
            return middle_of(bucket);
    }
    return 0;
}
