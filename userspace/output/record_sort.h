// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sorts any number of records in the order of traces: by target, flow, round, TTL and arrival.
 *
 *   add()… ──> memory, sorted when it is full ──> runs (record_run.h)
 *                                                  |  |  |
 *   next() <─────────────── least of all <─────────+--+--+
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

struct record_sort;

enum {
    RECORD_SORT_RUNS = 512, /* each takes 300 KB while it is read */
};

/* record_sort_open() sorts in `memory` bytes and, beyond that, in a file in `directory`; that text must
 * outlive the sort. Returns 0 or a negative errno. */
int record_sort_open(struct record_sort **out, uint64_t memory, const char *directory);
void record_sort_close(struct record_sort *sort);

/* record_sort_directory() returns the default directory for such files: $TMPDIR, or /var/tmp, because /tmp
 * may be in memory. */
const char *record_sort_directory(void);

/* record_sort_add() adds a record. It returns -EFBIG if more than RECORD_SORT_RUNS runs would be needed: a
 * gigabyte of memory is enough for 3.7 billion records. record_sort_next() is called after the last record;
 * it sets `*out` to the next one, which is valid until the following call, or to NULL at the end. Both return
 * 0 or a negative errno. */
int record_sort_add(struct record_sort *sort, const struct record *record);
int record_sort_next(struct record_sort *sort, const struct record **out);
