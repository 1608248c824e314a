// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parquet: groups of records, column by column, with a footer at the end that describes them. No reader
 * accepts a file without the footer; from the data between the groups it can be made again:
 * output/parquet_journal.h.
 *
 * Source: Apache Parquet's format specification (parquet.thrift, Encodings.md).
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/version.h"
#include "output/format.h"
#include "output/metadata.h"
#include "output/parquet_column.h"
#include "output/parquet_journal.h"

enum {
    /* If fewer, dictionaries are written more often; if more, it takes more memory: each record takes its
     * size in the file, and each address in a dictionary 36 bytes. */
    GROUP_RECORDS = 1000 * 1000,
};

/* A slow survey that is killed loses at most the replies that arrived within this time. */
#define GROUP_US (30 * NS_PER_S / NS_PER_US)

struct parquet_encoder {
    struct encoder base;
    struct parquet_column columns[RECORD_COLUMNS];
    struct parquet_press press;
    struct parquet_journal journal;     /* of the data written so far */
    struct record batch[PARQUET_BATCH]; /* the last records, which columns do not have yet */
    unsigned batched;
    uint64_t first_us; /* arrival of the first held record; RECORD_NO_TIME: unknown */
};

static struct parquet_encoder *of(struct encoder *encoder)
{
    return (struct parquet_encoder *)encoder;
}

static int open_columns(struct encoder *encoder)
{
    struct parquet_encoder *self = of(encoder);
    int error = parquet_press_open(&self->press);

    for (unsigned i = 0; i < encoder->columns.count && !error; i++)
        error = parquet_column_open(&self->columns[i], encoder->columns.columns[i]);
    return error;
}

static void close_columns(struct encoder *encoder)
{
    struct parquet_encoder *self = of(encoder);

    for (unsigned i = 0; i < encoder->columns.count; i++)
        parquet_column_close(&self->columns[i]);
    parquet_press_close(&self->press);
    parquet_journal_free(&self->journal);
}

/* Version and schema, beginning with the root. */
static void describe_columns(struct parquet_encoder *self)
{
    struct thrift thrift = thrift_begin(&self->journal.head);
    unsigned count = self->base.columns.count;

    thrift_i32(&thrift, 1, 1);
    thrift_list(&thrift, 2, THRIFT_STRUCT, count + 1UL);
    thrift_element(&thrift);
    thrift_text(&thrift, 4, "records");
    thrift_i32(&thrift, 5, (int32_t)count);
    thrift_end(&thrift);
    for (unsigned i = 0; i < count; i++)
        parquet_column_schema(&self->columns[i], &thrift);
}

static void put_metadata(struct thrift *thrift, const char *text)
{
    thrift_list(thrift, 5, THRIFT_STRUCT, 1);
    thrift_element(thrift);
    thrift_text(thrift, 1, "hopwire");
    thrift_text(thrift, 2, text);
    thrift_end(thrift);
}

/* If memory is short, the metadata are left out, because the records matter more. */
static void describe_origin(struct parquet_encoder *self, const struct survey_metadata *metadata)
{
    struct thrift thrift = thrift_begin(&self->journal.tail);
    char *text = metadata ? metadata_public_text(metadata) : NULL;
    char creator[96];

    thrift.last[0] = 4; /* number of the field before it */
    snprintf(creator, sizeof(creator), "hopwire version %s", hopwire_version());
    if (text)
        put_metadata(&thrift, text);
    thrift_text(&thrift, 6, creator);
    thrift_end(&thrift);
    free(text);
}

/* Writes the bytes, or reports why they could not be made. */
static void hand_over(struct encoder *encoder, const struct bytes *bytes)
{
    if (bytes->failed)
        byte_sink_fail(encoder->sink, -ENOMEM);
    else
        byte_sink_write(encoder->sink, bytes->data, bytes->length);
}

static void begin_file(struct encoder *encoder, const struct survey_metadata *metadata)
{
    struct parquet_encoder *self = of(encoder);

    describe_columns(self);
    describe_origin(self, metadata);
    byte_sink_write(encoder->sink, PARQUET_MAGIC, PARQUET_MAGIC_SIZE);
    parquet_frame_put(encoder->sink, parquet_head_tag,
                      &(struct parquet_frame){.first = self->journal.head.length,
                                              .second = (uint32_t)self->journal.tail.length});
    hand_over(encoder, &self->journal.head);
    hand_over(encoder, &self->journal.tail);
}

