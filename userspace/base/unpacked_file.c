// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/unpacked_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

enum {
    ROOM = 1 << 16,
    GZIP_ONLY = 16, /* added to windowBits of inflateInit2(): gzip's header, not zlib's */
};

static const uint8_t gzip_magic[] = {0x1f, 0x8b}, zstd_magic[] = {0x28, 0xb5, 0x2f, 0xfd};

/* The last three bytes of the magic number of frames to be skipped; the first is 0x50 to 0x5f (RFC 8878,
 * section 3.1.2). A file of pzstd(1) begins with one. */
static const uint8_t skippable_magic[] = {0x2a, 0x4d, 0x18};

/* Formats that other programs write, and the program that turns each into text. */
static const struct foreign {
    const char *magic;
    size_t length;
    const char *told;
} foreigners[] = {
    {"\xfd\x37zXZ\0", 6, "is compressed by xz: give the output of 'xz -dc' instead, on stdin (-)"},
    {"BZh", 3, "is compressed by bzip2: give the output of 'bzip2 -dc' instead, on stdin (-)"},
    {"\x04\x22\x4d\x18", 4, "is compressed by lz4: give the output of 'lz4 -dc' instead, on stdin (-)"},
    {"PK\x03\x04", 4, "is a zip archive: give the output of 'unzip -p' instead, on stdin (-)"},
    {"7z\xbc\xaf\x27\x1c", 6, "is a 7z archive: give the output of '7z x -so' instead, on stdin (-)"},
    {"\x1f\x9d", 2, "is compressed by compress: give the output of 'gzip -dc' instead, on stdin (-)"},
};

int unpacked_file_adopt(struct unpacked_file *file, int fd)
{
    *file = (struct unpacked_file){.fd = fd, .bytes = malloc(ROOM)};
    if (file->bytes)
        return 0;
    unpacked_file_close(file);
    return -ENOMEM;
}

int unpacked_file_open(struct unpacked_file *file, const char *path)
{
    int fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

    return fd < 0 ? -errno : unpacked_file_adopt(file, fd);
}

static ssize_t read_some(int fd, void *out, size_t size)
{
    ssize_t count;

    do
        count = read(fd, out, size);
    while (count < 0 && errno == EINTR);
    return count < 0 ? -errno : count;
}

/* Reads more bytes behind those in the buffer. */
static ssize_t fill(struct unpacked_file *file)
{
    ssize_t count;

    if (file->start == file->end)
        file->start = file->end = 0;
    size_t room = ROOM - file->end;

    if (file->limit && room > file->limit - file->taken)
        room = (size_t)(file->limit - file->taken);
    count = read_some(file->fd, file->bytes + file->end, room);
    file->end += count > 0 ? (size_t)count : 0;
    file->taken += count > 0 ? (uint64_t)count : 0;
    return count;
}

static void end_part(struct unpacked_file *file)
{
    file->within = false;
    file->ended = file->taken - (file->end - file->start);
}

static bool is_next(const struct unpacked_file *file, const void *magic, size_t length)
{
    return file->end - file->start >= length && memcmp(file->bytes + file->start, magic, length) == 0;
}

static bool is_gzip_next(const struct unpacked_file *file)
{
    return is_next(file, gzip_magic, sizeof(gzip_magic));
}

static bool is_zstd_next(const struct unpacked_file *file)
{
    const uint8_t *next = file->bytes + file->start;

    return is_next(file, zstd_magic, sizeof(zstd_magic)) ||
           (file->end - file->start > sizeof(skippable_magic) && next[0] >> 4 == 5 &&
            memcmp(next + 1, skippable_magic, sizeof(skippable_magic)) == 0);
}

static int start_gzip(struct unpacked_file *file)
{
    file->gzip = calloc(1, sizeof(*file->gzip));
    if (!file->gzip)
        return -ENOMEM;
    if (inflateInit2(file->gzip, MAX_WBITS + GZIP_ONLY) == Z_OK) {
        file->within = true;
        return 0;
    }
    free(file->gzip);
    file->gzip = NULL;
    return -ENOMEM;
}

