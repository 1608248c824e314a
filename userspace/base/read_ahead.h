// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bytes that a thread of its own reads, so that one processor unpacks a long list while another one reads what
 * stands in it:
 *
 *   the source ── thread ──> [full][full][being filled] ──> read_ahead_read()
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* Where the bytes come from: how many were written to `out`, at most `size`; 0 at the end; below 0: an error,
 * after which it is not asked again. */
typedef ssize_t read_ahead_source(void *context, void *out, size_t size);

struct read_ahead;

/* read_ahead_start() starts a thread that reads from `source`, which nobody else may use until
 * read_ahead_stop(), and which must not wait for anybody. NULL where memory or threads are short. */
struct read_ahead *read_ahead_start(read_ahead_source *source, void *context);

/* read_ahead_read() returns what the source does, in the same order. */
ssize_t read_ahead_read(struct read_ahead *self, void *out, size_t size);

/* read_ahead_stop() ends the thread, whether all was read or not. NULL is allowed. */
void read_ahead_stop(struct read_ahead *self);
