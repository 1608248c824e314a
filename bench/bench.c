// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ROUNDS = 4,
    ROUND_NS = 100 * NS_PER_MS,
    QUICK_ROUND_NS = ROUND_NS / 10,
};

uint64_t bench_start(int argc, char **argv)
{
    bool quick = argc == 2 && strcmp(argv[1], "quick") == 0;

    if (argc > 1 && !quick) {
        fprintf(stderr, "usage: %s [quick]\n", argv[0]);
        exit(2);
    }
    return quick ? QUICK_ROUND_NS : ROUND_NS;
}

void bench_pin(void)
{
    int cpu = sched_getcpu();
    cpu_set_t set;

    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    bench_require(cpu >= 0 && sched_setaffinity(0, sizeof(set), &set) == 0, "pin itself to a CPU");
}

uint64_t bench_cpu_ns(void)
{
    return clock_read_ns(CLOCK_THREAD_CPUTIME_ID);
}

static uint64_t time_ns(bench_body *body, void *context, uint64_t count)
{
    uint64_t start = bench_cpu_ns();
    uint64_t result = body(context, count);

    __asm__ volatile("" : : "r"(result));
    return bench_cpu_ns() - start;
}

double bench_ns_per_op(bench_body *body, void *context, uint64_t round_ns)
{
    uint64_t count = 1, best;

    /* Grows the round to its length; that also warms the caches. */
    while ((best = time_ns(body, context, count)) < round_ns / 2)
        count *= 2;
    for (int i = 0; i < ROUNDS; i++) {
        uint64_t elapsed = time_ns(body, context, count);

        if (elapsed < best)
            best = elapsed;
    }
    return (double)best / (double)count;
}

static int compare(const void *left, const void *right)
{
    const double *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

double bench_median(double *values, unsigned count)
{
    qsort(values, count, sizeof(*values), compare);
    return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

void bench_require(bool could, const char *what)
{
    if (could)
        return;
    fprintf(stderr, "benchmark: cannot %s\n", what);
    exit(1);
}
