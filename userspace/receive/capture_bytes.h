// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bytes of a capture, in pieces of known length, whether the file is compressed (base/unpacked_file.h) or
 * not. Lengths come from the file: whatever they say, no more than CAPTURE_PIECE_MAX bytes are ever kept.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/unpacked_file.h"

enum {
    /* Twice the largest packet that programs capture (libpcap: 262,144). Lower, and whole packets are refused;
     * higher, and a damaged length costs more memory before it is found out. */
    CAPTURE_PIECE_MAX = 1 << 19,
};

struct capture_bytes {
    struct unpacked_file file;
    uint8_t *room;
    size_t start, end; /* of what was read and not taken yet */
    uint64_t passed;   /* of all bytes of the capture */
};

/* capture_bytes_begin() takes over `fd`, of which nothing was read, also where it fails: 0 or -ENOMEM.
 * capture_bytes_end() is right after every outcome, and of zeros. */
int capture_bytes_begin(struct capture_bytes *bytes, int fd);
void capture_bytes_end(struct capture_bytes *bytes);

/*
 * capture_bytes_look() makes the next `count` bytes readable at `*out`, until the next call, and leaves them
 * where they are; capture_bytes_take() goes on behind them. 1; 0 where the file ends before the first of them;
 * -ENODATA where it ends among them, or with the compressed file; -EMSGSIZE above CAPTURE_PIECE_MAX; or what
 * unpacked_file_read() has.
 */
int capture_bytes_look(struct capture_bytes *bytes, size_t count, const uint8_t **out);
int capture_bytes_take(struct capture_bytes *bytes, size_t count, const uint8_t **out);

/* capture_bytes_skip() leaves out as many as are asked for: 1, or as capture_bytes_take(). */
int capture_bytes_skip(struct capture_bytes *bytes, uint64_t count);
