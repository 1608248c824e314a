// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output formats: each is one file, and one line in the table of format.c.
 *
 * A format is an encoder with a state and an end, over a byte sink:
 *
 *   encoder_open() ──> encoder_begin() ──> encoder_record()… ──> encoder_finish() ──> encoder_close()
 *
 * An encoder may hold records back, to write many as one block; `held` is their number. The recorder
 * (recorder.h) counts them as written when their block is through. The sink keeps the first error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/choices.h"
#include "output/byte_sink.h"
#include "output/column.h"
#include "output/record.h"

struct survey_metadata;

enum {
    FORMAT_RECORD_MAX = 2048, /* the longest line of a record, in any format and with any columns */
    FORMAT_MEMORY = 1 << 30,
};

/* The first member of every encoder. */
struct encoder {
    const struct output_format *format;
    struct byte_sink *sink;
    struct column_list columns;
    uint64_t held; /* records that were taken and are not completely in the sink */
    uint64_t
        began; /* position in the sink's stream where the file begins; it may be before the stream's start:
                  modulo 2^64 */
    uint64_t left_out; /* records that the format cannot represent */
    uint64_t memory;   /* bytes for sorting, if the format sorts: FORMAT_MEMORY, unless set before the first
                   record */
};

struct output_format {
    const char *name;      /* for --format */
    const char *extension; /* ".csv" */
    const char *not_held;  /* what a record has that the format cannot hold, for users; NULL: it holds all
                              columns */
    bool at_end;           /* nothing is written before the end: a killed run leaves nothing */
    bool sealed;           /* only hopwire can read a file without its end */
    bool appendable;       /* further records can be appended to a file of complete records, unless it was
                       compressed and is `sealed` */
    bool tells_unanswered; /* it takes records with RECORD_UNANSWERED; other formats do not get these */
    size_t size;           /* of its encoder, which begins with struct encoder; the rest is zero at first */
    /* Allocates what it needs. NULL: nothing. Returns 0 or a negative errno; close() may be called after
     * either. */
    int (*open)(struct encoder *encoder);
    /* Writes what comes before the records. `metadata` is NULL for records of no survey. NULL: nothing. */
    void (*begin)(struct encoder *encoder, const struct survey_metadata *metadata);
    void (*record)(struct encoder *encoder, const struct record *record);
    /* Used instead of begin(): restores the state after the first `position` bytes of a file, which is
     * readable by `fd`. NULL: not needed. Returns 0 or a negative errno. */
    int (*resume)(struct encoder *encoder, int fd, uint64_t position);
    /* Writes the held records. NULL: none are held. */
    void (*flush)(struct encoder *encoder);
    /* Writes the held records and the end of the file. NULL: nothing. */
    void (*finish)(struct encoder *encoder);
    void (*close)(struct encoder *encoder); /* frees what open() allocated; NULL: nothing */
};

/* CSV and JSON lines are valid up to the last newline, wherever they were cut off. Parquet needs its end,
 * which can be made again (output/parquet_journal.h). */
extern const struct output_format output_csv;
extern const struct output_format output_jsonl;
extern const struct output_format output_parquet;
extern const struct output_format output_warts;
extern const struct output_format output_yrp;

/* encoder_open() makes an encoder of `format` that writes to `sink`, which the caller owns; it writes nothing
 * yet. `columns` is NULL for the default ones. Returns 0 or a negative errno. encoder_close() frees it
 * without writing an end; it also accepts NULL. */
int encoder_open(struct encoder **out, const struct output_format *format, const struct column_list *columns,
                 struct byte_sink *sink);
void encoder_close(struct encoder *encoder);

void encoder_begin(struct encoder *encoder, const struct survey_metadata *metadata);

/* encoder_continue() is used instead of encoder_begin(): records follow the first `position` bytes of the
 * file `fd`, which end with a record. It reads the file, which the caller still owns. Returns 0 or a negative
 * errno. */
int encoder_continue(struct encoder *encoder, int fd, uint64_t position);

/* encoder_flush() writes all held records, as if no more came soon; encoder_finish() also writes the end of
 * the file. */
void encoder_flush(struct encoder *encoder);
void encoder_finish(struct encoder *encoder);

static inline void encoder_record(struct encoder *encoder, const struct record *record)
{
    if (!(record->flags & RECORD_UNANSWERED) || encoder->format->tells_unanswered)
        encoder->format->record(encoder, record);
}

/* output_format_find() returns the format of a name. output_format_for_path() returns that of a path's
 * extension, after removing that of a compressed file (output/packing.h). Both return NULL if there is
 * none. */
const struct output_format *output_format_find(const char *name);
const struct output_format *output_format_for_path(const char *path);

/* The names of the formats, and their extensions. */
choice_at output_format_choices, output_format_extensions;
