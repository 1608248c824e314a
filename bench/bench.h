// SPDX-License-Identifier: GPL-2.0-or-later
/* What the benchmarks share: a loop that measures nanoseconds per operation. */
#pragma once

#include <stdint.h>

#include "base/clock.h"

/* A benchmark's body performs `count` operations and returns a number that depends on all their results, so
 * that the compiler cannot leave them out. */
typedef uint64_t bench_body(void *context, uint64_t count);

static inline uint64_t bench_time_ns(bench_body *body, void *context, uint64_t count)
{
    uint64_t start = clock_now_ns();
    uint64_t result = body(context, count);

    __asm__ volatile("" : : "r"(result));
    return clock_now_ns() - start;
}

/*
 * bench_ns_per_op() is the time one operation of `body` takes: the best of several rounds of about 100 ms,
 * since whatever else the machine does only ever adds. Takes about half a second.
 */
static inline double bench_ns_per_op(bench_body *body, void *context)
{
    enum {
        ROUNDS = 3,
    };
    uint64_t count = 1, best;

    /* Grows the round to its length; that also warms the caches. */
    while ((best = bench_time_ns(body, context, count)) < 50 * NS_PER_MS)
        count *= 2;
    count *= 2;
    best *= 2;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t elapsed = bench_time_ns(body, context, count);

        if (elapsed < best)
            best = elapsed;
    }
    return (double)best / (double)count;
}
