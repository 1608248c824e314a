// SPDX-License-Identifier: GPL-2.0-or-later
#include "receive/capture_bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int capture_bytes_begin(struct capture_bytes *bytes, int fd)
{
    *bytes = (struct capture_bytes){.room = malloc(CAPTURE_PIECE_MAX)};

    int error = unpacked_file_adopt(&bytes->file, fd);
    return error || bytes->room ? error : -ENOMEM;
}

void capture_bytes_end(struct capture_bytes *bytes)
{
    free(bytes->room);
    bytes->room = NULL;
    unpacked_file_close(&bytes->file);
}

static void move_to_front(struct capture_bytes *bytes)
{
    memmove(bytes->room, bytes->room + bytes->start, bytes->end - bytes->start);
    bytes->end -= bytes->start;
    bytes->start = 0;
}

/* Returns how many bytes came, 0 at the end. */
static ssize_t fill(struct capture_bytes *bytes)
{
    ssize_t count =
        unpacked_file_read(&bytes->file, bytes->room + bytes->end, CAPTURE_PIECE_MAX - bytes->end);

    bytes->end += count > 0 ? (size_t)count : 0;
    return count == UNPACK_CUT_SHORT ? -ENODATA : count;
}

int capture_bytes_look(struct capture_bytes *bytes, size_t count, const uint8_t **out)
{
    if (count > CAPTURE_PIECE_MAX)
        return -EMSGSIZE;
    if (bytes->start + count > CAPTURE_PIECE_MAX)
        move_to_front(bytes);
    while (bytes->end - bytes->start < count) {
        ssize_t more = fill(bytes);

        if (more < 0)
            return (int)more;
        if (more == 0)
            return bytes->end == bytes->start ? 0 : -ENODATA;
    }
    *out = bytes->room + bytes->start;
    return 1;
}

int capture_bytes_take(struct capture_bytes *bytes, size_t count, const uint8_t **out)
{
    int result = capture_bytes_look(bytes, count, out);

    if (result == 1) {
        bytes->start += count;
        bytes->passed += count;
    }
    return result;
}

int capture_bytes_skip(struct capture_bytes *bytes, uint64_t count)
{
    const uint8_t *passed;
    int result = 1;

    while (count && result == 1) {
        size_t piece = count < CAPTURE_PIECE_MAX ? (size_t)count : CAPTURE_PIECE_MAX;

        result = capture_bytes_take(bytes, piece, &passed);
        count -= piece;
    }
    return result;
}
