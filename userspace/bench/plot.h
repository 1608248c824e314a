// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results as an SVG image: for each stage a row of two charts, the rate over the batch and the rate over the
 * number of threads. Each line is one backend with one device. A point shows the best rate with that batch,
 * or that number of threads, over all values of the other setting.
 */
#pragma once

#include <stdio.h>

#include "bench/result.h"

/* bench_plot_write() draws at least one result. Returns 0 or -ENOMEM; the caller checks `out` for errors of
 * writing. */
int bench_plot_write(const struct bench_result *results, size_t count, FILE *out);
