// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bytes of a file, whether it is compressed by gzip (RFC 1952), by zstd (RFC 8878) or not; its first bytes
 * tell, not its name. Formats of other programs are recognized, so that what they packed is not taken for text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Beside errno's: what may be wrong with a packed file. */
enum {
    UNPACK_CUT_SHORT = -10000,
    UNPACK_DAMAGED = -9999,
    UNPACK_FOREIGN = -9998, /* the first of those that another program must unpack */
};

enum {
    UNPACKED_MAGIC_MAX = 6,
};

struct unpacked_file {
    int fd;
    bool looked;              /* at the first bytes */
    bool within;              /* a packed part has begun and not ended */
    struct z_stream_s *gzip;  /* NULL: not compressed by gzip */
    struct ZSTD_DCtx_s *zstd; /* NULL: nor by zstd */
    uint8_t *bytes;           /* read and not used yet: those from `start` to `end` */
    size_t start, end;
    uint8_t first[UNPACKED_MAGIC_MAX]; /* unpacked ahead, and the error behind them */
    size_t first_start, first_end;
    ssize_t first_error;
    uint64_t limit; /* set by the caller: bytes of a packed file that are read, 0: all */
    uint64_t taken; /* of the file so far */
    uint64_t ended; /* where in the file the last packed part ended */
    bool takes_cut; /* set by the caller: where a packed file is cut short it ends, and is_cut says so */
    bool is_cut;
};

/* unpacked_file_open() opens `path`, "-" being stdin. 0 or a negative errno; then
 * nothing is left to close. */
int unpacked_file_open(struct unpacked_file *file, const char *path);

/* unpacked_file_begins_with() looks at the first bytes of what is to be read, before anything was: at most
 * UNPACKED_MAGIC_MAX of them. An error comes again with the first read. */
bool unpacked_file_begins_with(struct unpacked_file *file, const void *magic, size_t length);

/* unpacked_file_is_packed() says whether it is compressed, before anything was read. */
bool unpacked_file_is_packed(struct unpacked_file *file);

/* unpacked_file_adopt() takes over a descriptor, also where it fails with -ENOMEM. */
int unpacked_file_adopt(struct unpacked_file *file, int fd);

/* unpacked_file_read() returns how many bytes it wrote to `out`, at most `size`; 0 at the end; or a negative
 * errno or UNPACK_… It waits for a first byte, not for `size`. */
ssize_t unpacked_file_read(struct unpacked_file *file, void *out, size_t size);

/* unpacked_file_find_end() reads a file that is packed in parts, one behind the other, as far as it is whole: `*end` is where
 * in it the last part ends that can be unpacked, 0: none. 0 or a negative errno. */
int unpacked_file_find_end(const char *path, uint64_t *end);

/* unpacked_file_strerror() says what a negative result of the two means. */
const char *unpacked_file_strerror(int error);

void unpacked_file_close(struct unpacked_file *file);
