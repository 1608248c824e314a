// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads results, record by record: CSV, JSON lines, Parquet, yarrp's yrp or scamper's warts, recognized by
 * their first bytes.
 *
 * Readers are strict, because a silently skipped line is a silently wrong result. Only the unfinished end of
 * a killed survey is left out, and reported by results_unfinished_tail(). Compressed files may also end
 * anywhere.
 */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "output/column.h"
#include "output/format.h"
#include "output/record.h"

struct results;

/* results_open() opens `path`; "-" is stdin. The file may have any columns in any order, also those of later
 * versions, as long as it has all columns that are `needed`; other values stay unknown in records. Returns 0,
 * or a negative errno with a line in `error` that names the file and the problem. */
int results_open(struct results **out, const char *path, const struct column_list *needed,
                 struct error_text *error);

/* results_open_part() reads at most `bytes` of a compressed file. */
int results_open_part(struct results **out, const char *path, uint64_t bytes,
                      const struct column_list *needed, struct error_text *error);

/* results_next() reads the next record. Returns 1; 0 at the end; or a negative errno with a line in `error`
 * that names the file, the line, the problem, and what would be correct. */
int results_next(struct results *results, struct record *out, struct error_text *error);

/* results_columns() returns the columns of the file that this version knows, in their order; for JSON lines
 * those of the first line. Valid after the first results_next(). */
struct column_list results_columns(const struct results *results);

/* results_unfinished_tail() returns, after the end, whether bytes without a newline were left over, Parquet
 * has no footer, or a compressed file was cut short. */
bool results_unfinished_tail(const struct results *results);

/* results_position() returns where the last record read ends, or the header: in bytes from the start of the
 * file. For Parquet it is the end of the last group that was read completely. */
uint64_t results_position(const struct results *results);

/* results_beyond() returns how many of the records read are behind that position. */
uint32_t results_beyond(const struct results *results);

/* results_fit() returns whether records of this format and these columns may be appended. Call it after the
 * first results_next(). */
bool results_fit(const struct results *results, const struct output_format *format,
                 const struct column_list *columns);

/* results_passed() returns, at the end, how many measurements of unsupported kinds were skipped; only in
 * warts. */
uint64_t results_passed(const struct results *results);

void results_close(struct results *results);
