// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Traces, pings and load-balanced paths of warts, scamper's format, as records: results.h has the contract. Others are passed
 * over, and so are lists and cycles.
 *
 * Source: warts(5), scamper_trace_warts.c and scamper_ping_warts.c of scamper.
 */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "base/unpacked_file.h"
#include "output/column.h"

struct warts_file;

extern const unsigned char warts_magic[2]; /* with which each object begins */

/* warts_file_open() takes `file` over, also where it fails. 0 or a negative errno with what is wrong in `error`,
 * which does not name the file; likewise warts_file_next(), which returns 1 with a record, and 0 at the end. */
int warts_file_open(struct warts_file **out, struct unpacked_file *file, const struct column_list *needed,
                    struct error_text *error);
int warts_file_next(struct warts_file *self, struct record *out, struct error_text *error);

/* warts_file_columns() has the columns that warts can fill. */
struct column_list warts_file_columns(void);

/* warts_file_passed() is how many measurements of other kinds were passed over so far. */
uint64_t warts_file_passed(const struct warts_file *self);

/* warts_file_is_cut() says, at the end, that the file ended within an object; warts_file_object() is the number of the
 * object last read, from 1 on. */
bool warts_file_is_cut(const struct warts_file *self);
uint64_t warts_file_object(const struct warts_file *self);
void warts_file_close(struct warts_file *self);
