// SPDX-License-Identifier: GPL-2.0-or-later
/* The ledger as a flow: each equation a bar as wide as its total, what goes on at the left, what is lost beside it. */
#pragma once

#include <stdio.h>

#include "output/ledger.h"

/* flow_svg() writes an <svg> for a page, `id` being its own there; flow_table_html() and flow_table_csv() the same numbers,
 * a line a counter, those that rejected something by their reasons, too. The CSV has no heading; `name` is its first
 * column. */
void flow_svg(const struct ledger *ledger, const char *id, FILE *out);
void flow_table_html(const struct ledger *ledger, FILE *out);
void flow_table_csv(const struct ledger *ledger, const char *name, FILE *out);
