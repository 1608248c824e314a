// SPDX-License-Identifier: GPL-2.0-or-later
/* What was done, and what came of it, in words: a line a fact, a column a survey. */
#pragma once

#include <stdio.h>

#include "report/figure.h"

/* facts_table_html() writes a <table>; a fact that is known of none of the surveys is left out. */
void facts_table_html(const struct numbers_list *list, FILE *out);
