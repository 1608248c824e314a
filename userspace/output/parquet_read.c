// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_read.h"

#include <errno.h>
#include <string.h>

#include "output/parquet_page.h"
#include "output/results_line.h"

enum {
    LENGTH_BYTES = sizeof(uint32_t),
    /* No page of ours unpacks to more; of others it might be a bomb. */
    PAGE_MOST = 1 << 28,
    GROUP = 8,
};

struct page_header {
    int64_t type, plain_bytes, bytes, count, encoding;
};

void parquet_reading_free(struct parquet_reading *self)
{
    bytes_free(&self->dictionary);
    bytes_free(&self->data);
    bytes_free(&self->addresses);
    bytes_free(&self->starts);
}

static int damaged(struct error_text *error)
{
    return error_text_set(error, -EINVAL, "the pages are damaged");
}

/* DictionaryPageHeader and DataPageHeader begin alike. */
static void read_page_kind(struct thrift_source *source, struct page_header *header)
{
    enum thrift_type type;
    int field = 0;

    while (thrift_next(source, &field, &type))
        if (field == 1 && type == THRIFT_I32)
            header->count = thrift_number(source);
        else if (field == 2 && type == THRIFT_I32)
            header->encoding = thrift_number(source);
        else
            thrift_skip(source, type);
}

static struct page_header read_header(struct thrift_source *source)
{
    struct page_header header = {.type = -1, .encoding = -1};
    enum thrift_type type;
    int field = 0;

    while (thrift_next(source, &field, &type))
        if (type == THRIFT_I32 && field == 1)
            header.type = thrift_number(source);
        else if (type == THRIFT_I32 && field == 2)
            header.plain_bytes = thrift_number(source);
        else if (type == THRIFT_I32 && field == 3)
            header.bytes = thrift_number(source);
        else if (type == THRIFT_STRUCT && (field == 5 || field == 7))
            read_page_kind(source, &header);
        else
            thrift_skip(source, type);
    return header;
}

static bool is_sound(const struct thrift_source *source, const struct page_header *header)
{
    return !source->damaged && header->bytes >= 0 && header->bytes <= source->end - source->at &&
           header->plain_bytes >= 0 && header->plain_bytes <= PAGE_MOST && header->count >= 0 &&
           header->count <= PAGE_MOST;
}

static int unpack(struct thrift_source *source, const struct page_header *header, ZSTD_DCtx *unpacker,
                  struct bytes *out, struct error_text *error)
{
    size_t size = (size_t)header->plain_bytes;

    bytes_clear(out);
    if (!bytes_reserve(out, size + sizeof(uint64_t)))
        return error_text_set(error, -ENOMEM, "out of memory");
    out->length = ZSTD_decompressDCtx(unpacker, out->data, size, source->at, (size_t)header->bytes);
    if (ZSTD_isError(out->length) || out->length != size) {
        out->length = 0;
        return damaged(error);
    }
    /* Values are read eight bytes at a time. */
    memset(out->data + size, 0, sizeof(uint64_t));
    source->at += header->bytes;
    return 0;
}

static bool keep_address(struct parquet_reading *self, struct span text)
{
    struct address address;

    if (!column_parse_address(text, &address))
        return false;
    bytes_put(&self->addresses, &address, sizeof(address));
    return true;
}

/* Addresses are parsed once for all records that have them. */
static int index_texts(struct parquet_reading *self, struct error_text *error)
{
    const struct bytes *texts = &self->dictionary;
    size_t at = 0;

    bytes_clear(&self->starts);
    bytes_clear(&self->addresses);
    for (uint32_t i = 0; i < self->count; i++) {
        uint32_t length;

        if (texts->length - at < LENGTH_BYTES)
            return damaged(error);
        memcpy(&length, texts->data + at, sizeof(length));
        if (texts->length - at - LENGTH_BYTES < length)
            return damaged(error);
        struct span text = {(const char *)texts->data + at + LENGTH_BYTES, length};

        if (self->column->kind != COLUMN_ADDRESS)
            bytes_put_u32(&self->starts, (uint32_t)at);
        else if (!keep_address(self, text))
            return results_line_value(error, self->column, text);
        at += LENGTH_BYTES + length;
    }
    return self->starts.failed || self->addresses.failed ? error_text_set(error, -ENOMEM, "out of memory")
                                                         : 0;
}

static bool is_text(const struct record_column *column)
{
    return column->kind != COLUMN_NUMBER && column->kind != COLUMN_KNOWN;
}

static int take_dictionary(struct parquet_reading *self, const struct page_header *header,
                           struct thrift_source *source, ZSTD_DCtx *unpacker, struct error_text *error)
{
    int result = unpack(source, header, unpacker, &self->dictionary, error);

    self->numbered = true;
    self->count = (uint32_t)header->count;
    if (!result && self->column && is_text(self->column))
        result = index_texts(self, error);
    else if (!result && self->dictionary.length < (size_t)self->count * LENGTH_BYTES)
        result = damaged(error);
    return result;
}

/* One bit-packed run, as we write it: how many bytes its groups have, of `width` bytes a number. False where it
 * is another kind of run, or longer than the page. */
static bool take_run(struct thrift_source *source, uint32_t records, size_t group_bytes)
{
    uint64_t head = thrift_unsigned(source);
    uint64_t groups = (records + GROUP - 1) / GROUP;

    return !source->damaged && head == (groups << 1 | 1) &&
           (uint64_t)(source->end - source->at) >= groups * group_bytes;
}

