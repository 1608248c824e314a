// SPDX-License-Identifier: GPL-2.0-or-later
/* One line of results to one record; for results.c only. */
#pragma once

#include "base/error_text.h"
#include "output/column.h"

/* Both return 0, or -EINVAL with what is wrong with the line in `error`: "probe_ttl: '256' is not a whole
 * number from 0 to 255". `record` is written from scratch. */
int results_line_csv(struct span line, struct record *record, struct error_text *error);
int results_line_jsonl(struct span line, struct record *record, struct error_text *error);

/* results_line_value() says in `error` that `text` is not a value of `column`, and returns -EINVAL. */
int results_line_value(struct error_text *error, const struct record_column *column, struct span text);
