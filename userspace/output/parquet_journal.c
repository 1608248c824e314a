// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_journal.h"

#include "output/thrift.h"

const char parquet_head_tag[8] = "HWHEAD1\n", parquet_group_tag[8] = "HWGROUP\n";

enum {
    /* Fields of FileMetaData (parquet.thrift). */
    FILE_SCHEMA = 2,
    FILE_RECORDS = 3,
    FILE_GROUPS = 4,
};

void parquet_frame_put(struct byte_sink *sink, const char tag[8], const struct parquet_frame *frame)
{
    struct bytes out = {0};

    bytes_put(&out, tag, sizeof(parquet_head_tag));
    bytes_put_u32(&out, frame->records);
    bytes_put_u32(&out, (uint32_t)frame->first);
    bytes_put_u32(&out, (uint32_t)(frame->first >> 32));
    bytes_put_u32(&out, frame->second);
    byte_sink_write(sink, out.data, out.length);
    bytes_free(&out);
}

void parquet_footer_put(struct bytes *out, const struct bytes *head, const struct bytes *groups,
                        uint64_t group_count, uint64_t records, const struct bytes *tail)
{
    size_t before = out->length;
    struct thrift thrift = thrift_begin(out);

    bytes_put(out, head->data, head->length);
    thrift.last[0] = FILE_SCHEMA;
    thrift_i64(&thrift, FILE_RECORDS, (int64_t)records);
    thrift_list(&thrift, FILE_GROUPS, THRIFT_STRUCT, group_count);
    bytes_put(out, groups->data, groups->length);
    bytes_put(out, tail->data, tail->length);
    bytes_put_u32(out, (uint32_t)(out->length - before));
    bytes_put(out, PARQUET_MAGIC, PARQUET_MAGIC_SIZE);
    out->failed |= head->failed || groups->failed || tail->failed;
}
