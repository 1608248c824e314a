// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts by TTL as columns of characters. A pure function.
 *
 *     answers by TTL, most at 4: 1,234
 *           #
 *        :  #
 *     #  #  #  .
 *     1        5
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "probe.h"

/* ttl_plot_print() writes `rows` lines, at least 3, of at most `columns` characters. Where there are too few
 * columns, neighbouring TTLs share one. */
void ttl_plot_print(const uint64_t counts[PROBE_MAX_TTL + 1], unsigned rows, unsigned columns, FILE *out);
