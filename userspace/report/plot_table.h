// SPDX-License-Identifier: GPL-2.0-or-later
/* The numbers of a plot, one row per place: x, then each series; missing values are empty. */
#pragma once

#include <stdio.h>

#include "report/plot.h"

/* plot_table_html() writes a <table> of at most `rows` rows, chosen evenly. */
void plot_table_html(const struct plot *plot, size_t rows, FILE *out);

/* plot_table_csv() writes all rows, with a line of titles (RFC 4180). */
void plot_table_csv(const struct plot *plot, FILE *out);

/* plot_table_text() writes foreign text as a CSV value. */
void plot_table_text(const char *text, FILE *out);
