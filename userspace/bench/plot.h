// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results as an SVG image: for each stage a row of two charts, the rate over the batch and the rate over the
 * number of threads. Each way through each device is a line; at every place stands the best rate with that
 * batch, or that number of threads, whatever the other setting.
 */
#pragma once

#include "bench/result.h"

/* bench_plot_write() draws at least one result. What goes wrong in writing is for the caller to ask `out`. */
void bench_plot_write(const struct bench_result *results, size_t count, FILE *out);

/* bench_plot_round_up() is the least round number at or above `most`, above 0, that `ticks` round steps lead
 * to. */
double bench_plot_round_up(double most, unsigned ticks);
