// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_page.h"

#include <errno.h>

#include "output/thrift.h"

enum {
    /* Higher levels make files a tenth smaller, and the writer's thread half as fast. */
    LEVEL = 1,
    GROUP = 8, /* numbers of a bit-packed run come in groups of eight */
};

int parquet_pages_open(struct parquet_pages *pages)
{
    *pages = (struct parquet_pages){.compressor = ZSTD_createCCtx()};
    if (!pages->compressor)
        return -ENOMEM;
    ZSTD_CCtx_setParameter(pages->compressor, ZSTD_c_compressionLevel, LEVEL);
    return 0;
}

void parquet_pages_close(struct parquet_pages *pages)
{
    ZSTD_freeCCtx(pages->compressor);
    bytes_free(&pages->out);
    bytes_free(&pages->content);
    bytes_free(&pages->texts);
    bytes_free(&pages->packed);
}

/* PageHeader, whose sizes come first. The caller adds what is peculiar to the type, and ends it. */
static struct thrift begin_header(struct bytes *out, enum parquet_page_type type, size_t plain,
                                  size_t compressed)
{
    struct thrift header = thrift_begin(out);

    thrift_i32(&header, 1, type);
    thrift_i32(&header, 2, (int32_t)plain);
    thrift_i32(&header, 3, (int32_t)compressed);
    return header;
}

static void describe_dictionary(struct thrift *header, uint32_t count)
{
    thrift_struct(header, 7);
    thrift_i32(header, 1, (int32_t)count);
    thrift_i32(header, 2, PARQUET_PLAIN);
    thrift_end(header);
}

/* Levels of definition and repetition are RLE, also where there are none. */
static void describe_data(struct thrift *header, uint32_t count, enum parquet_encoding encoding)
{
    thrift_struct(header, 5);
    thrift_i32(header, 1, (int32_t)count);
    thrift_i32(header, 2, encoding);
    thrift_i32(header, 3, PARQUET_RLE);
    thrift_i32(header, 4, PARQUET_RLE);
    thrift_end(header);
}

/* The header stands before what is compressed and holds its size: so it is compressed aside. */
static size_t compress(struct parquet_pages *pages, const struct bytes *content)
{
    struct bytes *out = &pages->packed;

    bytes_clear(out);
    uint8_t *room = bytes_reserve(out, ZSTD_compressBound(content->length));

    if (!room || content->failed)
        return 0;
    size_t size = ZSTD_compress2(pages->compressor, room, out->capacity, content->data, content->length);

    return ZSTD_isError(size) ? 0 : size;
}

static void put_page(struct parquet_pages *pages, const struct bytes *content, enum parquet_page_type type,
                     uint32_t count, enum parquet_encoding encoding, struct parquet_chunk *chunk)
{
    size_t size = compress(pages, content), before = pages->out.length;
    struct thrift header = begin_header(&pages->out, type, content->length, size);

    if (type == PARQUET_DICTIONARY_PAGE)
        describe_dictionary(&header, count);
    else
        describe_data(&header, count, encoding);
    thrift_end(&header);
    chunk->plain_bytes += (int64_t)(pages->out.length - before + content->length);
    bytes_put(&pages->out, pages->packed.data, size);
    chunk->bytes += (int64_t)(pages->out.length - before);
    pages->out.failed |= size == 0;
}

void parquet_page_dictionary(struct parquet_pages *pages, const struct bytes *content, uint32_t count,
                             struct parquet_chunk *chunk)
{
    chunk->dictionary_offset = (int64_t)pages->out.length;
    put_page(pages, content, PARQUET_DICTIONARY_PAGE, count, PARQUET_PLAIN, chunk);
}

void parquet_page_data(struct parquet_pages *pages, const struct bytes *content, uint32_t count,
                       enum parquet_encoding encoding, struct parquet_chunk *chunk)
{
    chunk->data_offset = (int64_t)pages->out.length;
    put_page(pages, content, PARQUET_DATA_PAGE, count, encoding, chunk);
}

void parquet_put_packed(struct bytes *out, const uint32_t *values, uint32_t count, unsigned width)
{
    uint32_t groups = (count + GROUP - 1) / GROUP;

    thrift_varint(out, (uint64_t)groups << 1 | 1);
    uint8_t *to = bytes_reserve(out, (size_t)groups * GROUP * width);

    if (!to)
        return;
    for (uint32_t i = 0; i < groups * GROUP; i++) {
        uint32_t value = i < count ? values[i] : 0;

        for (unsigned byte = 0; byte < width; byte++)
            *to++ = (uint8_t)(value >> 8 * byte);
    }
    out->length += (size_t)groups * GROUP * width;
}
