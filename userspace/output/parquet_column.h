// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A column of records on its way into a Parquet file: its values since the last page, and the pages since the last
 * row group.
 *
 *   a byte               a number in a dictionary of all 256, so that a byte stays a byte
 *   other numbers        PLAIN, as INT32 or INT64
 *   addresses, lists     text, as in CSV; numbers in a dictionary of the texts that occur, but PLAIN where most
 *                        addresses of the group before were different ones, as those of targets often are, or
 *                        nearly all of this group so far
 *
 * A number that may be missing has a bit a record that says whether it is there.
 */
#pragma once

#include <stdint.h>

#include "output/column.h"
#include "output/parquet_page.h"
#include "output/text_dictionary.h"
#include "output/thrift.h"

struct parquet_column {
    const struct record_column *column;
    struct bytes
        values; /* of the page: a byte, four or eight each; of texts their numbers, four each, unless plain */
    struct bytes known; /* a bit a record, in words of PARQUET_BATCH; empty where none can be missing */
    uint32_t records;   /* of the page */
    uint32_t paged;     /* of the group, in the pages before */
    struct parquet_chunk chunk;
    struct text_dictionary texts; /* of the group */
    bool plain;                   /* values are texts with their lengths, from this page on */
    unsigned plain_groups;
    int64_t empty; /* the number of the empty text, which most lists are; -1: not known yet */
};

enum {
    PARQUET_BATCH = TEXT_DICTIONARY_BATCH, /* records that are taken together */
};

/* parquet_column_open(): 0 or a negative errno; parquet_column_close() is right after both. */
int parquet_column_open(struct parquet_column *self, const struct record_column *column);
void parquet_column_close(struct parquet_column *self);

/* parquet_column_add() takes the values of `n` records: PARQUET_BATCH, or fewer just before the group ends. Now and then
 * a page is full, and packed. */
void parquet_column_add(struct parquet_column *self, const struct record *records, unsigned n,
                        struct parquet_press *press);

/* parquet_column_end_page() packs the values since the last page, at least one: for parquet_column_add() and _end(). */
void parquet_column_end_page(struct parquet_column *self, struct parquet_press *press);

/* parquet_column_is_full() says that a row group should end before its dictionary takes more memory. */
bool parquet_column_is_full(const struct parquet_column *self);

/* parquet_column_end() packs what was not yet: `chunk` then has all pages of the row group. parquet_column_clear()
 * forgets them. Where memory was short, chunk.data.failed says so. */
void parquet_column_end(struct parquet_column *self, struct parquet_press *press);
void parquet_column_clear(struct parquet_column *self);

/* parquet_column_schema() writes the column's SchemaElement, parquet_column_chunk() its ColumnChunk: its pages
 * stand at `offset`. */
void parquet_column_schema(const struct parquet_column *self, struct thrift *thrift);
void parquet_column_chunk(const struct parquet_column *self, int64_t offset, struct thrift *thrift);

static inline bool parquet_column_is_optional(const struct record_column *column)
{
    return column->kind == COLUMN_KNOWN;
}

static inline bool parquet_column_is_byte(const struct record_column *column)
{
    return !column_is_text(column) && column->size == sizeof(uint8_t);
}

static inline bool parquet_column_is_wide(const struct record_column *column)
{
    return !column_is_text(column) && column->size == sizeof(uint64_t);
}
