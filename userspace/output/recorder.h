// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes records out of the process: an encoder over a byte sink, and an exact count of the records that got
 * through.
 *
 *   appended = written + dropped + waiting
 *
 * A record counts as written when all of its bytes are through the sink (byte_sink.h): then it can be read
 * from the output. The first error ends all writing; later records are dropped. The rest of a partial write
 * is not removed: readers recognize it as an unfinished tail. One thread owns the recorder; any thread may
 * read counts and error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/counter.h"
#include "output/format.h"
#include "output/rotation.h"

/* Records that end at the same position in the stream of bytes. */
struct recorder_mark {
    uint64_t end, records;
};

struct recorder {
    struct encoder *encoder;
    struct byte_sink *sink;
    counter_t written;
    counter_t dropped;
    counter_t bytes; /* in the file, without the first `uncounted` ones */
    uint64_t uncounted;
    uint64_t marked;           /* number of records appended that have, or had, a mark */
    uint64_t appended;         /* number of records appended, with those that the encoder holds */
    struct rotation *rotation; /* with many files, over a descriptor sink; NULL: there is one file */
    uint64_t file_began;       /* counted over the bytes of all files, compressed or not */
    const struct survey_metadata *metadata; /* for later files */
    struct recorder_mark *marks;            /* of the waiting records, oldest first */
    size_t mark_count;
};

/* recorder_open() makes the encoder, and owns `sink` from then on, even if it fails. Returns 0 or a negative
 * errno; recorder_close() may be called after either. */
int recorder_open(struct recorder *recorder, const struct output_format *format,
                  const struct column_list *columns, struct byte_sink *sink);
void recorder_close(struct recorder *recorder);

/* recorder_begin() writes what comes before the first record, at once (for `metadata` see format.h). Another
 * thread than the owner may call it, before the first record. Returns 0 or a negative errno; -EINTR if a
 * signal that ends the run (base/stop_signal.h) came before the reader of a stream took it. With many files,
 * each begins so: `metadata` must stay valid. */
int recorder_begin(struct recorder *recorder, const struct survey_metadata *metadata);

/* recorder_continue() is used instead: records follow the first `position` bytes of the file `fd`, over a
 * descriptor sink. Returns 0 or a negative errno, as encoder_continue(). */
int recorder_continue(struct recorder *recorder, const struct survey_metadata *metadata, int fd,
                      uint64_t position);

void recorder_append(struct recorder *recorder, const struct record *record);

/* recorder_rotate() makes records go to the files of `rotation`; the first one is that of the sink. Call it
 * before anything is written. */
void recorder_rotate(struct recorder *recorder, struct rotation *rotation);

/* recorder_flush() flushes the sink; recorder_flush_when_due() does so when the sink considers it time
 * (byte_sink.h). recorder_finish() ends format and stream; then no record is waiting. */
void recorder_flush(struct recorder *recorder);
void recorder_flush_when_due(struct recorder *recorder, uint64_t now_ns);
void recorder_finish(struct recorder *recorder);

/* recorder_pass() makes everything appended go through, with the records that the encoder holds.
 * recorder_forget() does the same, and restarts all counts at zero. */
void recorder_pass(struct recorder *recorder);
void recorder_forget(struct recorder *recorder);

/* recorder_waits() returns whether there is something to flush. */
static inline bool recorder_waits(const struct recorder *recorder)
{
    return recorder->mark_count != 0;
}

/* recorder_error() returns 0, or the negative errno after which nothing more is written. */
static inline int recorder_error(const struct recorder *recorder)
{
    return byte_sink_error(recorder->sink);
}
