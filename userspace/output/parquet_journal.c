// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_journal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

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

static uint32_t load_u32(const uint8_t *p)
{
    return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

bool parquet_frame_get(const uint8_t in[PARQUET_FRAME_SIZE], const char tag[8], struct parquet_frame *frame)
{
    *frame = (struct parquet_frame){
        .records = load_u32(in + 8),
        .first = load_u32(in + 12) | (uint64_t)load_u32(in + 16) << 32,
        .second = load_u32(in + 20),
    };
    return memcmp(in, tag, sizeof(parquet_head_tag)) == 0;
}

void parquet_footer_put(struct bytes *out, const struct parquet_journal *journal)
{
    size_t before = out->length;
    struct thrift thrift = thrift_begin(out);

    bytes_put(out, journal->head.data, journal->head.length);
    thrift.last[0] = FILE_SCHEMA;
    thrift_i64(&thrift, FILE_RECORDS, (int64_t)journal->records);
    thrift_list(&thrift, FILE_GROUPS, THRIFT_STRUCT, journal->group_count);
    bytes_put(out, journal->groups.data, journal->groups.length);
    bytes_put(out, journal->tail.data, journal->tail.length);
    bytes_put_u32(out, (uint32_t)(out->length - before));
    bytes_put(out, PARQUET_MAGIC, PARQUET_MAGIC_SIZE);
    out->failed |= journal->head.failed || journal->groups.failed || journal->tail.failed;
}

/* A file that is shorter than expected is damaged. */
static int read_at(int fd, void *out, size_t size, uint64_t at)
{
    size_t done = 0;

    while (done < size) {
        ssize_t n = pread(fd, (uint8_t *)out + done, size - done, (off_t)(at + done));

        if (n < 0 && errno != EINTR)
            return -errno;
        if (n == 0)
            return -EINVAL;
        done += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

static int add_part(struct bytes *out, int fd, uint64_t length, uint64_t at)
{
    if (!bytes_reserve(out, length))
        return -ENOMEM;
    int error = read_at(fd, out->data + out->length, length, at);

    if (!error)
        out->length += length;
    return error;
}

/* Reads the frame at `*at`, which must end before `end` together with its contents; moves `*at` behind the
 * frame. */
static int pass_frame(int fd, uint64_t *at, uint64_t end, const char tag[8], struct parquet_frame *frame)
{
    uint8_t bytes[PARQUET_FRAME_SIZE];
    int error = read_at(fd, bytes, sizeof(bytes), *at);

    *at += sizeof(bytes);
    if (error)
        return error;
    return parquet_frame_get(bytes, tag, frame) && *at <= end && frame->first <= end - *at &&
                   frame->second <= end - *at - frame->first
               ? 0
               : -EINVAL;
}

static int read_group(struct parquet_journal *journal, int fd, uint64_t *at, uint64_t end)
{
    struct parquet_frame frame;
    int error = pass_frame(fd, at, end, parquet_group_tag, &frame);

    if (!error)
        error = add_part(&journal->groups, fd, frame.second, *at + frame.first);
    if (error)
        return error;
    *at += frame.first + frame.second;
    journal->group_count++;
    journal->records += frame.records;
    return 0;
}

int parquet_journal_read(struct parquet_journal *journal, int fd, uint64_t end)
{
    uint64_t at = PARQUET_MAGIC_SIZE;
    struct parquet_frame frame = {0};
    int error = pass_frame(fd, &at, end, parquet_head_tag, &frame);

    if (!error)
        error = add_part(&journal->head, fd, frame.first, at);
    if (!error)
        error = add_part(&journal->tail, fd, frame.second, at + frame.first);
    at += frame.first + frame.second;
    while (!error && at < end)
        error = read_group(journal, fd, &at, end);
    return error;
}

void parquet_journal_free(struct parquet_journal *journal)
{
    bytes_free(&journal->head);
    bytes_free(&journal->groups);
    bytes_free(&journal->tail);
}
