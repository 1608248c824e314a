// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records in the order of traces: by target, flow, round, TTL and arrival, however many there are.
 *
 *   add()… ──> memory, sorted when it is full ──> runs (record_run.h)
 *                                                  |  |  |
 *   next() <─────────────── the least of all <─────+--+--+
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

struct record_sort;

enum {
    RECORD_SORT_RUNS = 512, /* each takes 300 KB while it is read */
};

/* record_sort_open() sorts in `memory` bytes, and in a file of `directory` where that does not suffice; the text
 * must outlive it. 0 or a negative errno. */
int record_sort_open(struct record_sort **out, uint64_t memory, const char *directory);
void record_sort_close(struct record_sort *sort);

/* record_sort_directory() is where files go whose user does not care: $TMPDIR, or /var/tmp, since /tmp may be
 * memory itself. */
const char *record_sort_directory(void);

/* record_sort_add() takes a record, -EFBIG where more runs would be needed than there may be: a gigabyte of
 * memory does for 3.7 billion records; record_sort_next() is called once all have come, and has the next one in
 * `*out`, which holds until the call after, or NULL at the end. 0 or a negative errno. */
int record_sort_add(struct record_sort *sort, const struct record *record);
int record_sort_next(struct record_sort *sort, const struct record **out);
