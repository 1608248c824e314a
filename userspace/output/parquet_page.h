// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pages of a Parquet file: a header by Thrift, and values, compressed by zstd.
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
    PARQUET_ZSTD = 6, /* the codec */
};

/* What the metadata of a column says of its pages. */
struct parquet_chunk {
    int64_t dictionary_offset, data_offset; /* from the beginning of the pages; -1: no dictionary */
    int64_t plain_bytes, bytes;             /* with headers, before and after compression */
};

/* Where pages go: behind each other. */
struct parquet_pages {
    struct bytes out;
    struct bytes content, texts, packed; /* of one page, whose memory the next one has */
    ZSTD_CCtx *compressor;
};

/* parquet_pages_open(): 0 or -ENOMEM; parquet_pages_close() is right after both. */
int parquet_pages_open(struct parquet_pages *pages);
void parquet_pages_close(struct parquet_pages *pages);

/* parquet_page_dictionary() adds a page of `count` values by PLAIN, parquet_page_data() one of `count` records,
 * missing ones included. Where memory is short, out.failed says so. */
void parquet_page_dictionary(struct parquet_pages *pages, const struct bytes *content, uint32_t count,
                             struct parquet_chunk *chunk);
void parquet_page_data(struct parquet_pages *pages, const struct bytes *content, uint32_t count,
                       enum parquet_encoding encoding, struct parquet_chunk *chunk);

/* parquet_put_packed() adds `count` numbers of `width` bytes each (1 … 4) as one bit-packed run of the hybrid
 * of run lengths and bit packing: of whole bytes that is their lowest bytes, one number behind another. */
void parquet_put_packed(struct bytes *out, const uint32_t *values, uint32_t count, unsigned width);
