// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bytes of a capture, in pieces of known length; the file may be compressed (base/unpacked_file.h). The
 * lengths come from the file, so they are not trusted: at most CAPTURE_PIECE_MAX bytes are ever kept.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/unpacked_file.h"

enum {
    /* Twice the largest packet that programs capture (libpcap: 262,144). If lower, complete packets are
     * refused; if higher, a damaged length costs more memory before it is noticed. */
    CAPTURE_PIECE_MAX = 1 << 19,
};

struct capture_bytes {
    struct unpacked_file file;
    uint8_t *room;
    size_t start, end; /* of the bytes read and not yet taken */
    uint64_t passed;   /* offset in the uncompressed capture */
};

/* capture_bytes_begin() takes over `fd`, from which nothing was read, even if it fails. Returns 0 or -ENOMEM.
 * capture_bytes_end() may be called after either, and on zeros. */
int capture_bytes_begin(struct capture_bytes *bytes, int fd);
void capture_bytes_end(struct capture_bytes *bytes);

/*
 * capture_bytes_look() makes the next `count` bytes readable at `*out`, until the next call, without taking
 * them; capture_bytes_take() takes them. Both return 1; 0 if the file ends before the first of these bytes;
 * -ENODATA if it ends among them, or if the compressed file is cut off; -EMSGSIZE if `count` is above
 * CAPTURE_PIECE_MAX; or an error of unpacked_file_read().
 */
int capture_bytes_look(struct capture_bytes *bytes, size_t count, const uint8_t **out);
int capture_bytes_take(struct capture_bytes *bytes, size_t count, const uint8_t **out);

/* capture_bytes_skip() skips `count` bytes. Returns 1, or errors as capture_bytes_take(). */
int capture_bytes_skip(struct capture_bytes *bytes, uint64_t count);
