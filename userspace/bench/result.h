// SPDX-License-Identifier: GPL-2.0-or-later
/* The result of one measurement, a row of the table; and the table as text and as JSON. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "receive/source.h"

struct bench_result {
    const char *stage, *backend, *device;
    unsigned threads, batch;
    double pps;                  /* probes or replies per second */
    double cpu_ns;               /* processor time of the whole process, per probe */
    uint64_t drops;              /* probes or replies lost on the way */
    struct source_losses losses; /* where replies were lost */
    uint64_t interfaces, links;  /* found by a turn of the stage match in its replies; 0: another stage */
};

/* bench_result_ns() returns the time between two probes in nanoseconds; 0 if there was no probe. */
double bench_result_ns(const struct bench_result *result);

/* bench_result_median() returns the one of `count` turns, at least one, with the median rate, and with the
 * drops of all turns. It sorts the turns. */
struct bench_result bench_result_median(struct bench_result *turns, size_t count);

/* bench_results_best() returns the fastest result with the same stage and device as results[i]. */
const struct bench_result *bench_results_best(const struct bench_result *results, size_t count, size_t i);

/* bench_results_print() writes the table, followed by the best setting per stage and device.
 * bench_results_print_json() writes an array of objects. */
void bench_results_print(const struct bench_result *results, size_t count, FILE *out);
void bench_results_print_json(const struct bench_result *results, size_t count, FILE *out);