static int start_zstd(struct unpacked_file *file)
{
    file->zstd = ZSTD_createDStream();
    return file->zstd ? 0 : -ENOMEM;
}

/* Makes sure that the first bytes of the file are in the buffer. */
static int fill_first(struct unpacked_file *file)
{
    ssize_t count = 1;

    while (file->end < UNPACKED_MAGIC_MAX && count > 0)
        count = fill(file);
    return count < 0 ? (int)count : 0;
}

bool unpacked_file_is_packed(struct unpacked_file *file)
{
    /* An error is returned again by the first read. */
    return fill_first(file) == 0 && (is_gzip_next(file) || is_zstd_next(file));
}

static int look(struct unpacked_file *file)
{
    int error = fill_first(file);

    if (error)
        return error;
    file->looked = true;
    for (size_t i = 0; i < sizeof(foreigners) / sizeof(foreigners[0]); i++)
        if (is_next(file, foreigners[i].magic, foreigners[i].length))
            return UNPACK_FOREIGN + (int)i;
    if (is_zstd_next(file))
        return start_zstd(file);
    return is_gzip_next(file) ? start_gzip(file) : 0;
}

static ssize_t read_plain(struct unpacked_file *file, void *out, size_t size)
{
    size_t there = file->end - file->start;

    if (there == 0)
        return read_some(file->fd, out, size);
    if (size > there)
        size = there;
    memcpy(out, file->bytes + file->start, size);
    file->start += size;
    return (ssize_t)size;
}

/* Tapes pad files with zeros, which gzip(1) ignores. Anything else is not ignored: it may be a list that
 * somebody appended. */
static int check_padding(struct unpacked_file *file)
{
    ssize_t count = 1;

    while (count > 0) {
        while (file->start < file->end && !file->bytes[file->start])
            file->start++;
        if (file->start < file->end)
            return UNPACK_TRAILING;
        count = fill(file);
    }
    return (int)count;
}

/* Packed files may follow each other (RFC 1952, section 2.2). Returns 1 if another one follows. */
static int next_part(struct unpacked_file *file)
{
    ssize_t count = 1;

    while (file->end - file->start < sizeof(gzip_magic) && count > 0) {
        memmove(file->bytes, file->bytes + file->start, file->end - file->start);
        file->end -= file->start;
        file->start = 0;
        count = fill(file);
    }
    if (count < 0)
        return (int)count;
    if (file->end - file->start == 1 && file->bytes[file->start] == gzip_magic[0])
        return UNPACK_CUT_SHORT;
    if (!is_gzip_next(file))
        return check_padding(file);
    file->within = true;
    return inflateReset(file->gzip) == Z_OK ? 1 : UNPACK_DAMAGED;
}

/* Unpacks the bytes in the buffer; returns how many bytes that gave, which may be 0. */
static ssize_t unpack(struct unpacked_file *file, void *out, size_t size)
{
    z_stream *gzip = file->gzip;

    gzip->next_in = file->bytes + file->start;
    gzip->avail_in = (uInt)(file->end - file->start);
    gzip->next_out = out;
    gzip->avail_out = (uInt)size;
    int result = inflate(gzip, Z_NO_FLUSH);

    file->start = file->end - gzip->avail_in;
    if (result == Z_STREAM_END)
        end_part(file);
    if (result == Z_MEM_ERROR)
        return -ENOMEM;
    return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR
               ? (ssize_t)(size - gzip->avail_out)
               : UNPACK_DAMAGED;
}

static ssize_t read_gzip(struct unpacked_file *file, void *out, size_t size)
{
    ssize_t count = 0;

    while (count == 0) {
        if (!file->within) {
            int more = next_part(file);
            if (more <= 0)
                return more;
        }
        if (file->start == file->end) {
            ssize_t filled = fill(file);
            if (filled <= 0)
                return filled ? filled : UNPACK_CUT_SHORT;
        }
        count = unpack(file, out, size);
    }
    return count;
}

