// SPDX-License-Identifier: GPL-2.0-or-later
/* What was done, and with what result, in words: one row per fact, one column per survey. */
#pragma once

#include <stdio.h>

#include "report/figure.h"

/* facts_table_html() writes a <table>. Facts that are unknown for all surveys are left out. */
void facts_table_html(const struct numbers_list *list, FILE *out);
