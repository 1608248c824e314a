// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A thread that reads bytes ahead, so that one processor unpacks a long list while another one parses it:
 *
 *   the source ── thread ──> [full][full][being filled] ──> read_ahead_read()
 */
#pragma once

#include <stddef.h>
#include <sys/types.h>

/* The source of the bytes. Writes at most `size` bytes to `out` and returns their number; 0 at the end; a
 * negative value on an error, after which it is not called again. */
typedef ssize_t read_ahead_source(void *context, void *out, size_t size);

struct read_ahead;

/* read_ahead_start() starts a thread that reads from `source`. Nothing else may use the source until
 * read_ahead_stop(), and the source must not block for long. Returns NULL if memory or threads are short. */
struct read_ahead *read_ahead_start(read_ahead_source *source, void *context);

/* read_ahead_read() returns the results of the source, in the same order. */
ssize_t read_ahead_read(struct read_ahead *self, void *out, size_t size);

/* read_ahead_stop() ends the thread, also before the end of the source. NULL is allowed. */
void read_ahead_stop(struct read_ahead *self);
