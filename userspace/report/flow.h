// SPDX-License-Identifier: GPL-2.0-or-later
/* The ledger as a flow: each equation is a bar as wide as its total. What goes on is at the left, what is
 * lost is beside it. */
#pragma once

#include <stdio.h>

#include "output/ledger.h"

/* flow_svg() writes an <svg> for a page; `id` is unique in the page. flow_table_html() and flow_table_csv()
 * write the same numbers, one line per counter; counters of rejections are also split by reason. The CSV has
 * no heading; `name` is its first column. */
void flow_svg(const struct ledger *ledger, const char *id, FILE *out);
void flow_table_html(const struct ledger *ledger, FILE *out);
void flow_table_csv(const struct ledger *ledger, const char *name, FILE *out);
