// SPDX-License-Identifier: GPL-2.0-or-later
/* One line of results to one record; for results.c only. */
#pragma once

#include "base/error_text.h"
#include "output/column.h"

enum {
    RESULTS_COLUMNS_MAX = 128, /* of a CSV; more than there are, for those of later versions */
};

/* What the columns of a file are. */
struct results_columns {
    struct column_list needed; /* by whoever reads */
    /* Of a CSV, from the left to the right; NULL: one that is not known, and passed over. Of JSON lines those of
     * the first. */
    unsigned count;
    const struct record_column *present[RESULTS_COLUMNS_MAX];
    unsigned rtt_unit; /* of yrp: microseconds; 0: the file does not say */
};

/* results_header_jsonl() looks for the keys of the first line; what is wrong with it is found when it is read. */
void results_header_jsonl(struct span line, struct results_columns *columns);

/* results_header_csv() reads the header into `columns`. All return 0, or -EINVAL with what is wrong with the
 * line in `error`: "probe_ttl: '256' is not a whole number from 0 to 255". `record` is written from scratch:
 * fields whose columns are not there are unknown, or 0. */
int results_header_csv(struct span line, struct results_columns *columns, struct error_text *error);
int results_line_csv(struct span line, const struct results_columns *columns, struct record *record,
                     struct error_text *error);
int results_line_jsonl(struct span line, const struct results_columns *columns, struct record *record,
                       struct error_text *error);

/* These read a line that has nothing unusual; false: those above know. */
bool results_line_plain_csv(struct span line, const struct results_columns *columns, struct record *record);
bool results_line_plain_jsonl(struct span line, const struct results_columns *columns, struct record *record);

/* results_header_yrp() reads a line that begins with '#', results_line_yrp() one of a reply. */
int results_header_yrp(struct span line, struct results_columns *columns, struct error_text *error);
int results_line_yrp(struct span line, const struct results_columns *columns, struct record *record,
                     struct error_text *error);

/* results_line_cell() puts a cell, as CSV has it, into the record; 0, or -EINVAL as results_line_value(). */
int results_line_cell(const struct record_column *column, struct span cell, struct record *record,
                      struct error_text *error);

/* results_line_value() says in `error` that `text` is not a value of `column`, and returns -EINVAL. */
int results_line_value(struct error_text *error, const struct record_column *column, struct span text);
