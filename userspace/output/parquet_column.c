// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_column.h"

#include <errno.h>
#include <string.h>

#include "output/format.h"
#include "output/text.h"

enum {
    BYTE_VALUES = 256,
    /* Of so many records, where more than half of the addresses were different, looking them up and naming them by
     * numbers takes longer than writing them, and more room. */
    PLAIN_RECORDS = 100,
    PLAIN_GROUPS = 16, /* then it is looked at again */
};

/* ConvertedType of parquet.thrift: what a number or text means to readers. */
enum {
    CONVERTED_UTF8 = 0,
    CONVERTED_UINT8 = 11,
    CONVERTED_UINT16 = 12,
    CONVERTED_UINT32 = 13,
    CONVERTED_UINT64 = 14,
};

enum {
    REQUIRED = 0,
    OPTIONAL = 1,
};

static bool is_text(const struct parquet_column *self)
{
    return self->column->kind != COLUMN_NUMBER && self->column->kind != COLUMN_KNOWN;
}

static bool is_optional(const struct parquet_column *self)
{
    return self->column->kind == COLUMN_KNOWN;
}

static bool is_byte(const struct parquet_column *self)
{
    return !is_text(self) && self->column->size == sizeof(uint8_t);
}

static bool is_wide(const struct parquet_column *self)
{
    return !is_text(self) && self->column->size == sizeof(uint64_t);
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
    text_dictionary_close(&self->texts);
}

static void choose_encoding(struct parquet_column *self)
{
    if (self->plain)
        self->plain = ++self->plain_groups < PLAIN_GROUPS;
    else if (self->records >= PLAIN_RECORDS && self->column->kind == COLUMN_ADDRESS) {
        self->plain = self->texts.count > self->records / 2;
        self->plain_groups = 0;
    }
}

void parquet_column_clear(struct parquet_column *self)
{
    choose_encoding(self);
    bytes_clear(&self->values);
    bytes_clear(&self->known);
    self->records = 0;
    self->empty = -1;
    if (is_text(self))
        text_dictionary_clear(&self->texts);
}

bool parquet_column_is_full(const struct parquet_column *self)
{
    return self->texts.values.length >= TEXT_DICTIONARY_FULL;
}

static uint32_t list_number(struct parquet_column *self, const struct record *record)
{
    char text[FORMAT_RECORD_MAX];
    const char *end = text_put_list(text, self->column, record);

    if (end != text)
        return text_dictionary_number(&self->texts, text, (size_t)(end - text));
    if (self->empty < 0)
        self->empty = text_dictionary_number(&self->texts, text, 0);
    return (uint32_t)self->empty;
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

/* An address is looked up as it is, and becomes text once for all records that have it. */
static void add_texts(struct parquet_column *self, const struct record *records, unsigned n)
{
    uint32_t numbers[PARQUET_BATCH];

    if (self->column->kind == COLUMN_ADDRESS)
        text_dictionary_numbers(&self->texts, (const char *)records + self->column->offset, sizeof(*records),
                                n, numbers);
    else
        for (unsigned i = 0; i < n; i++)
            numbers[i] = list_number(self, &records[i]);
    bytes_put(&self->values, numbers, n * sizeof(numbers[0]));
}

/* Little-endian, as all machines that hopwire knows: the lowest bytes come first. */
static size_t value_size(const struct parquet_column *self)
{
    return is_byte(self) ? 1 : is_wide(self) ? sizeof(uint64_t) : sizeof(uint32_t);
}

static void add_known(struct parquet_column *self, const struct record *records, unsigned n)
{
    const struct record_column *column = self->column;
    size_t size = value_size(self);
    uint8_t *to = bytes_reserve(&self->values, n * sizeof(uint64_t)), *start = to;
    size_t bits = (self->records + n + 7) / 8;

    while (self->known.length < bits && !self->known.failed)
        bytes_put(&self->known, "", 1);
    if (!to || self->known.failed)
        return;
    for (unsigned i = 0; i < n; i++) {
        uint64_t value = column_load(column, &records[i]);
        bool known = value != column->unknown;
        uint32_t at = self->records + i;

        self->known.data[at / 8] |= (uint8_t)(known << at % 8);
        memcpy(to, &value, sizeof(value));
        to += known ? size : 0;
    }
    self->values.length += (size_t)(to - start);
}

static void add_numbers(struct parquet_column *self, const struct record *records, unsigned n)
{
    const struct record_column *column = self->column;
    size_t size = value_size(self);
    uint8_t *to = bytes_reserve(&self->values, n * sizeof(uint64_t));

    if (!to)
        return;
    for (unsigned i = 0; i < n; i++, to += size) {
        uint64_t value = column_load(column, &records[i]);

        memcpy(to, &value, sizeof(value));
    }
    self->values.length += n * size;
}

void parquet_column_add(struct parquet_column *self, const struct record *records, unsigned n)
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
}

/* The texts of addresses, in the order of their numbers. */
static void put_addresses(const struct text_dictionary *texts, struct bytes *out)
{
    const uint8_t *from = texts->values.data;

    for (uint32_t i = 0; i < texts->count; i++, from += sizeof(uint32_t) + sizeof(struct address)) {
        char text[ADDRESS_TEXT_SIZE];
        struct address address;

        memcpy(&address, from + sizeof(uint32_t), sizeof(address));
        size_t length = (size_t)(text_put_address(text, address) - text);

        bytes_put_u32(out, (uint32_t)length);
        bytes_put(out, text, length);
    }
}

