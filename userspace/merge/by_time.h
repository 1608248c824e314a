// SPDX-License-Identifier: GPL-2.0-or-later
/* Records of all parts, the earliest of those that are next in each: a heap of parts. Where two came at the same
 * time, that of the lower shard is first, so that the same parts always make the same file. */
#pragma once

#include "merge/part.h"

struct by_time {
    struct part **parts;
    size_t count;
};

/* by_time_open() takes the parts that have a record. 0 or -ENOMEM; by_time_close() is right after both. */
int by_time_open(struct by_time *heap, struct part *parts, size_t count);
void by_time_close(struct by_time *heap);

/* by_time_first() is the part whose record comes next; NULL: there are no more. by_time_advance() reads the one
 * behind it. 0, or a negative errno with a line in `error`. */
struct part *by_time_first(const struct by_time *heap);
int by_time_advance(struct by_time *heap, struct error_text *error);
