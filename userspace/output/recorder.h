// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Records on their way out of the process: an encoder over a byte sink, and an exact count of what went
 * through.
 *
 *   appended = written + dropped + waiting
 *
 * A record counts as written once all of its bytes are through the sink (byte_sink.h): it can be read from
 * what has left. The first error ends all writing; later records are dropped. What a partial write left
 * behind is not taken back: readers know it as an unfinished tail. One thread owns the recorder; counts and
 * error may be read from every thread.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "output/format.h"
#include "output/rotation.h"

/* Records that end at the same place in the stream of bytes. */
struct recorder_mark {
    uint64_t end, records;
};

struct recorder {
    struct encoder *encoder;
    struct byte_sink *sink;
    counter_t written;
    counter_t dropped;
    counter_t bytes; /* in the file, but for the first `uncounted` */
    uint64_t uncounted;
    uint64_t marked;           /* records appended that have a mark, or had one */
    uint64_t appended;         /* likewise, and those that the encoder holds */
    struct rotation *rotation; /* where there are many files, over a descriptor sink; NULL: there is one */
    uint64_t file_began;       /* by the bytes of all files, compressed or not */
    const struct survey_metadata *metadata; /* for the other files */
    struct recorder_mark *marks;            /* of what waits, the oldest first */
    size_t mark_count;
};

/* recorder_open() makes the encoder, and takes `sink` over, also where it fails. 0 or a negative errno;
 * recorder_close() is right after both. */
int recorder_open(struct recorder *recorder, const struct output_format *format,
                  const struct column_list *columns, struct byte_sink *sink);
void recorder_close(struct recorder *recorder);

/* recorder_begin() writes what stands before the first record at once (format.h has `metadata`). It may be
 * called beside the thread that owns the recorder, before the first record. 0 or a negative errno; -EINTR
 * where a signal that ends the run (base/stop_signal.h) came before the reader of a stream took it. Where there
 * are many files, all begin so: `metadata` must last. */
int recorder_begin(struct recorder *recorder, const struct survey_metadata *metadata);

/* recorder_continue(), instead, has records follow `position` bytes that are in the file `fd` already; over a descriptor
 * sink. 0 or a negative errno, as of encoder_continue(). */
int recorder_continue(struct recorder *recorder, const struct survey_metadata *metadata, int fd,
                      uint64_t position);

void recorder_append(struct recorder *recorder, const struct record *record);

/* recorder_rotate() has the records go to the files of `rotation`, of which the sink's is the first; before anything
 * is written. */
void recorder_rotate(struct recorder *recorder, struct rotation *rotation);

/* recorder_flush() has the sink flush what it was given, and recorder_flush_when_due() as soon as the sink thinks it is
 * time (byte_sink.h); recorder_finish() ends format and stream, after
 * which nothing waits. */
void recorder_flush(struct recorder *recorder);
void recorder_flush_when_due(struct recorder *recorder, uint64_t now_ns);
void recorder_finish(struct recorder *recorder);

/* recorder_pass() has all through that was appended, also what the encoder holds. recorder_forget() does so, and counts
 * from zero again. */
void recorder_pass(struct recorder *recorder);
void recorder_forget(struct recorder *recorder);

/* recorder_waits() says whether there is something to flush. */
static inline bool recorder_waits(const struct recorder *recorder)
{
    return recorder->mark_count != 0;
}

/* recorder_error() is 0 or the negative errno after which nothing more is written. */
static inline int recorder_error(const struct recorder *recorder)
{
    return byte_sink_error(recorder->sink);
}
