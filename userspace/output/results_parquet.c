// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/results_parquet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "output/parquet_journal.h"
#include "output/parquet_read.h"
#include "output/results_line.h"

enum {
    COLUMNS_MAX = RESULTS_COLUMNS_MAX,
    /* A larger group is not one of ours: 1 M records with all columns take a tenth of it. */
    GROUP_MOST = 1 << 30,
    BATCH = 64, /* records that are filled in together, column by column */
};

struct parquet_file {
    struct unpacked_file file;
    ZSTD_DCtx *unpacker;
    unsigned count;
    struct parquet_reading columns[COLUMNS_MAX];
    struct bytes frame; /* contents of the last frame */
    uint32_t group;     /* records of the last group */
    uint32_t left;      /* of these: not in a batch yet */
    struct record batch[BATCH];
    unsigned batched, next; /* in the batch, and the first that was not returned yet */
    uint64_t records;       /* returned so far */
    uint64_t begin, end;    /* of the last complete frame with its contents */
    bool footer;            /* the last bytes read are no frame: the footer begins where the groups end */
};

static int not_ours(struct error_text *error)
{
    return error_text_set(error, -EINVAL,
                          "Parquet of another program: let that program, or DuckDB, convert it to CSV");
}

/* Returns 1, or 0 if the file ends before. */
static int read_exactly(struct parquet_file *self, void *out, size_t size, struct error_text *error)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = unpacked_file_read(&self->file, (char *)out + done, size - done);

        if (n < 0)
            return error_text_set(error, (int)n, "cannot be read: %s", unpacked_file_strerror((int)n));
        if (n == 0)
            return 0;
        done += (size_t)n;
    }
    return 1;
}

/* Reads the next frame and its contents. Returns 1, or 0 if there is no complete one. */
static int read_frame(struct parquet_file *self, const char tag[8], struct parquet_frame *frame,
                      struct error_text *error)
{
    uint8_t head[PARQUET_FRAME_SIZE];
    int got = read_exactly(self, head, sizeof(head), error);

    if (got != 1)
        return got;
    if (!parquet_frame_get(head, tag, frame)) {
        self->footer = true;
        return 0;
    }
    if (frame->first > GROUP_MOST || frame->second > GROUP_MOST)
        return error_text_set(error, -EINVAL, "a frame is damaged");
    bytes_clear(&self->frame);
    if (!bytes_reserve(&self->frame, frame->first + frame->second))
        return error_text_set(error, -ENOMEM, "out of memory");
    self->frame.length = frame->first + frame->second;
    got = read_exactly(self, self->frame.data, self->frame.length, error);
    if (got == 1) {
        self->begin = self->end;
        self->end += sizeof(head) + self->frame.length;
    }
    return got;
}

/* Reads a SchemaElement; the root, which has no type, is not needed. */
static void read_element(struct thrift_source *source, struct span *name, bool *optional)
{
    enum thrift_type type;
    int field = 0;

    while (thrift_next(source, &field, &type))
        if (field == 4 && type == THRIFT_TEXT)
            *name = thrift_span(source);
        else if (field == 3 && type == THRIFT_I32)
            *optional = thrift_number(source) == 1;
        else
            thrift_skip(source, type);
}

static void read_schema(struct parquet_file *self, struct thrift_source *source)
{
    enum thrift_type type;
    size_t length = thrift_list_length(source, &type);

    for (size_t i = 0; i < length && !source->damaged; i++) {
        struct span name = {"", 0};
        bool optional = false;

        read_element(source, &name, &optional);
        if (i == 0 || self->count == COLUMNS_MAX)
            continue;
        self->columns[self->count++] =
            (struct parquet_reading){.column = column_find(name), .optional = optional};
    }
}

/* The head of the footer is a struct without its end. */
static void read_head(struct parquet_file *self, size_t length)
{
    struct thrift_source source = {.at = self->frame.data, .end = self->frame.data + length};
    enum thrift_type type;
    int field = 0;

    while (source.at != source.end && thrift_next(&source, &field, &type))
        if (field == 2 && type == THRIFT_LIST)
            read_schema(self, &source);
        else
            thrift_skip(&source, type);
}

static bool has_column(const struct parquet_file *self, const struct record_column *column)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->columns[i].column == column)
            return true;
    return false;
}

/* Whether the file has a known column: otherwise nothing limits the number of records that a group claims to
 * have. */
