// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses one line of results into one record; for results.c only. */
#pragma once

#include "base/error_text.h"
#include "output/column.h"

enum {
    RESULTS_COLUMNS_MAX = 128, /* in a CSV file; more than exist, to allow for later versions */
};

/* The columns of a file. */
struct results_columns {
    struct column_list needed; /* by the user of the reader */
    /* For CSV, from left to right; NULL: an unknown column, which is ignored. For JSON lines, the columns of
     * the first line. */
    unsigned count;
    const struct record_column *present[RESULTS_COLUMNS_MAX];
    unsigned rtt_unit; /* of yrp, in microseconds; 0: the file does not define it */
};

/* results_header_jsonl() finds the keys of the first line; errors in that line are found when it is
 * parsed. */
void results_header_jsonl(struct span line, struct results_columns *columns);

/* results_header_csv() reads the header into `columns`. All functions below return 0, or -EINVAL with the
 * problem of the line in `error`: "probe_ttl: '256' is not a whole number from 0 to 255". `record` is written
 * completely: fields without a column are unknown, or 0. */
int results_header_csv(struct span line, struct results_columns *columns, struct error_text *error);
int results_line_csv(struct span line, const struct results_columns *columns, struct record *record,
                     struct error_text *error);
int results_line_jsonl(struct span line, const struct results_columns *columns, struct record *record,
                       struct error_text *error);

/* These parse a line with nothing unusual; false: use those above. */
bool results_line_plain_csv(struct span line, const struct results_columns *columns, struct record *record);
bool results_line_plain_jsonl(struct span line, const struct results_columns *columns, struct record *record);

/* results_header_yrp() parses a line that begins with '#', results_line_yrp() a line of a reply. */
int results_header_yrp(struct span line, struct results_columns *columns, struct error_text *error);
int results_line_yrp(struct span line, const struct results_columns *columns, struct record *record,
                     struct error_text *error);

/* results_line_cell() puts a cell in the form of CSV into the record. Returns 0, or -EINVAL as
 * results_line_value(). */
int results_line_cell(const struct record_column *column, struct span cell, struct record *record,
                      struct error_text *error);

/* results_line_value() writes to `error` that `text` is not a value of `column`, and returns -EINVAL. */
int results_line_value(struct error_text *error, const struct record_column *column, struct span text);
