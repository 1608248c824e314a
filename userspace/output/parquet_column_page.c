// SPDX-License-Identifier: GPL-2.0-or-later
/* Packs the values of a column as pages. */
#include "output/parquet_column.h"
#include "output/text.h"

enum {
    BYTE_VALUES = 256,
};

static unsigned width_of(uint32_t count)
{
    unsigned width = 1;

    while (width < sizeof(count) && (count - 1) >> (8 * width))
        width++;
    return width;
}

/* A page of dictionary numbers begins with their width in bits. */
static void put_numbers(const struct parquet_column *self, struct bytes *out)
{
    unsigned width = column_is_text(self->column) ? width_of(self->texts.count) : 1;
    uint8_t bits = (uint8_t)(8 * width);

    bytes_put(out, &bits, 1);
    if (column_is_text(self->column)) {
        parquet_put_packed(out, (const uint32_t *)(const void *)self->values.data, self->records, width);
        return;
    }
    /* Bytes are packed unchanged; only the last group is padded. */
    static const uint8_t nothing[8];
    uint32_t groups = (self->records + 7) / 8;

    thrift_varint(out, (uint64_t)groups << 1 | 1);
    bytes_put(out, self->values.data, self->values.length);
    bytes_put(out, nothing, 8UL * groups - self->values.length);
}

/* Definition levels, one bit each: their length, and one bit-packed run. */
static void put_known(const struct parquet_column *self, struct bytes *out)
{
    uint32_t groups = (self->records + 7) / 8;
    struct bytes header = {0};

    thrift_varint(&header, (uint64_t)groups << 1 | 1);
    bytes_put_u32(out, (uint32_t)header.length + groups);
    bytes_put(out, header.data, header.length);
    bytes_put(out, self->known.data, groups);
    bytes_free(&header);
}

void parquet_column_end_page(struct parquet_column *self, struct parquet_press *press)
{
    bool numbered = (column_is_text(self->column) && !self->plain) || parquet_column_is_byte(self->column);
    struct bytes *content = &press->content;

    bytes_clear(content);
    if (parquet_column_is_optional(self->column))
        put_known(self, content);
    if (numbered)
        put_numbers(self, content);
    else
        bytes_put(content, self->values.data, self->values.length);
    content->failed |= self->values.failed || self->known.failed || self->texts.values.failed;
    parquet_press_add(press,
                      &(struct parquet_page){.content = content,
                                             .type = PARQUET_DATA_PAGE,
                                             .encoding = numbered ? PARQUET_RLE_DICTIONARY : PARQUET_PLAIN,
                                             .count = self->records},
                      &self->chunk);
    bytes_clear(&self->values);
    bytes_clear(&self->known);
    self->paged += self->records;
    self->records = 0;
}

/* Writes the texts of addresses, in the order of their numbers. */
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

static void put_bytes(struct bytes *out)
{
    for (uint32_t i = 0; i < BYTE_VALUES; i++)
        bytes_put_u32(out, i);
}

static void put_dictionary(struct parquet_column *self, struct parquet_press *press)
{
    const struct text_dictionary *texts = &self->texts;
    bool ready = column_is_text(self->column) && self->column->kind != COLUMN_ADDRESS;
    struct parquet_page page = {.content = ready ? &texts->values : &press->content,
                                .type = PARQUET_DICTIONARY_PAGE,
                                .encoding = PARQUET_PLAIN,
                                .count = column_is_text(self->column) ? texts->count : BYTE_VALUES};

    bytes_clear(&press->content);
    if (parquet_column_is_byte(self->column))
        put_bytes(&press->content);
    else if (!ready)
        put_addresses(texts, &press->content);
    parquet_press_add(press, &page, &self->chunk);
}

void parquet_column_end(struct parquet_column *self, struct parquet_press *press)
{
    if (self->records)
        parquet_column_end_page(self, press);
    if (parquet_column_is_byte(self->column) || self->texts.count)
        put_dictionary(self, press);
}
