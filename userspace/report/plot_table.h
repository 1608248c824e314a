// SPDX-License-Identifier: GPL-2.0-or-later
/* The numbers of a plot, a row a place: x, then each series; nothing where it has no value. */
#pragma once

#include <stdio.h>

#include "report/plot.h"

/* plot_table_html() writes a <table>, of at most `rows` rows, which are then chosen evenly. */
void plot_table_html(const struct plot *plot, size_t rows, FILE *out);

/* plot_table_csv() writes all, with a line of titles (RFC 4180). */
void plot_table_csv(const struct plot *plot, FILE *out);

/* plot_table_text() writes a text of anybody as a value of CSV. */
void plot_table_text(const char *text, FILE *out);
