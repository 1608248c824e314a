// SPDX-License-Identifier: GPL-2.0-or-later
/* One line of results to one record; for results.c only. */
#pragma once

#include <stdbool.h>

#include "output/column.h"

/* What is wrong with a line: "probe_ttl: '256' is not a whole number from 0 to 255". */
struct line_error {
    char text[320];
};

/* Both return false with `error` written. `record` is written from scratch. */
bool results_line_csv(struct span line, struct record *record, struct line_error *error);
bool results_line_jsonl(struct span line, struct record *record, struct line_error *error);

/* line_error_set() formats and returns false; line_error_value() says that `text` is not a value of `column`.
 */
bool line_error_set(struct line_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool line_error_value(struct line_error *error, const struct record_column *column, struct span text);
