// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes the same records to several outputs, with one recorder each, all in the same thread:
 *
 *   append ──> recorder 0: CSV, gzip     ──> r.csv.gz
 *         └──> recorder 1: Parquet       ──> r.parquet
 *
 * Each gets all records in the same order, and the others wait for the slowest, so that all have the same
 * contents. Together they count a record once: as written when it can be read from all outputs, as dropped if
 * one of them has failed. Then the others continue; the owner decides what ends the run.
 */
#pragma once

#include "output/packing.h"
#include "output/recorder.h"

enum {
    OUTPUTS_MAX = 4,
};

/* One of the outputs. */
struct recorder_config {
    int fd; /* owned by the caller */
    enum packing packing;
    const struct output_format *format;
    struct rotation *rotation; /* `fd` is its first file; NULL: there is one file */
};

struct recorders {
    struct recorder list[OUTPUTS_MAX];
    unsigned count;
};

/* recorders_add() opens one more output with `columns`; NULL: the default ones. Returns 0 or a negative
 * errno. recorders_close() may be called after either, and on zeros. */
int recorders_add(struct recorders *recorders, const struct recorder_config *config,
                  const struct column_list *columns);
void recorders_close(struct recorders *recorders);

/* The same as for one recorder, for each of them. recorders_begin() returns the first error, and begins no
 * further outputs after it. */
int recorders_begin(struct recorders *recorders, const struct survey_metadata *metadata);
void recorders_append(struct recorders *recorders, const struct record *record);
void recorders_pass(struct recorders *recorders);
void recorders_forget(struct recorders *recorders);
void recorders_flush_when_due(struct recorders *recorders, uint64_t now_ns);
void recorders_look(struct recorders *recorders);
void recorders_finish(struct recorders *recorders);
bool recorders_wait(const struct recorders *recorders);

/* May be called from any thread: records that all outputs have written, records that one of them has dropped,
 * and bytes in all files. */
uint64_t recorders_written(const struct recorders *recorders);
uint64_t recorders_dropped(const struct recorders *recorders);
uint64_t recorders_bytes(const struct recorders *recorders);
void recorders_abandon(struct recorders *recorders);

/* recorders_error() returns the error of the first output that has one; 0: none has. */
int recorders_error(const struct recorders *recorders);
