// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The bytes of a file that is compressed by gzip (RFC 1952), by zstd (RFC 8878) or not at all. The first bytes
 * decide, not the name. Formats of other programs are recognized, so that their files are not read as text.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Errors of packed files, in addition to the errno values. */
enum {
    UNPACK_TRAILING = -10002,
    UNPACK_CUT_SHORT = -10000,
    UNPACK_DAMAGED = -9999,
    UNPACK_FOREIGN = -9998, /* the first code of formats that another program must unpack */
};

enum {
    UNPACKED_MAGIC_MAX = 6,
};

struct unpacked_file {
    int fd;
    bool looked;              /* the first bytes were examined */
    bool within;              /* a packed part has begun but not ended */
    struct z_stream_s *gzip;  /* NULL: not compressed by gzip */
    struct ZSTD_DCtx_s *zstd; /* NULL: not compressed by zstd */
    uint8_t *bytes;           /* read from the file; those from `start` to `end` are not used yet */
    size_t start, end;
    uint8_t first[UNPACKED_MAGIC_MAX]; /* unpacked ahead, and the error after them */
    size_t first_start, first_end;
    ssize_t first_error;
    uint64_t limit; /* set by the caller: how many bytes of a packed file to read, 0: all */
    uint64_t taken; /* of the file so far */
    uint64_t ended; /* where in the file the last packed part ended */
    bool takes_cut; /* set by the caller: a packed file that is cut off ends without an error, and is_cut
                     * is set */
    bool is_cut;
};

/* unpacked_file_open() opens `path`; "-" is stdin. Returns 0, or a negative errno, and then there is nothing to
 * close. */
int unpacked_file_open(struct unpacked_file *file, const char *path);

/* unpacked_file_begins_with() compares the first bytes of the contents, at most UNPACKED_MAGIC_MAX. Call it
 * before anything is read. The first read returns an error that occurred here. */
bool unpacked_file_begins_with(struct unpacked_file *file, const void *magic, size_t length);

/* unpacked_file_is_packed() returns whether the file is compressed. Call it before anything is read. */
bool unpacked_file_is_packed(struct unpacked_file *file);

/* unpacked_file_adopt() takes over a descriptor, even if it fails with -ENOMEM. */
int unpacked_file_adopt(struct unpacked_file *file, int fd);

/* unpacked_file_read() writes at most `size` bytes to `out` and returns their number; 0 at the end; or a
 * negative errno or UNPACK_…. It waits for at least one byte, not for `size` bytes. */
ssize_t unpacked_file_read(struct unpacked_file *file, void *out, size_t size);

/* unpacked_file_find_end() reads a file that consists of packed parts as far as the parts are complete. `*end`
 * is set to the position in the file where the last complete part ends, 0: there is none. Returns 0 or a
 * negative errno. */
int unpacked_file_find_end(const char *path, uint64_t *end);

/* unpacked_file_strerror() returns the text of a negative result of unpacked_file_open() or
 * unpacked_file_read(). */
const char *unpacked_file_strerror(int error);

void unpacked_file_close(struct unpacked_file *file);
