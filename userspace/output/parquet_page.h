// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages of a Parquet file: a header by Thrift, and values compressed by zstd.
 *
 * Source: Apache Parquet's parquet.thrift and Encodings.md.
 */
#pragma once

#include <stdint.h>
#include <zstd.h>

#include "output/bytes.h"

/* Numbers of parquet.thrift. */
enum parquet_type {
    PARQUET_INT32 = 1,
    PARQUET_INT64 = 2,
    PARQUET_BYTE_ARRAY = 6,
};

enum parquet_encoding {
    PARQUET_PLAIN = 0,
    PARQUET_RLE = 3,
    PARQUET_RLE_DICTIONARY = 8,
};

enum parquet_page_type {
    PARQUET_DATA_PAGE = 0,
    PARQUET_DICTIONARY_PAGE = 2,
};

enum {
    PARQUET_ZSTD = 6, /* number of the codec */
};

/* The pages of a column in a row group. The dictionary comes before the others, but is complete only at the
 * end. */
struct parquet_chunk {
    struct bytes dictionary, data;
    int64_t plain_bytes; /* total with headers, before compression */
};

/* A page before it is packed. */
struct parquet_page {
    const struct bytes *content;
    enum parquet_page_type type;
    enum parquet_encoding encoding;
    uint32_t count; /* of values in a dictionary; else of records, missing values included */
};

/* Packs pages one after the other. */
struct parquet_press {
    ZSTD_CCtx *compressor;
    struct bytes content, packed; /* memory that the next page uses again */
};

/* parquet_press_open() returns 0 or -ENOMEM; parquet_press_close() may be called after either. */
int parquet_press_open(struct parquet_press *press);
void parquet_press_close(struct parquet_press *press);

/* parquet_press_add() packs a page and adds it to `chunk`; data.failed shows whether memory was short. */
void parquet_press_add(struct parquet_press *press, const struct parquet_page *page,
                       struct parquet_chunk *chunk);

/* parquet_chunk_clear() removes the pages and keeps their memory; parquet_chunk_free() frees it. */
void parquet_chunk_clear(struct parquet_chunk *chunk);
void parquet_chunk_free(struct parquet_chunk *chunk);

/* parquet_put_packed() adds `count` numbers of `width` bytes each (1 … 4) as one bit-packed run of the
 * hybrid of run lengths and bit packing. With whole bytes, these are just the lowest bytes of each number
 * in turn. */
void parquet_put_packed(struct bytes *out, const uint32_t *values, uint32_t count, unsigned width);