/* Writes a RowGroup, whose pages are at `offset`. */
static void describe_group(const struct parquet_encoder *self, int64_t offset, struct bytes *out)
{
    struct thrift thrift = thrift_begin(out);
    int64_t plain_bytes = 0;

    thrift_list(&thrift, 1, THRIFT_STRUCT, self->base.columns.count);
    for (unsigned i = 0; i < self->base.columns.count; i++) {
        const struct parquet_chunk *chunk = &self->columns[i].chunk;

        parquet_column_chunk(&self->columns[i], offset, &thrift);
        offset += (int64_t)(chunk->dictionary.length + chunk->data.length);
        plain_bytes += chunk->plain_bytes;
    }
    thrift_i64(&thrift, 2, plain_bytes);
    thrift_i64(&thrift, 3, (int64_t)self->base.held);
    thrift_end(&thrift);
}

static uint64_t count_bytes(const struct parquet_encoder *self)
{
    uint64_t count = 0;

    for (unsigned i = 0; i < self->base.columns.count; i++)
        count += self->columns[i].chunk.dictionary.length + self->columns[i].chunk.data.length;
    return count;
}

static void put_group(struct encoder *encoder)
{
    struct parquet_encoder *self = of(encoder);
    struct bytes group = {0};

    describe_group(self, (int64_t)(encoder->sink->given - encoder->began) + PARQUET_FRAME_SIZE, &group);
    parquet_frame_put(encoder->sink, parquet_group_tag,
                      &(struct parquet_frame){.records = (uint32_t)encoder->held,
                                              .first = count_bytes(self),
                                              .second = (uint32_t)group.length});
    for (unsigned i = 0; i < encoder->columns.count; i++) {
        hand_over(encoder, &self->columns[i].chunk.dictionary);
        hand_over(encoder, &self->columns[i].chunk.data);
    }
    hand_over(encoder, &group);
    bytes_put(&self->journal.groups, group.data, group.length);
    bytes_free(&group);
}

/* Returns true if columns hold as much as they should. */
static bool take_batch(struct parquet_encoder *self)
{
    bool full = false;

    for (unsigned i = 0; i < self->base.columns.count; i++) {
        parquet_column_add(&self->columns[i], self->batch, self->batched, &self->press);
        full |= parquet_column_is_full(&self->columns[i]);
    }
    self->batched = 0;
    return full;
}

static void write_group(struct encoder *encoder)
{
    struct parquet_encoder *self = of(encoder);

    take_batch(self);
    for (unsigned i = 0; i < encoder->columns.count; i++)
        parquet_column_end(&self->columns[i], &self->press);
    put_group(encoder);
    for (unsigned i = 0; i < encoder->columns.count; i++)
        parquet_column_clear(&self->columns[i]);
    self->journal.group_count++;
    self->journal.records += encoder->held;
    encoder->held = 0;
}

/* Replies come nearly in the order of their arrival. */
static bool is_due(const struct parquet_encoder *self, const struct record *record)
{
    return self->base.held >= GROUP_RECORDS ||
           (self->first_us != RECORD_NO_TIME && record->time_us > self->first_us + GROUP_US);
}

static void write_record(struct encoder *encoder, const struct record *record)
{
    struct parquet_encoder *self = of(encoder);
    bool full = false;

    if (!encoder->held)
        self->first_us = record->time_us;
    self->batch[self->batched++] = *record;
    encoder->held++;
    if (self->batched == PARQUET_BATCH)
        full = take_batch(self);
    if (full || is_due(self, record))
        write_group(encoder);
}

static int resume_file(struct encoder *encoder, int fd, uint64_t position)
{
    return parquet_journal_read(&of(encoder)->journal, fd, position);
}

static void finish_file(struct encoder *encoder)
{
    struct parquet_encoder *self = of(encoder);
    struct bytes footer = {0};

    encoder_flush(encoder);
    parquet_footer_put(&footer, &self->journal);
    hand_over(encoder, &footer);
    bytes_free(&footer);
}

const struct output_format output_parquet = {
    .name = "parquet",
    .extension = ".parquet",
    .sealed = true,
    .appendable = true,
    .size = sizeof(struct parquet_encoder),
    .open = open_columns,
    .begin = begin_file,
    .record = write_record,
    .resume = resume_file,
    .flush = write_group,
    .finish = finish_file,
    .close = close_columns,
};
