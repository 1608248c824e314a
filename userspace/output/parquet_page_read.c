// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_page_read.h"

#include <errno.h>
#include <string.h>

enum {
    /* No page of ours unpacks to more; a foreign one might be a decompression bomb. */
    PAGE_MOST = 1 << 28,
};

struct page_header {
    int64_t type, plain_bytes, bytes, count, encoding;
};

/* DictionaryPageHeader and DataPageHeader begin in the same way. */
static void read_kind(struct thrift_source *source, struct page_header *header)
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
            read_kind(source, &header);
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

static bool is_ours(const struct page_header *header)
{
    if (header->type == PARQUET_DICTIONARY_PAGE)
        return header->encoding == PARQUET_PLAIN;
    return header->type == PARQUET_DATA_PAGE &&
           (header->encoding == PARQUET_PLAIN || header->encoding == PARQUET_RLE_DICTIONARY);
}

bool parquet_page_head(struct thrift_source *source, struct parquet_page_head *head)
{
    struct page_header header = read_header(source);

    if (!is_sound(source, &header) || !is_ours(&header))
        return false;
    *head = (struct parquet_page_head){.type = (enum parquet_page_type)header.type,
                                       .encoding = (enum parquet_encoding)header.encoding,
                                       .plain_bytes = (size_t)header.plain_bytes,
                                       .bytes = (size_t)header.bytes,
                                       .count = (uint32_t)header.count};
    return true;
}

int parquet_page_unpack(struct thrift_source *source, const struct parquet_page_head *head,
                        ZSTD_DCtx *unpacker, struct bytes *out)
{
    bytes_clear(out);
    uint8_t *room = bytes_reserve(out, head->plain_bytes + sizeof(uint64_t));

    if (!room)
        return -ENOMEM;
    size_t size = ZSTD_decompressDCtx(unpacker, room, head->plain_bytes, source->at, head->bytes);

    if (ZSTD_isError(size) || size != head->plain_bytes)
        return -EINVAL;
    out->length = size;
    memset(room + size, 0, sizeof(uint64_t));
    source->at += head->bytes;
    return 0;
}
