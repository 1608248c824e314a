// SPDX-License-Identifier: GPL-2.0-or-later
/* Parquet files of ours, group by group, from the first byte to the last: results.h has the contract. Files
 * that were cut off are read as far as their groups are whole. */
#pragma once

#include "base/error_text.h"
#include "base/unpacked_file.h"
#include "output/column.h"

struct parquet_file;

/* parquet_file_open() takes `file` over, which begins with PARQUET_MAGIC, also where it fails. 0 or a negative
 * errno, with what is wrong in `error`, which does not name the file; likewise parquet_file_next(), which
 * returns 1 with a record, and 0 at the end. */
int parquet_file_open(struct parquet_file **out, struct unpacked_file *file, const struct column_list *needed,
                      struct error_text *error);
int parquet_file_next(struct parquet_file *self, struct record *out, struct error_text *error);

/* parquet_file_columns() has those of its columns that are known. */
struct column_list parquet_file_columns(const struct parquet_file *self);

/* parquet_file_is_cut() says, at the end, that the file ended before it was finished. */
bool parquet_file_is_cut(const struct parquet_file *self);

/* parquet_file_position() is where the last group ends of which all records were given, or what stands before all groups. */
uint64_t parquet_file_position(const struct parquet_file *self);

/* parquet_file_beyond() is how many records were given of those behind that place. */
uint32_t parquet_file_beyond(const struct parquet_file *self);

/* parquet_file_records() is how many records were read. */
uint64_t parquet_file_records(const struct parquet_file *self);
void parquet_file_close(struct parquet_file *self);
