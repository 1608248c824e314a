// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads our Parquet files, group by group, from the first byte to the last: results.h has the contract. Files
 * that were cut off are read as far as their groups are complete. */
#pragma once

#include "base/error_text.h"
#include "base/unpacked_file.h"
#include "output/column.h"

struct parquet_file;

/* parquet_file_open() reads `file`, which begins with PARQUET_MAGIC, and owns it from then on, even if it
 * fails. Returns 0, or a negative errno with the problem in `error`, which does not name the file.
 * parquet_file_next() returns 1 with a record, 0 at the end, or errors likewise. */
int parquet_file_open(struct parquet_file **out, struct unpacked_file *file, const struct column_list *needed,
                      struct error_text *error);
int parquet_file_next(struct parquet_file *self, struct record *out, struct error_text *error);

/* parquet_file_columns() returns the columns of the file that are known. */
struct column_list parquet_file_columns(const struct parquet_file *self);

/* parquet_file_is_cut() returns, at the end, whether the file ended before it was finished. */
bool parquet_file_is_cut(const struct parquet_file *self);

/* parquet_file_position() returns the end of the last group whose records were all returned, or of what comes
 * before all groups. */
uint64_t parquet_file_position(const struct parquet_file *self);

/* parquet_file_beyond() returns how many records behind that position were returned. */
uint32_t parquet_file_beyond(const struct parquet_file *self);

/* parquet_file_records() returns how many records were read. */
uint64_t parquet_file_records(const struct parquet_file *self);
void parquet_file_close(struct parquet_file *self);
