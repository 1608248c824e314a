// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a column of records to a Parquet file: holds its values since the last page, and the pages since the
 * last row group.
 *
 *   a byte               a number in a dictionary of all 256, so that a byte stays a byte
 *   other numbers        PLAIN, as INT32 or INT64
 *   addresses, lists     text, as in CSV: numbers in a dictionary of the texts that occur. But PLAIN if most
 *                        addresses of the previous group were different, as those of targets often are, or
 *                        nearly all of this group so far
 *
 * For a number that may be missing, there is one bit per record: whether it is present.
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
        values; /* of the page: one, four or eight bytes each; for texts their numbers, four bytes each,
                   unless `plain` */
    struct bytes known; /* one bit per record, in words of PARQUET_BATCH; empty if no value can be missing */
    uint32_t records;   /* of the page */
    uint32_t paged;     /* of the group, in earlier pages */
    struct parquet_chunk chunk;
    struct text_dictionary texts; /* of the group */
    bool plain;                   /* from this page on, values are texts with their lengths */
    unsigned plain_groups;
    int64_t empty; /* the number of the empty text, the most frequent value of lists; -1: not known yet */
};

enum {
    PARQUET_BATCH = TEXT_DICTIONARY_BATCH, /* records that are taken together */
};

/* parquet_column_open() returns 0 or a negative errno; parquet_column_close() may be called after either. */
int parquet_column_open(struct parquet_column *self, const struct record_column *column);
void parquet_column_close(struct parquet_column *self);

/* parquet_column_add() adds the values of `n` records: PARQUET_BATCH, or fewer just before the group ends.
 * Full pages are packed. */
void parquet_column_add(struct parquet_column *self, const struct record *records, unsigned n,
                        struct parquet_press *press);

/* parquet_column_end_page() packs the values since the last page, at least one. Only for parquet_column_add()
 * and parquet_column_end(). */
void parquet_column_end_page(struct parquet_column *self, struct parquet_press *press);

/* parquet_column_is_full() returns whether the row group should end, before its dictionary takes more
 * memory. */
bool parquet_column_is_full(const struct parquet_column *self);

/* parquet_column_end() packs the remaining values: then `chunk` has all pages of the row group.
 * parquet_column_clear() removes them. chunk.data.failed shows whether memory was short. */
void parquet_column_end(struct parquet_column *self, struct parquet_press *press);
void parquet_column_clear(struct parquet_column *self);

/* parquet_column_schema() writes the column's SchemaElement, parquet_column_chunk() its ColumnChunk, whose
 * pages are at `offset`. */
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