static bool take_known(struct parquet_reading *self, struct thrift_source *page)
{
    uint32_t length;

    if ((size_t)(page->end - page->at) < sizeof(length))
        return false;
    memcpy(&length, page->at, sizeof(length));
    page->at += sizeof(length);
    if ((size_t)(page->end - page->at) < length)
        return false;
    struct thrift_source levels = {.at = page->at, .end = page->at + length};

    page->at += length;
    if (!take_run(&levels, self->records, 1))
        return false;
    self->known = levels.at;
    return true;
}

static uint32_t count_known(const struct parquet_reading *self)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < self->records; i++)
        count += self->known[i / GROUP] >> i % GROUP & 1;
    return count;
}

/* The numbers of a dictionary have their width in bits before them, other values that of their type. */
static bool take_values(struct parquet_reading *self, struct thrift_source *page)
{
    uint32_t count = self->optional ? count_known(self) : self->records;

    if (self->numbered) {
        if (page->at == page->end || *page->at % 8 || !*page->at || *page->at / 8U > sizeof(uint32_t))
            return false;
        self->width = *page->at++ / 8U;
        if (!take_run(page, count, self->width * GROUP))
            return false;
    } else if (is_text(self->column)) {
        self->values = page->at;
        self->end = page->end;
        return true;
    } else {
        self->width = self->column->size == sizeof(uint64_t) ? sizeof(uint64_t) : sizeof(uint32_t);
    }
    self->values = page->at;
    return (size_t)(page->end - page->at) >= (size_t)count * self->width;
}

static int take_data(struct parquet_reading *self, const struct page_header *header,
                     struct thrift_source *source, ZSTD_DCtx *unpacker, struct error_text *error)
{
    int result = unpack(source, header, unpacker, &self->data, error);
    struct thrift_source page = {.at = self->data.data, .end = self->data.data + self->data.length};

    if (result || !self->column)
        return result;
    if (header->count != self->records ||
        header->encoding != (self->numbered ? PARQUET_RLE_DICTIONARY : PARQUET_PLAIN))
        return damaged(error);
    if ((self->optional && !take_known(self, &page)) || !take_values(self, &page))
        return damaged(error);
    return 0;
}

int parquet_reading_group(struct parquet_reading *self, struct thrift_source *source, uint32_t records,
                          ZSTD_DCtx *unpacker, struct error_text *error)
{
    self->records = records;
    self->next = 0;
    self->numbered = false;
    for (;;) {
        struct page_header header = read_header(source);
        bool is_dictionary = header.type == PARQUET_DICTIONARY_PAGE;

        if (!is_sound(source, &header) || (is_dictionary && self->numbered) ||
            (!is_dictionary && header.type != PARQUET_DATA_PAGE))
            return damaged(error);
        if (!is_dictionary)
            return take_data(self, &header, source, unpacker, error);
        int result = take_dictionary(self, &header, source, unpacker, error);

        if (result)
            return result;
    }
}

static uint64_t take_value(struct parquet_reading *self)
{
    uint64_t value;

    memcpy(&value, self->values, sizeof(value));
    self->values += self->width;
    return self->width == sizeof(value) ? value : value & ((1ULL << 8 * self->width) - 1);
}

static int put_text(const struct parquet_reading *self, uint32_t number, struct record *record,
                    struct error_text *error)
{
    uint32_t start, length;

    if (self->column->kind == COLUMN_ADDRESS) {
        struct address address;

        memcpy(&address, self->addresses.data + number * sizeof(address), sizeof(address));
        column_store_address(self->column, address, record);
        return 0;
    }
    memcpy(&start, self->starts.data + number * sizeof(start), sizeof(start));
    memcpy(&length, self->dictionary.data + start, sizeof(length));
    return length ? results_line_cell(
                        self->column,
                        (struct span){(const char *)self->dictionary.data + start + LENGTH_BYTES, length},
                        record, error)
                  : 0;
}

/* A text with its length before it. */
static int put_plain_text(struct parquet_reading *self, struct record *record, struct error_text *error)
{
    uint32_t length;

    if ((size_t)(self->end - self->values) < LENGTH_BYTES)
        return damaged(error);
    memcpy(&length, self->values, sizeof(length));
    self->values += LENGTH_BYTES;
    if ((size_t)(self->end - self->values) < length)
        return damaged(error);
    struct span text = {(const char *)self->values, length};

    self->values += length;
    return results_line_cell(self->column, text, record, error);
}

int parquet_reading_next(struct parquet_reading *self, struct record *record, struct error_text *error)
{
    uint32_t at = self->next++;

    if (self->optional && !(self->known[at / GROUP] >> at % GROUP & 1))
        return 0;
    if (is_text(self->column) && !self->numbered)
        return put_plain_text(self, record, error);
    uint64_t value = take_value(self);

    if (self->numbered && value >= self->count)
        return damaged(error);
    if (is_text(self->column))
        return put_text(self, (uint32_t)value, record, error);
    if (self->numbered) {
        uint32_t number;

        memcpy(&number, self->dictionary.data + value * sizeof(number), sizeof(number));
        value = number;
    }
    return column_store(self->column, value, record) ? 0 : damaged(error);
}
