// SPDX-License-Identifier: GPL-2.0-or-later
/* Shared by the benchmarks: a loop that measures nanoseconds per operation, and their one argument. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* A benchmark's body performs `count` operations and returns a number that depends on all their results, so
 * that the compiler cannot leave them out. */
typedef uint64_t bench_body(void *context, uint64_t count);

/* bench_start() reads the one argument and returns how long one round of a measurement should take: with the
 * argument "quick" a tenth of the usual. */
uint64_t bench_start(int argc, char **argv);

/* bench_pin() keeps the calling thread on the CPU it runs on. */
void bench_pin(void);

/* bench_cpu_ns() is the processor time that the calling thread has used: without other threads on the same
 * CPU, but with softirqs that ran in this thread's context. */
uint64_t bench_cpu_ns(void);

/*
 * bench_ns_per_op() is the processor time of one operation of `body`: the best of several rounds, because
 * other work on the machine only adds time. Takes about five rounds.
 */
double bench_ns_per_op(bench_body *body, void *context, uint64_t round_ns);

/* bench_median() sorts `values`. */
double bench_median(double *values, unsigned count);

/* bench_require() ends the program with the message that it could not do `what`, unless `ok`. */
void bench_require(bool could, const char *what);
