// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_column.h"

#include <errno.h>
#include <string.h>

#include "output/format.h"
#include "output/text.h"

enum {
    /* The values of a page stay in the second-level cache until they are packed; smaller pages make files a
     * per cent larger. Must be a whole number of batches. */
    PAGE_RECORDS = 16 * 1024,
    /* In a group of at least this many records, if more than half of the addresses are different, the
     * dictionary takes more time and room than plain addresses. */
    PLAIN_RECORDS = 100,
    PLAIN_GROUPS = 16, /* then the dictionary is tried again */
    /* After this many records, if nearly all were different, the encoding changes before the end of the
     * group. If fewer, targets that repeat later in the group look like all different. */
    PLAIN_EARLY = 8 * PAGE_RECORDS,
};

static bool is_text(const struct parquet_column *self)
{
    return column_is_text(self->column);
}

static bool is_optional(const struct parquet_column *self)
{
    return parquet_column_is_optional(self->column);
}

static bool is_byte(const struct parquet_column *self)
{
    return parquet_column_is_byte(self->column);
}

int parquet_column_open(struct parquet_column *self, const struct record_column *column)
{
    *self = (struct parquet_column){.column = column, .empty = -1};
    return is_text(self) ? text_dictionary_open(&self->texts,
                                                column->kind == COLUMN_ADDRESS ? sizeof(struct address) : 0)
                         : 0;
}

void parquet_column_close(struct parquet_column *self)
{
    bytes_free(&self->values);
    bytes_free(&self->known);
    parquet_chunk_free(&self->chunk);
    text_dictionary_close(&self->texts);
}

/* For the next group. */
static void choose_encoding(struct parquet_column *self)
{
    if (self->plain)
        self->plain = ++self->plain_groups < PLAIN_GROUPS;
    else if (self->column->kind == COLUMN_ADDRESS && self->paged >= PLAIN_RECORDS)
        self->plain = self->texts.count > self->paged / 2;
    if (!self->plain)
        self->plain_groups = 0;
}

/* For the next page. */
static void choose_early(struct parquet_column *self)
{
    if (self->column->kind == COLUMN_ADDRESS && self->paged == PLAIN_EARLY)
        self->plain |= self->texts.count > PLAIN_EARLY / 8 * 7;
}

void parquet_column_clear(struct parquet_column *self)
{
    choose_encoding(self);
    parquet_chunk_clear(&self->chunk);
    self->paged = 0;
    self->empty = -1;
    if (is_text(self))
        text_dictionary_clear(&self->texts);
}

bool parquet_column_is_full(const struct parquet_column *self)
{
    return self->texts.values.length >= TEXT_DICTIONARY_FULL;
}

/* Whether a list is empty, as most are: then no text is made. */
static bool is_empty(const struct record_column *column, const struct record *record)
{
    switch (column->kind) {
    case COLUMN_MPLS:
        return record->label_count == 0;
    case COLUMN_FLAGS:
        return record->flags == 0;
    default:
        return record->objects_length == 0;
    }
}

static uint32_t text_number(struct parquet_column *self, const struct record *record)
{
    char text[FORMAT_RECORD_MAX];
    const char *end = text_put_list(text, self->column, record);

    return text_dictionary_number(&self->texts, text, (size_t)(end - text));
}

static void number_lists(struct parquet_column *self, const struct record *records, unsigned n,
                         uint32_t *numbers)
{
    for (unsigned i = 0; i < n; i++) {
        bool empty = is_empty(self->column, &records[i]);

        if (empty && self->empty < 0)
            self->empty = text_dictionary_number(&self->texts, "", 0);
        numbers[i] = empty ? (uint32_t)self->empty : text_number(self, &records[i]);
    }
}

/* An address is looked up in binary, and becomes text once for all records that have it. */
static void add_texts(struct parquet_column *self, const struct record *records, unsigned n)
{
    uint32_t *numbers = (uint32_t *)(void *)bytes_reserve(&self->values, n * sizeof(*numbers));

    if (!numbers)
        return;
    if (self->column->kind == COLUMN_ADDRESS)
        text_dictionary_numbers(&self->texts, (const char *)records + self->column->offset, sizeof(*records),
                                n, numbers);
    else
        number_lists(self, records, n, numbers);
    self->values.length += n * sizeof(*numbers);
}

static void add_plain_texts(struct parquet_column *self, const struct record *records, unsigned n)
{
    char *to = (char *)bytes_reserve(&self->values, n * (sizeof(uint32_t) + ADDRESS_TEXT_SIZE)), *start = to;

    if (!to)
        return;
    for (unsigned i = 0; i < n; i++) {
        char *text = to + sizeof(uint32_t);
        char *end = text_put_address(text, column_load_address(self->column, &records[i]));
        uint32_t length = (uint32_t)(end - text);

        memcpy(to, &length, sizeof(length));
        to = end;
    }
    self->values.length += (size_t)(to - start);
}

/* Little-endian, like all machines that hopwire supports: the lowest bytes come first. */
static size_t value_size(const struct parquet_column *self)
{
    return is_byte(self) ? 1 : parquet_column_is_wide(self->column) ? sizeof(uint64_t) : sizeof(uint32_t);
}

static void add_known(struct parquet_column *self, const struct record *records, unsigned n)
{
    const struct record_column *column = self->column;
    size_t size = value_size(self);
    uint8_t *to = bytes_reserve(&self->values, n * sizeof(uint64_t)), *start = to;
    uint64_t known = 0;

    if (!to)
        return;
    for (unsigned i = 0; i < n; i++) {
        uint64_t value = column_load(column, &records[i]);
        bool is_known = value != column->unknown;

        known |= (uint64_t)is_known << i;
        memcpy(to, &value, sizeof(value));
        to += is_known ? size : 0;
    }
    self->values.length += (size_t)(to - start);
    bytes_put(&self->known, &known, sizeof(known));
}

/* One loop per size, so that the size is a constant for the compiler. */
static inline __attribute__((always_inline)) void copy(uint8_t *to, size_t width, const uint8_t *from,
                                                       size_t size, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        uint64_t value = 0;

        memcpy(&value, from + i * sizeof(struct record), size);
        memcpy(to + i * width, &value, width);
    }
}

static void add_numbers(struct parquet_column *self, const struct record *records, unsigned n)
{
    const uint8_t *from = (const uint8_t *)records + self->column->offset;
    size_t width = value_size(self);
    uint8_t *to = bytes_reserve(&self->values, n * width);

    if (!to)
        return;
    switch (self->column->size) {
    case sizeof(uint8_t):
        copy(to, sizeof(uint8_t), from, sizeof(uint8_t), n);
        break;
    case sizeof(uint16_t):
        copy(to, sizeof(uint32_t), from, sizeof(uint16_t), n);
        break;
    case sizeof(uint32_t):
        copy(to, sizeof(uint32_t), from, sizeof(uint32_t), n);
        break;
    default:
        copy(to, sizeof(uint64_t), from, sizeof(uint64_t), n);
    }
    self->values.length += n * width;
}

void parquet_column_add(struct parquet_column *self, const struct record *records, unsigned n,
                        struct parquet_press *press)
{
    if (self->plain)
        add_plain_texts(self, records, n);
    else if (is_text(self))
        add_texts(self, records, n);
    else if (is_optional(self))
        add_known(self, records, n);
    else
        add_numbers(self, records, n);
    self->records += n;
    if (self->records == PAGE_RECORDS) {
        parquet_column_end_page(self, press);
        choose_early(self);
    }
}
