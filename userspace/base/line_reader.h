// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lines of large files, one at a time and without a copy of each.
 *
 * A last line without its newline is not a line here: it is what is left of a program that was killed while
 * it wrote, and is told apart by `unfinished`.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LINE_LENGTH_MAX = 1024 * 1024, /* longer ones are no text that anybody meant to write */
};

struct line_reader {
    uint64_t line;   /* number of the line last returned; the first is 1 */
    bool unfinished; /* at the end: bytes without a newline were left over */
    int fd;
    bool at_end;
    char *buffer;
    size_t start, end; /* of what was read and not returned yet */
};

/* line_reader_open() opens `path`, "-" being stdin. 0 or a negative errno. */
int line_reader_open(struct line_reader *reader, const char *path);

/* line_reader_next() returns 1 with a line that holds until the next call, without its newline and without a
 * NUL; 0 at the end; -E2BIG for a line above LINE_LENGTH_MAX, or the negative errno of read(2). */
int line_reader_next(struct line_reader *reader, const char **text, size_t *length);

/* line_reader_rest() is for texts written by hand: after the end, the bytes that were left over as a line of
 * their own, as line_reader_next() gives lines. False where there are none. */
bool line_reader_rest(struct line_reader *reader, const char **text, size_t *length);

/* line_reader_strerror() tells what a negative result of the two means. */
const char *line_reader_strerror(int error);

void line_reader_close(struct line_reader *reader);
