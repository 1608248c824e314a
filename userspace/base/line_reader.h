// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of large files, compressed by gzip or not, one at a time and without a copy of each. A byte order
 * mark of UTF-8 before the first is left out.
 *
 * A last line without its newline is not a line here: it is what is left of a program that was killed while
 * it wrote, and is told apart by `unfinished`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/read_ahead.h"
#include "base/unpacked_file.h"

enum {
    LINE_READER_UTF16 = -10001,    /* a result beside those of base/unpacked_file.h */
    LINE_READER_ERRNO_MIN = -4095, /* those below are no errno's */
    LINE_LENGTH_MAX = 1024 * 1024, /* longer ones are no text that anybody meant to write */
};

struct line_reader {
    uint64_t position; /* of the first byte after it, in what was read */
    uint64_t line;     /* number of the line last returned; the first is 1 */
    bool unfinished;   /* at the end: bytes without a newline were left over */
    struct unpacked_file file;
    struct read_ahead *ahead; /* NULL: this thread reads the file */
    bool at_end, looked;
    char *buffer;
    size_t start, end; /* of what was read and not returned yet */
};

/* line_reader_open() opens `path`, "-" being stdin. 0 or a negative errno. */
int line_reader_open(struct line_reader *reader, const char *path);

/* line_reader_begin() takes over a file that is open, of which nothing was read, also where it fails: 0 or
 * -ENOMEM. */
int line_reader_begin(struct line_reader *reader, const struct unpacked_file *file);

/* line_reader_run_ahead() has a thread of its own unpack the file, where it is a packed one on a disk, and a thread is to
 * be had. The reader must then stay where it is until line_reader_close(). */
void line_reader_run_ahead(struct line_reader *reader);

/* line_reader_next() returns 1 with a line that holds until the next call, without its newline and without a
 * NUL; 0 at the end; -E2BIG for a line above LINE_LENGTH_MAX, LINE_READER_UTF16, or what
 * unpacked_file_read() has. */
int line_reader_next(struct line_reader *reader, const char **text, size_t *length);

/* line_reader_rest() is for texts written by hand: after the end, the bytes that were left over as a line of
 * their own, as line_reader_next() gives lines. False where there are none. */
bool line_reader_rest(struct line_reader *reader, const char **text, size_t *length);

/* line_reader_strerror() says what a negative result of the two means. */
const char *line_reader_strerror(int error);

void line_reader_close(struct line_reader *reader);