static void write_texts(const struct parquet_column *self, struct parquet_pages *pages,
                        struct parquet_chunk *chunk)
{
    const struct text_dictionary *texts = &self->texts;
    bool addresses = self->column->kind == COLUMN_ADDRESS;

    bytes_clear(&pages->texts);
    if (addresses)
        put_addresses(texts, &pages->texts);
    parquet_page_dictionary(pages, addresses ? &pages->texts : &texts->values, texts->count, chunk);
}

static void write_bytes(struct parquet_pages *pages, struct parquet_chunk *chunk)
{
    struct bytes all = {0};

    for (uint32_t i = 0; i < BYTE_VALUES; i++)
        bytes_put_u32(&all, i);
    parquet_page_dictionary(pages, &all, BYTE_VALUES, chunk);
    bytes_free(&all);
}

static unsigned width_of(uint32_t count)
{
    unsigned width = 1;

    while (width < sizeof(count) && (count - 1) >> (8 * width))
        width++;
    return width;
}

/* A page of numbers in a dictionary begins with their width in bits. */
static void put_numbers(const struct parquet_column *self, struct bytes *out)
{
    unsigned width = is_text(self) ? width_of(self->texts.count) : 1;
    uint8_t bits = (uint8_t)(8 * width);

    bytes_put(out, &bits, 1);
    if (is_text(self)) {
        parquet_put_packed(out, (const uint32_t *)(const void *)self->values.data, self->records, width);
        return;
    }
    /* Bytes are packed as they are, but for the last group, which is filled up. */
    static const uint8_t nothing[8];
    uint32_t groups = (self->records + 7) / 8;

    thrift_varint(out, (uint64_t)groups << 1 | 1);
    bytes_put(out, self->values.data, self->values.length);
    bytes_put(out, nothing, 8UL * groups - self->values.length);
}

/* Levels of definition, a bit each: their length, and one bit-packed run. */
static void put_known(const struct parquet_column *self, struct bytes *out)
{
    struct bytes header = {0};

    thrift_varint(&header, (uint64_t)self->known.length << 1 | 1);
    bytes_put_u32(out, (uint32_t)(header.length + self->known.length));
    bytes_put(out, header.data, header.length);
    bytes_put(out, self->known.data, self->known.length);
    bytes_free(&header);
}

void parquet_column_write(const struct parquet_column *self, struct parquet_pages *pages,
                          struct parquet_chunk *chunk)
{
    bool texts = is_text(self) && !self->plain, numbered = texts || is_byte(self);
    struct bytes *content = &pages->content;

    *chunk = (struct parquet_chunk){.dictionary_offset = -1};
    if (texts)
        write_texts(self, pages, chunk);
    else if (numbered)
        write_bytes(pages, chunk);
    bytes_clear(content);
    if (is_optional(self))
        put_known(self, content);
    if (numbered)
        put_numbers(self, content);
    else
        bytes_put(content, self->values.data, self->values.length);
    content->failed |= self->values.failed || self->known.failed || self->texts.values.failed;
    parquet_page_data(pages, content, self->records, numbered ? PARQUET_RLE_DICTIONARY : PARQUET_PLAIN,
                      chunk);
}

static enum parquet_type type_of(const struct parquet_column *self)
{
    return is_text(self) ? PARQUET_BYTE_ARRAY : is_wide(self) ? PARQUET_INT64 : PARQUET_INT32;
}

static int32_t converted_type_of(const struct parquet_column *self)
{
    if (is_text(self))
        return CONVERTED_UTF8;
    switch (self->column->size) {
    case sizeof(uint8_t):
        return CONVERTED_UINT8;
    case sizeof(uint16_t):
        return CONVERTED_UINT16;
    case sizeof(uint32_t):
        return CONVERTED_UINT32;
    default:
        return CONVERTED_UINT64;
    }
}

void parquet_column_schema(const struct parquet_column *self, struct thrift *thrift)
{
    thrift_element(thrift);
    thrift_i32(thrift, 1, type_of(self));
    thrift_i32(thrift, 3, is_optional(self) ? OPTIONAL : REQUIRED);
    thrift_text(thrift, 4, self->column->name);
    thrift_i32(thrift, 6, converted_type_of(self));
    thrift_end(thrift);
}

void parquet_column_chunk(const struct parquet_column *self, const struct parquet_chunk *chunk,
                          int64_t offset, struct thrift *thrift)
{
    bool numbered = chunk->dictionary_offset >= 0;
    int64_t first = numbered ? chunk->dictionary_offset : chunk->data_offset;

    thrift_element(thrift);
    thrift_i64(thrift, 2, offset + first);
    thrift_struct(thrift, 3);
    thrift_i32(thrift, 1, type_of(self));
    thrift_list(thrift, 2, THRIFT_I32, numbered ? 3 : 2);
    thrift_value(thrift, PARQUET_PLAIN);
    thrift_value(thrift, PARQUET_RLE);
    if (numbered)
        thrift_value(thrift, PARQUET_RLE_DICTIONARY);
    thrift_list(thrift, 3, THRIFT_TEXT, 1);
    thrift_text_value(thrift, self->column->name);
    thrift_i32(thrift, 4, PARQUET_ZSTD);
    thrift_i64(thrift, 5, self->records);
    thrift_i64(thrift, 6, chunk->plain_bytes);
    thrift_i64(thrift, 7, chunk->bytes);
    thrift_i64(thrift, 9, offset + chunk->data_offset);
    if (numbered)
        thrift_i64(thrift, 11, offset + chunk->dictionary_offset);
    thrift_end(thrift);
    thrift_end(thrift);
}