/* Frames may follow each other here, too (RFC 8878, section 3.1). */
static ssize_t read_zstd(struct unpacked_file *file, void *out, size_t size)
{
    ZSTD_outBuffer to = {.dst = out, .size = size};

    while (to.pos == 0) {
        if (file->start == file->end) {
            ssize_t filled = fill(file);

            if (filled <= 0)
                return filled ? filled : file->within ? UNPACK_CUT_SHORT : 0;
        }
        ZSTD_inBuffer from = {.src = file->bytes + file->start, .size = file->end - file->start};
        size_t result = ZSTD_decompressStream(file->zstd, &to, &from);

        if (ZSTD_isError(result))
            return file->within || is_zstd_next(file) ? UNPACK_DAMAGED : UNPACK_TRAILING;
        file->start += from.pos;
        file->within = true;
        if (result == 0)
            end_part(file);
    }
    return (ssize_t)to.pos;
}

static ssize_t read_on(struct unpacked_file *file, void *out, size_t size)
{
    int error = file->looked ? 0 : look(file);

    if (error)
        return error;
    if (file->zstd)
        return read_zstd(file, out, size);
    return file->gzip ? read_gzip(file, out, size) : read_plain(file, out, size);
}

/* Treats the point where a file was cut short as its end, if the caller wants that. */
static ssize_t read_to_cut(struct unpacked_file *file, void *out, size_t size)
{
    ssize_t count = file->first_error ? file->first_error : read_on(file, out, size);

    if (count != UNPACK_CUT_SHORT || !file->takes_cut)
        return count;
    file->is_cut = true;
    return 0;
}

static void read_first(struct unpacked_file *file)
{
    ssize_t count = 1;

    while (count > 0 && file->first_end < sizeof(file->first)) {
        count = read_on(file, file->first + file->first_end, sizeof(file->first) - file->first_end);
        if (count > 0)
            file->first_end += (size_t)count;
    }
    file->first_error = count < 0 ? count : 0;
}

bool unpacked_file_begins_with(struct unpacked_file *file, const void *magic, size_t length)
{
    if (!file->looked)
        read_first(file);
    return file->first_end >= length && memcmp(file->first, magic, length) == 0;
}

ssize_t unpacked_file_read(struct unpacked_file *file, void *out, size_t size)
{
    size_t there = file->first_end - file->first_start;

    if (there == 0)
        return read_to_cut(file, out, size);
    if (size > there)
        size = there;
    memcpy(out, file->first + file->first_start, size);
    file->first_start += size;
    return (ssize_t)size;
}

int unpacked_file_find_end(const char *path, uint64_t *end)
{
    struct unpacked_file file = {0};
    uint8_t *room = malloc(ROOM);
    int error = room ? unpacked_file_open(&file, path) : -ENOMEM;
    ssize_t count = error ? 0 : 1;

    while (count > 0)
        count = unpacked_file_read(&file, room, ROOM);
    *end = error ? 0 : file.ended;
    if (!error)
        unpacked_file_close(&file);
    free(room);
    return error ? error : count == -EIO || count == -ENOMEM ? (int)count : 0;
}

const char *unpacked_file_strerror(int error)
{
    size_t foreign = (size_t)(error - UNPACK_FOREIGN);

    if (error == UNPACK_CUT_SHORT)
        return "the compressed file is truncated";
    if (error == UNPACK_DAMAGED)
        return "the compressed file is damaged";
    if (error == UNPACK_TRAILING)
        return "bytes that are not compressed follow the compressed ones";
    return error >= UNPACK_FOREIGN && foreign < sizeof(foreigners) / sizeof(foreigners[0])
               ? foreigners[foreign].told
               : strerror(-error);
}

void unpacked_file_close(struct unpacked_file *file)
{
    if (file->gzip)
        inflateEnd(file->gzip);
    free(file->gzip);
    ZSTD_freeDStream(file->zstd);
    free(file->bytes);
    if (file->fd > STDERR_FILENO)
        close(file->fd);
    *file = (struct unpacked_file){.fd = -1};
}
