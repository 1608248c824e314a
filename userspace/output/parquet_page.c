// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_page.h"

#include <errno.h>
#include <string.h>

#include "output/thrift.h"

enum {
    /* Higher levels make files a tenth smaller, but take twice as long. */
    LEVEL = 1,
    GROUP = 8, /* numbers of a bit-packed run are in groups of eight */
};

int parquet_press_open(struct parquet_press *press)
{
    *press = (struct parquet_press){.compressor = ZSTD_createCCtx()};
    if (!press->compressor)
        return -ENOMEM;
    ZSTD_CCtx_setParameter(press->compressor, ZSTD_c_compressionLevel, LEVEL);
    return 0;
}

void parquet_press_close(struct parquet_press *press)
{
    ZSTD_freeCCtx(press->compressor);
    bytes_free(&press->content);
    bytes_free(&press->packed);
}

void parquet_chunk_clear(struct parquet_chunk *chunk)
{
    bytes_clear(&chunk->dictionary);
    bytes_clear(&chunk->data);
    chunk->plain_bytes = 0;
}

void parquet_chunk_free(struct parquet_chunk *chunk)
{
    bytes_free(&chunk->dictionary);
    bytes_free(&chunk->data);
}

/* The header comes before the compressed data and holds its size, so the data are compressed into another
 * buffer first. */
static size_t compress(struct parquet_press *press, const struct bytes *content)
{
    struct bytes *out = &press->packed;

    bytes_clear(out);
    uint8_t *room = bytes_reserve(out, ZSTD_compressBound(content->length));

    if (!room || content->failed)
        return 0;
    size_t size = ZSTD_compress2(press->compressor, room, out->capacity, content->data, content->length);

    return ZSTD_isError(size) ? 0 : size;
}

/* DictionaryPageHeader or DataPageHeader. Levels of definition and repetition are declared as RLE, even if
 * there are none. */
static void describe_kind(struct thrift *header, const struct parquet_page *page)
{
    bool is_data = page->type == PARQUET_DATA_PAGE;

    thrift_struct(header, is_data ? 5 : 7);
    thrift_i32(header, 1, (int32_t)page->count);
    thrift_i32(header, 2, page->encoding);
    if (is_data) {
        thrift_i32(header, 3, PARQUET_RLE);
        thrift_i32(header, 4, PARQUET_RLE);
    }
    thrift_end(header);
}

/* PageHeader. */
static void put_header(struct bytes *out, const struct parquet_page *page, size_t packed)
{
    struct thrift header = thrift_begin(out);

    thrift_i32(&header, 1, page->type);
    thrift_i32(&header, 2, (int32_t)page->content->length);
    thrift_i32(&header, 3, (int32_t)packed);
    describe_kind(&header, page);
    thrift_end(&header);
}

void parquet_press_add(struct parquet_press *press, const struct parquet_page *page,
                       struct parquet_chunk *chunk)
{
    struct bytes *out = page->type == PARQUET_DATA_PAGE ? &chunk->data : &chunk->dictionary;
    size_t packed = compress(press, page->content), before = out->length;

    put_header(out, page, packed);
    chunk->plain_bytes += (int64_t)(out->length - before + page->content->length);
    bytes_put(out, press->packed.data, packed);
    chunk->data.failed |= out->failed || packed == 0; /* zstd makes a frame even from no data */
}

/* One loop per width, so that the width is a constant for the compiler. */
static inline __attribute__((always_inline)) void pack(uint8_t *to, const uint32_t *values, uint32_t count,
                                                       unsigned width)
{
    for (uint32_t i = 0; i < count; i++)
        memcpy(to + (size_t)i * width, &values[i], width);
}

static void pack_by_width(uint8_t *to, const uint32_t *values, uint32_t count, unsigned width)
{
    switch (width) {
    case 1:
        pack(to, values, count, 1);
        break;
    case 2:
        pack(to, values, count, 2);
        break;
    case 3:
        pack(to, values, count, 3);
        break;
    default:
        pack(to, values, count, 4);
    }
}

void parquet_put_packed(struct bytes *out, const uint32_t *values, uint32_t count, unsigned width)
{
    uint32_t groups = (count + GROUP - 1) / GROUP;
    size_t size = (size_t)groups * GROUP * width, used = (size_t)count * width;

    thrift_varint(out, (uint64_t)groups << 1 | 1);
    uint8_t *to = bytes_reserve(out, size);

    if (!to)
        return;
    pack_by_width(to, values, count, width);
    memset(to + used, 0, size - used);
    out->length += size;
}
