// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Output formats: one file each, one line in the table of format.c.
 *
 * A format is an encoder with state and an end, over a byte sink:
 *
 *   encoder_open() ──> encoder_begin() ──> encoder_record()… ──> encoder_finish() ──> encoder_close()
 *
 * An encoder may hold records back, to write many as one block; `held` says how many, and whoever counts
 * records (recorder.h) counts them once their block is through. Errors are the sink's, which keeps the first.
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
    FORMAT_RECORD_MAX = 2048, /* no line of a record is longer, whichever its format and columns */
    FORMAT_MEMORY = 1 << 30,
};

/* What all encoders begin with. */
struct encoder {
    const struct output_format *format;
    struct byte_sink *sink;
    struct column_list columns;
    uint64_t held; /* records that were taken and of which the sink has not got all */
    uint64_t
        began; /* where in the sink's stream its file begins, which may be before the stream did: modulo 2^64 */
    uint64_t left_out; /* records that the format cannot tell */
    uint64_t
        memory; /* bytes in which a format sorts that has to: FORMAT_MEMORY, unless set before the first record */
};

struct output_format {
    const char *name;      /* for --format */
    const char *extension; /* ".csv" */
    const char *not_held;  /* what of a record it has no place for, for users; NULL: it holds all columns */
    bool at_end;           /* nothing is written before the end: what is killed leaves nothing */
    bool sealed;           /* nobody but hopwire reads a file without its end */
    bool
        appendable; /* a file of whole records can be gone on with, unless it was compressed and is `sealed` */
    bool tells_unanswered; /* it takes records that are RECORD_UNANSWERED; others are not given such */
    size_t size;           /* of its encoder, which begins with struct encoder and is zero apart from it */
    /* Allocates what it needs. NULL: nothing. 0 or a negative errno; close() is right after both. */
    int (*open)(struct encoder *encoder);
    /* Writes what stands before the records. `metadata`: NULL where they are of no survey. NULL: nothing. */
    void (*begin)(struct encoder *encoder, const struct survey_metadata *metadata);
    void (*record)(struct encoder *encoder, const struct record *record);
    /* Instead of begin(): takes up what stands before `position` in a file that can be read by `fd`. NULL: nothing needs
     * to be. 0 or a negative errno. */
    int (*resume)(struct encoder *encoder, int fd, uint64_t position);
    /* Writes the records that are held. NULL: none are. */
    void (*flush)(struct encoder *encoder);
    /* Writes the records that are held and what stands behind them. NULL: nothing. */
    void (*finish)(struct encoder *encoder);
    void (*close)(struct encoder *encoder); /* frees what open() allocated; NULL: nothing */
};

/* Of CSV and JSON lines, files that were cut off anywhere are valid to the last newline; Parquet needs its end,
 * which can be made again (output/parquet_journal.h). */
extern const struct output_format output_csv;
extern const struct output_format output_jsonl;
extern const struct output_format output_parquet;
extern const struct output_format output_warts;
extern const struct output_format output_yrp;

/* encoder_open() makes an encoder of `format` that writes to `sink`, the caller's; nothing is written yet.
 * `columns`: NULL for the usual ones. 0 or a negative errno. encoder_close() frees it, without an end; it
 * takes NULL, too. */
int encoder_open(struct encoder **out, const struct output_format *format, const struct column_list *columns,
                 struct byte_sink *sink);
void encoder_close(struct encoder *encoder);

void encoder_begin(struct encoder *encoder, const struct survey_metadata *metadata);

/* encoder_continue(), instead, has records follow `position` bytes of the file `fd`, where a record ends: it is read, and
 * remains the caller's. 0 or a negative errno. */
int encoder_continue(struct encoder *encoder, int fd, uint64_t position);

/* encoder_flush() writes all that is held, as if no more came soon; encoder_finish() does so, and what ends the file. */
void encoder_flush(struct encoder *encoder);
void encoder_finish(struct encoder *encoder);

static inline void encoder_record(struct encoder *encoder, const struct record *record)
{
    if (!(record->flags & RECORD_UNANSWERED) || encoder->format->tells_unanswered)
        encoder->format->record(encoder, record);
}

/* output_format_find() looks a name up, output_format_for_path() the extension of a path, that of a
 * compressed file (output/packing.h) apart; NULL where there is none. */
const struct output_format *output_format_find(const char *name);
const struct output_format *output_format_for_path(const char *path);

/* Their names, and their extensions. */
choice_at output_format_choices, output_format_extensions;
