// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The single thread that writes results.
 *
 *   receiver 0 --ring--\
 *   receiver 1 --ring---+--> writer: encoders -> byte sinks -> write(2), whole lines only
 *   receiver n --ring--/
 *
 * A receiver never waits: if its ring is full, the record is dropped and counted. Whatever write(2) does,
 * accepted = written + dropped holds over all records pushed, and the contents of the disk are valid up to
 * the last newline.
 */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"
#include "output/recorders.h"

struct writer;

struct writer_config {
    struct recorder_config outputs[OUTPUTS_MAX]; /* their descriptors must stay open until writer_destroy() */
    unsigned output_count;
    const struct column_list *columns; /* of the records; NULL: the default ones */
    unsigned producers;
    uint64_t ring_capacity; /* records per producer, a power of two */
    bool urgent;            /* the thread runs with precedence, because its producers do (host/urgency.h) */
    cpu_set_t cpus;         /* where the thread runs; empty: anywhere */
};

/* writer_start() allocates the rings and starts the thread, which writes nothing until writer_begin().
 * Returns 0 or a negative errno. */
int writer_start(struct writer **out, const struct writer_config *config);

/* writer_begin() writes what comes before the first record; call it before the first writer_push().
 * `metadata` is as in format.h. Returns 0 or a negative errno, as recorder_begin(). */
int writer_begin(struct writer *writer, const struct survey_metadata *metadata);

/*
 * Used instead of writer_begin(), for each output in turn. writer_continue() makes its records follow the
 * first `position` bytes of the file `fd`, which the caller owns; if these are none, it writes what comes
 * before records. writer_add() writes records to it that the other outputs have already; they are not
 * counted. Then writer_go_on() begins. All return 0 or a negative errno.
 */
int writer_continue(struct writer *writer, unsigned output, const struct survey_metadata *metadata, int fd,
                    uint64_t position);
int writer_add(struct writer *writer, unsigned output, const struct record *records, size_t n);
int writer_go_on(struct writer *writer);

/* writer_push() copies `record` into the ring of `producer`; it returns false if it was dropped, and counts
 * that. Each producer index belongs to one thread. */
bool writer_push(struct writer *writer, unsigned producer, const struct record *record);

/*
 * writer_mark() asks that everything pushed before, by any producer, leaves the process. When writer_passed()
 * returns true, all of it is in each of the files, which then have `records` records from this writer. It
 * returns false before that, or if the writer has failed (writer_error()). Only one thread marks, and waits
 * until the mark is passed before it marks again.
 */
void writer_mark(struct writer *writer);
bool writer_passed(const struct writer *writer, uint64_t *records);

/* writer_finish() asks the thread to write everything pushed, and to end; writer_finished() returns whether
 * it has. No producer may push after that. */
void writer_finish(struct writer *writer);
bool writer_finished(const struct writer *writer);

/* writer_abandon() stops waiting for a reader that does not read: what it has not taken is dropped, and
 * counted so. */
void writer_abandon(struct writer *writer);

/* writer_stop() finishes, and waits for the end of the thread. Returns 0 or the negative errno of the first
 * failed write, -ECANCELED if the writer was abandoned. It writes nothing if neither writer_begin() nor
 * writer_go_on() was called. */
int writer_stop(struct writer *writer);

/* May be called at any time from any thread. writer_filled() returns how full the fullest ring is, 0 … 1. */
double writer_filled(const struct writer *writer);
/* writer_bytes() returns how many bytes of results have left the process. May be called from any thread. */
uint64_t writer_bytes(const struct writer *writer);

uint64_t writer_written(const struct writer *writer);
uint64_t writer_dropped(const struct writer *writer);
/* writer_error() returns 0, or the negative errno after which one of the outputs accepts nothing more;
 * writer_output_error() returns that of one output. */
int writer_error(const struct writer *writer);
int writer_output_error(const struct writer *writer, unsigned output);

/* writer_destroy() frees the writer. If it was not stopped, records that are not written yet are lost. */
void writer_destroy(struct writer *writer);
