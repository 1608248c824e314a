// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads traces, pings and load-balanced paths in warts, scamper's format, as records: results.h has the
 * contract. Other measurements are skipped, and so are lists and cycles.
 *
 * Source: warts(5), scamper_trace_warts.c and scamper_ping_warts.c of scamper.
 */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "base/unpacked_file.h"
#include "output/column.h"

struct warts_file;

extern const unsigned char warts_magic[2]; /* the first bytes of each object */

/* warts_file_open() reads `file`, and owns it from then on, even if it fails. Returns 0, or a negative errno
 * with the problem in `error`, which does not name the file. warts_file_next() returns 1 with a record, 0 at
 * the end, or errors likewise. */
int warts_file_open(struct warts_file **out, struct unpacked_file *file, const struct column_list *needed,
                    struct error_text *error);
int warts_file_next(struct warts_file *self, struct record *out, struct error_text *error);

/* warts_file_columns() returns the columns that warts can fill. */
struct column_list warts_file_columns(void);

/* warts_file_passed() returns how many measurements of other kinds were skipped so far. */
uint64_t warts_file_passed(const struct warts_file *self);

/* warts_file_is_cut() returns, at the end, whether the file ended within an object. warts_file_object()
 * returns the number of the last object read, counted from 1. */
bool warts_file_is_cut(const struct warts_file *self);
uint64_t warts_file_object(const struct warts_file *self);
void warts_file_close(struct warts_file *self);
