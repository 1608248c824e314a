// SPDX-License-Identifier: GPL-2.0-or-later
/* What a measurement brought, a row of the table; and the table, as text, as JSON and as a plot. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "receive/source.h"

struct bench_result {
    const char *stage, *backend, *device;
    unsigned threads, batch;
    double pps;                  /* probes per second, or replies */
    double cpu_ns;               /* processor time of the whole process, per probe */
    uint64_t drops;              /* probes, or replies, that were lost on the way */
    struct source_losses losses; /* where replies were lost */
    uint64_t interfaces, links;  /* that a turn of match found in its replies; 0: another stage */
};

/* bench_result_ns() is the time between two probes, in nanoseconds; 0 where there was none. */
double bench_result_ns(const struct bench_result *result);

/* bench_result_median() is the one of `count` turns, at least one, whose rate is the median, with the drops
 * of all turns. It sorts them. */
struct bench_result bench_result_median(struct bench_result *turns, size_t count);

/* bench_results_best() is the fastest of those that share stage and device with results[i]. */
const struct bench_result *bench_results_best(const struct bench_result *results, size_t count, size_t i);

/* bench_results_print() writes the table, and below it the best setting of each stage and device.
 * bench_results_print_json() writes an array of objects. */
void bench_results_print(const struct bench_result *results, size_t count, FILE *out);
void bench_results_print_json(const struct bench_result *results, size_t count, FILE *out);
