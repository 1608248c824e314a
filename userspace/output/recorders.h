// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The same records on several ways out, one recorder each, all of them the same thread's:
 *
 *   append ──> recorder 0: CSV, gzip     ──> r.csv.gz
 *         └──> recorder 1: Parquet       ──> r.parquet
 *
 * Each gets all records in the same order, and the slowest keeps the others waiting, so that they hold the same. Together
 * they count a record once: as written once it can be read from all of them, as dropped where one of them can take
 * nothing more. Others go on then; what ends the run is its owner's business.
 */
#pragma once

#include "output/packing.h"
#include "output/recorder.h"

enum {
    OUTPUTS_MAX = 4,
};

/* One of the ways. */
struct recorder_config {
    int fd; /* the caller's */
    enum packing packing;
    const struct output_format *format;
    struct rotation *rotation; /* of which `fd` is the first file; NULL: there is one */
};

struct recorders {
    struct recorder list[OUTPUTS_MAX];
    unsigned count;
};

/* recorders_add() opens one more, with `columns`, NULL: the usual ones. 0 or a negative errno; recorders_close() is right
 * after both, and of zeros. */
int recorders_add(struct recorders *recorders, const struct recorder_config *config,
                  const struct column_list *columns);
void recorders_close(struct recorders *recorders);

/* As of one recorder, for each of them. recorders_begin() returns the first error and begins no more behind it. */
int recorders_begin(struct recorders *recorders, const struct survey_metadata *metadata);
void recorders_append(struct recorders *recorders, const struct record *record);
void recorders_pass(struct recorders *recorders);
void recorders_forget(struct recorders *recorders);
void recorders_flush_when_due(struct recorders *recorders, uint64_t now_ns);
void recorders_look(struct recorders *recorders);
void recorders_finish(struct recorders *recorders);
bool recorders_wait(const struct recorders *recorders);

/* Safe from every thread: records that all have written, and that one of them has dropped; bytes in all files. */
uint64_t recorders_written(const struct recorders *recorders);
uint64_t recorders_dropped(const struct recorders *recorders);
uint64_t recorders_bytes(const struct recorders *recorders);
void recorders_abandon(struct recorders *recorders);

/* recorders_error() is the error of the first that has one, 0: none has. */
int recorders_error(const struct recorders *recorders);
