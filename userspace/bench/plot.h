// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results as an SVG image: for each stage a row of two charts, the rate over the batch and the rate over the
 * number of threads. Each way through each device is a line; at every place stands the best rate with that
 * batch, or that number of threads, whatever the other setting.
 */
#pragma once

#include <stdio.h>

#include "bench/result.h"

/* bench_plot_write() draws at least one result. 0 or -ENOMEM; what goes wrong in writing is for the caller to ask
 * `out`. */
int bench_plot_write(const struct bench_result *results, size_t count, FILE *out);
