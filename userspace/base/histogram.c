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

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++)
        counter_add(&into->buckets[bucket], counter_read(&from->buckets[bucket]));
}

uint64_t histogram_count(const struct histogram *histogram)
{
    uint64_t count = 0;

    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++)
        count += counter_read(&histogram->buckets[bucket]);
    return count;
}

uint32_t histogram_percentile(const struct histogram *histogram, double percent)
{
    uint64_t total = histogram_count(histogram), passed = 0;
    uint64_t rank = (uint64_t)ceil((double)total * percent / 100);

    for (unsigned bucket = 0; total && bucket < HISTOGRAM_BUCKETS; bucket++) {
        passed += counter_read(&histogram->buckets[bucket]);
        if (passed && passed >= rank)
            return middle_of(bucket);
    }
    return 0;
}
