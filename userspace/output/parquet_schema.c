// SPDX-License-Identifier: GPL-2.0-or-later
/* The description of a column in the metadata of a Parquet file. */
#include "output/parquet_column.h"

/* ConvertedType of parquet.thrift: the meaning of a number or text for readers. */
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

static enum parquet_type type_of(const struct record_column *column)
{
    if (column_is_text(column))
        return PARQUET_BYTE_ARRAY;
    return parquet_column_is_wide(column) ? PARQUET_INT64 : PARQUET_INT32;
}

static int32_t converted_type_of(const struct record_column *column)
{
    if (column_is_text(column))
        return CONVERTED_UTF8;
    switch (column->size) {
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
    thrift_i32(thrift, 1, type_of(self->column));
    thrift_i32(thrift, 3, parquet_column_is_optional(self->column) ? OPTIONAL : REQUIRED);
    thrift_text(thrift, 4, self->column->name);
    thrift_i32(thrift, 6, converted_type_of(self->column));
    thrift_end(thrift);
}

void parquet_column_chunk(const struct parquet_column *self, int64_t offset, struct thrift *thrift)
{
    int64_t dictionary = (int64_t)self->chunk.dictionary.length, data = (int64_t)self->chunk.data.length;

    thrift_element(thrift);
    thrift_i64(thrift, 2, offset);
    thrift_struct(thrift, 3);
    thrift_i32(thrift, 1, type_of(self->column));
    thrift_list(thrift, 2, THRIFT_I32, dictionary ? 3 : 2);
    thrift_value(thrift, PARQUET_PLAIN);
    thrift_value(thrift, PARQUET_RLE);
    if (dictionary)
        thrift_value(thrift, PARQUET_RLE_DICTIONARY);
    thrift_list(thrift, 3, THRIFT_TEXT, 1);
    thrift_text_value(thrift, self->column->name);
    thrift_i32(thrift, 4, PARQUET_ZSTD);
    thrift_i64(thrift, 5, self->paged);
    thrift_i64(thrift, 6, self->chunk.plain_bytes);
    thrift_i64(thrift, 7, dictionary + data);
    thrift_i64(thrift, 9, offset + dictionary);
    if (dictionary)
        thrift_i64(thrift, 11, offset);
    thrift_end(thrift);
    thrift_end(thrift);
}