static bool has_any(const struct parquet_file *self)
{
    for (unsigned i = 0; i < self->count; i++)
        if (self->columns[i].column)
            return true;
    return false;
}

static int begin(struct parquet_file *self, const struct column_list *needed, struct error_text *error)
{
    char magic[PARQUET_MAGIC_SIZE];
    struct parquet_frame frame;
    int got = read_exactly(self, magic, sizeof(magic), error);

    self->end = sizeof(magic);
    if (got == 1)
        got = read_frame(self, parquet_head_tag, &frame, error);
    if (got != 1)
        return got ? got : not_ours(error);
    read_head(self, frame.first);
    if (!has_any(self))
        return not_ours(error);
    for (unsigned i = 0; i < needed->count; i++)
        if (!has_column(self, needed->columns[i]))
            return error_text_set(error, -EINVAL, "column '%s' is missing", needed->columns[i]->name);
    return 0;
}

int parquet_file_open(struct parquet_file **out, struct unpacked_file *file, const struct column_list *needed,
                      struct error_text *error)
{
    struct parquet_file *self = calloc(1, sizeof(*self));

    if (!self) {
        unpacked_file_close(file);
        return error_text_set(error, -ENOMEM, "out of memory");
    }
    self->file = *file;
    self->unpacker = ZSTD_createDCtx();
    int result =
        self->unpacker ? begin(self, needed, error) : error_text_set(error, -ENOMEM, "out of memory");

    if (result)
        parquet_file_close(self);
    else
        *out = self;
    return result;
}

/* Returns 1; or 0 if there is no further group: the footer, nothing, or half a group follows. */
static int next_group(struct parquet_file *self, struct error_text *error)
{
    struct parquet_frame frame = {0};
    int got = read_frame(self, parquet_group_tag, &frame, error);

    if (got != 1)
        return got;
    struct thrift_source pages = {.at = self->frame.data, .end = self->frame.data + frame.first};

    self->group = self->left = frame.records;
    for (unsigned i = 0; i < self->count; i++) {
        int result = parquet_reading_group(&self->columns[i], &pages, frame.records, error);

        if (result)
            return result;
    }
    return 1;
}

static int next_batch(struct parquet_file *self, struct error_text *error)
{
    unsigned n = self->left < BATCH ? self->left : BATCH, taken = 0;
    int result = 0;

    for (unsigned i = 0; i < n; i++)
        self->batch[i] = column_empty_record();
    for (unsigned i = 0; i < self->count && !result; i++)
        if (self->columns[i].column)
            result = parquet_reading_take(&self->columns[i], self->batch, n, self->unpacker, &taken, error);
    if (result) {
        self->records += taken;
        return result;
    }
    self->left -= n;
    self->batched = n;
    self->next = 0;
    return 1;
}

int parquet_file_next(struct parquet_file *self, struct record *out, struct error_text *error)
{
    int got = 1;

    if (self->next == self->batched) {
        while (got == 1 && !self->left)
            got = next_group(self, error);
        if (got == 1)
            got = next_batch(self, error);
        if (got != 1)
            return got;
    }
    *out = self->batch[self->next++];
    self->records++;
    return 1;
}

struct column_list parquet_file_columns(const struct parquet_file *self)
{
    struct column_list list = {0};

    for (unsigned i = 0; i < self->count; i++)
        if (self->columns[i].column && !column_list_has(&list, self->columns[i].column))
            list.columns[list.count++] = self->columns[i].column;
    return list;
}

bool parquet_file_is_cut(const struct parquet_file *self)
{
    return !self->footer;
}

/* Returns how many records of the last group were not returned yet. */
static uint32_t still_to_give(const struct parquet_file *self)
{
    return self->left + (self->batched - self->next);
}

uint64_t parquet_file_position(const struct parquet_file *self)
{
    return still_to_give(self) ? self->begin : self->end;
}

uint32_t parquet_file_beyond(const struct parquet_file *self)
{
    return still_to_give(self) ? self->group - still_to_give(self) : 0;
}

uint64_t parquet_file_records(const struct parquet_file *self)
{
    return self->records;
}

void parquet_file_close(struct parquet_file *self)
{
    for (unsigned i = 0; i < self->count; i++)
        parquet_reading_free(&self->columns[i]);
    bytes_free(&self->frame);
    ZSTD_freeDCtx(self->unpacker);
    unpacked_file_close(&self->file);
    free(self);
}
