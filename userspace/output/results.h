// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads results again, record by record: CSV, JSON lines, Parquet, yarrp's yrp or scamper's warts,
 * recognized by how they begin.
 *
 * Readers are strict, since a silently skipped line is a silently wrong result; only what
 * a survey that was killed had begun to write is left out, and told by results_unfinished_tail(). Compressed files may
 * end anywhere, too.
 */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "output/column.h"
#include "output/format.h"
#include "output/record.h"

struct results;

/* results_open() opens `path`, "-" being stdin. The file may have any columns in any order, those of later
 * versions too, if only all that are `needed` are among them: others stay unknown in records. 0 or a negative
 * errno; `error` then has a line that names the file and what is wrong. */
int results_open(struct results **out, const char *path, const struct column_list *needed,
                 struct error_text *error);

/* results_open_part() reads no more than `bytes` of a compressed file. */
int results_open_part(struct results **out, const char *path, uint64_t bytes,
                      const struct column_list *needed, struct error_text *error);

/* results_next() reads the next record. 1, 0 at the end, or a negative errno; `error` then has a line that
 * names the file, the line, what is wrong there and what would be right. */
int results_next(struct results *results, struct record *out, struct error_text *error);

/* results_columns() has the columns that the file has and this version knows, in their order; of JSON lines those
 * of the first. Right once results_next() has been called. */
struct column_list results_columns(const struct results *results);

/* results_unfinished_tail() is true where, after the end, bytes without a newline were left over, Parquet has no
 * footer, or a compressed file was cut short. */
bool results_unfinished_tail(const struct results *results);

/* results_position() is where the last record that was read ends, or the header: bytes from the file's start. Of Parquet
 * it is where the last group does that was read to its end. */
uint64_t results_position(const struct results *results);

/* results_beyond() is how many of the records that were read stand behind that place. */
uint32_t results_beyond(const struct results *results);

/* results_fit() tells, once results_next() was called, whether records of this format and these columns may be
 * appended. */
bool results_fit(const struct results *results, const struct output_format *format,
                 const struct column_list *columns);

/* results_passed() is, at the end, how many measurements of kinds that are not read were passed over: of warts. */
uint64_t results_passed(const struct results *results);

void results_close(struct results *results);
