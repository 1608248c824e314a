// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_reading_page.h"

#include "output/parquet_page_read.h"
#include "output/results_line.h"

enum {
    LENGTH_BYTES = sizeof(uint32_t),
};

static int refuse(struct error_text *error, int code)
{
    return code == -ENOMEM ? error_text_set(error, code, "out of memory") : parquet_damaged(error);
}

/* The counts in its pages show where they end. */
int parquet_reading_group(struct parquet_reading *self, struct thrift_source *source, uint32_t records,
                          struct error_text *error)
{
    const uint8_t *start = source->at;
    uint32_t left = records;

    while (left) {
        struct parquet_page_head head;

        if (!parquet_page_head(source, &head))
            return parquet_damaged(error);
        if (head.type == PARQUET_DATA_PAGE && (!head.count || head.count > left))
            return parquet_damaged(error);
        left -= head.type == PARQUET_DATA_PAGE ? head.count : 0;
        source->at += head.bytes;
    }
    self->pages = (struct thrift_source){.at = start, .end = source->at};
    self->has_dictionary = false;
    self->records = self->next = 0;
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
    const uint8_t *at = self->dictionary.data, *end = at + self->dictionary.length;

    bytes_clear(&self->starts);
    bytes_clear(&self->addresses);
    for (uint32_t i = 0; i < self->count; i++) {
        uint32_t start = (uint32_t)(at - self->dictionary.data);
        struct span text;

        if (!parquet_take_text(&at, end, &text))
            return parquet_damaged(error);
        if (self->column->kind != COLUMN_ADDRESS)
            bytes_put_u32(&self->starts, start);
        else if (!keep_address(self, text))
            return results_line_value(error, self->column, text);
    }
    return self->starts.failed || self->addresses.failed ? refuse(error, -ENOMEM) : 0;
}

static int take_dictionary(struct parquet_reading *self, const struct parquet_page_head *head,
                           ZSTD_DCtx *unpacker, struct error_text *error)
{
    int result = parquet_page_unpack(&self->pages, head, unpacker, &self->dictionary);

    if (result)
        return refuse(error, result);
    self->has_dictionary = true;
    self->count = head->count;
    if (column_is_text(self->column))
        return index_texts(self, error);
    return self->dictionary.length < (size_t)self->count * LENGTH_BYTES ? parquet_damaged(error) : 0;
}

/* Takes one bit-packed run, as we write it; its groups have `group_bytes` bytes. Returns false if it is
 * another kind of run, or longer than the page. */
static bool take_run(struct thrift_source *source, uint32_t records, size_t group_bytes)
{
    uint64_t head = thrift_unsigned(source);
    uint64_t groups = (records + PARQUET_GROUP - 1) / PARQUET_GROUP;

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
        count += parquet_is_known(self, i);
    return count;
}

/* Dictionary numbers come after their width in bits; other values have the width of their type. */
static bool take_values(struct parquet_reading *self, struct thrift_source *page)
{
    uint32_t count = self->optional ? count_known(self) : self->records;

    if (self->numbered) {
        if (page->at == page->end || *page->at % 8 || !*page->at || *page->at / 8U > sizeof(uint32_t))
            return false;
        self->width = *page->at++ / 8U;
        if (!take_run(page, count, self->width * PARQUET_GROUP))
            return false;
    } else if (column_is_text(self->column)) {
        self->width = 0;
    } else {
        self->width = self->column->size == sizeof(uint64_t) ? sizeof(uint64_t) : sizeof(uint32_t);
    }
    self->values = page->at;
    self->end = page->end;
    return (size_t)(page->end - page->at) >= (size_t)count * self->width;
}

static int take_data(struct parquet_reading *self, const struct parquet_page_head *head, ZSTD_DCtx *unpacker,
                     struct error_text *error)
{
    int result = parquet_page_unpack(&self->pages, head, unpacker, &self->data);
    struct thrift_source page = {.at = self->data.data, .end = self->data.data + self->data.length};

    if (result)
        return refuse(error, result);
    self->records = head->count;
    self->next = 0;
    self->numbered = head->encoding == PARQUET_RLE_DICTIONARY;
    if ((self->numbered && !self->has_dictionary) || (self->optional && !take_known(self, &page)) ||
        !take_values(self, &page)) {
        self->records = 0;
        return parquet_damaged(error);
    }
    return 0;
}

int parquet_reading_page(struct parquet_reading *self, ZSTD_DCtx *unpacker, struct error_text *error)
{
    struct parquet_page_head head;
    int result = 0;

    do {
        if (!parquet_page_head(&self->pages, &head) ||
            (head.type == PARQUET_DICTIONARY_PAGE && self->has_dictionary))
            return parquet_damaged(error);
        result = head.type == PARQUET_DICTIONARY_PAGE ? take_dictionary(self, &head, unpacker, error)
                                                      : take_data(self, &head, unpacker, error);
    } while (!result && head.type == PARQUET_DICTIONARY_PAGE);
    return result;
}
