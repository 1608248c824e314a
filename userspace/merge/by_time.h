// SPDX-License-Identifier: GPL-2.0-or-later
/* Merges the records of all parts by time: a heap of parts, ordered by the next record of each. Where two
 * records have the same time, that of the lower shard comes first, so that the same parts always make the
 * same file. */
#pragma once

#include "merge/part.h"

struct by_time {
    struct part **parts;
    size_t count;
};

/* by_time_open() takes the parts that have a record. Returns 0 or -ENOMEM; by_time_close() may be called
 * after either. */
int by_time_open(struct by_time *heap, struct part *parts, size_t count);
void by_time_close(struct by_time *heap);

/* by_time_first() returns the part with the earliest record, or NULL when no records are left.
 * by_time_advance() reads the next record of that part. Returns 0, or a negative errno with a line in
 * `error`. */
struct part *by_time_first(const struct by_time *heap);
int by_time_advance(struct by_time *heap, struct error_text *error);
