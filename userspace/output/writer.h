// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The one thread that writes results.
 *
 *   receiver 0 --ring--\
 *   receiver 1 --ring---+--> writer: encoders -> byte sinks -> write(2), whole lines only
 *   receiver n --ring--/
 *
 * A receiver never waits: where its ring is full, the record is counted as dropped and gone. Whatever
 * write(2) does, accepted = written + dropped holds for every record pushed, and what is on disk is valid to
 * its last newline.
 */
#pragma once

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"
#include "output/recorders.h"

struct writer;

struct writer_config {
    struct recorder_config outputs[OUTPUTS_MAX]; /* whose descriptors stay open until writer_destroy() */
    unsigned output_count;
    const struct column_list *columns; /* of the records; NULL: the usual ones */
    unsigned producers;
    uint64_t ring_capacity; /* records a producer, a power of two */
    bool urgent;            /* the thread goes before others, for producers that do (host/urgency.h) */
    cpu_set_t cpus;         /* where the thread runs; empty: anywhere */
};

/* writer_start() allocates the rings and starts the thread, which waits for writer_begin(); nothing is
 * written. 0 or a negative errno. */
int writer_start(struct writer **out, const struct writer_config *config);

/* writer_begin() writes what stands before the first record, before that is pushed; `metadata` as in
 * format.h. 0 or a negative errno, as of recorder_begin(). */
int writer_begin(struct writer *writer, const struct survey_metadata *metadata);

/*
 * Instead, for each output in its turn: writer_continue() has its records follow `position` bytes that are in the file
 * `fd`, the caller's, and writes what stands before records where these are none; writer_add() gives it records that
 * others have already, which count for none of them. writer_go_on() then begins. 0 or a negative errno.
 */
int writer_continue(struct writer *writer, unsigned output, const struct survey_metadata *metadata, int fd,
                    uint64_t position);
int writer_add(struct writer *writer, unsigned output, const struct record *records, size_t n);
int writer_go_on(struct writer *writer);

/* writer_push() copies `record` into the ring of `producer`; false where it was dropped, which is counted.
 * Each producer index belongs to one thread. */
bool writer_push(struct writer *writer, unsigned producer, const struct record *record);

/*
 * writer_mark() asks that all that was pushed before, by whichever producer, leaves the process. Once
 * writer_passed() it, all of that is in each of the files, which then have `records` from this writer; false: not
 * yet, or it has failed (writer_error()). One thread marks, and no second time before the first is passed.
 */
void writer_mark(struct writer *writer);
bool writer_passed(const struct writer *writer, uint64_t *records);

/* writer_finish() asks the thread to write all that was pushed and to end; writer_finished() says whether it
 * has. No producer may push any more. */
void writer_finish(struct writer *writer);
bool writer_finished(const struct writer *writer);

/* writer_abandon() gives up on a reader that does not read: what it has not taken is
 * dropped, and counted so. */
void writer_abandon(struct writer *writer);

/* writer_stop() finishes and waits for the end of the thread. 0 or the negative errno of the first write that
 * failed, -ECANCELED where it was abandoned. Nothing is written where no record was to be: writer_begin() or
 * writer_go_on() were not called. */
int writer_stop(struct writer *writer);

/* Readable at any time from any thread. writer_filled() says how full the fullest ring is, 0 … 1. */
double writer_filled(const struct writer *writer);
/* writer_bytes() is how many bytes of results have left the process. Safe from every thread. */
uint64_t writer_bytes(const struct writer *writer);

uint64_t writer_written(const struct writer *writer);
uint64_t writer_dropped(const struct writer *writer);
/* writer_error() is 0, or the negative errno after which one of the outputs takes nothing more; writer_output_error() is
 * that of one of them. */
int writer_error(const struct writer *writer);
int writer_output_error(const struct writer *writer, unsigned output);

/* writer_destroy() frees it. A writer that was not stopped gives up what it has not written yet. */
void writer_destroy(struct writer *writer);
