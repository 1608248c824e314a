// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sorted records outside memory: a file without a name, compressed by zstd, written once and read once from
 * start to end.
 */
#pragma once

#include <stdint.h>
#include <zstd.h>

#include "output/record.h"

enum {
    RECORD_RUN_BATCH = 512, /* records that are unpacked together */
    RECORD_AHEAD =
        8, /* in sorted order, records are at random places in memory: each is prefetched this many records
              before its turn */
};

/* record_ask() prefetches a record that will be read soon. */
static inline void record_ask(const struct record *record)
{
    __builtin_prefetch(record);
    __builtin_prefetch((const char *)record + sizeof(*record) / 2);
}

struct record_run {
    int fd;
    uint64_t left; /* records not read yet */
    ZSTD_DStream *unpacker;
    uint8_t *packed; /* read from the file and not unpacked yet: the bytes from `start` to `end` */
    size_t start, end;
    struct record *records; /* unpacked; those from `next` to `count` are not read yet */
    unsigned next, count;
};

/* record_run_write() writes `count` records, in the order of `order`, to a file in `directory`. Returns 0 or
 * a negative errno. */
int record_run_write(struct record_run *run, const char *directory, const struct record *records,
                     const uint32_t *order, uint64_t count);

/* record_run_rewind() begins reading. record_run_peek() sets `*out` to the next record, which is valid until
 * the next call of record_run_take(); NULL at the end. Both return 0 or a negative errno. */
int record_run_rewind(struct record_run *run);
int record_run_peek(struct record_run *run, const struct record **out);
void record_run_take(struct record_run *run);

/* record_run_close() may be called after any outcome, and on zeros. It deletes the file. */
void record_run_close(struct record_run *run);
