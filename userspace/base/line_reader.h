// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads large files, compressed by gzip or not, line by line and without copying each line. A byte order mark
 * of UTF-8 at the beginning is skipped.
 *
 * A last line without a newline does not count as a line: usually the program that wrote it was killed.
 * `unfinished` reports it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/read_ahead.h"
#include "base/unpacked_file.h"

enum {
    LINE_READER_UTF32 = -20001, /* results in addition to those of base/unpacked_file.h */
    LINE_READER_UTF16 = -20000,
    LINE_READER_ERRNO_MIN = -4095, /* smaller values are no errno */
    LINE_LENGTH_MAX = 1024 * 1024, /* longer lines are no text that somebody wrote on purpose */
};

struct line_reader {
    uint64_t position; /* of the first byte after the line last returned */
    uint64_t line;     /* number of the line last returned; the first is 1 */
    bool unfinished;   /* at the end: the last line has no newline */
    struct unpacked_file file;
    struct read_ahead *ahead; /* NULL: this thread reads the file */
    bool at_end, looked;
    char *buffer;
    size_t start, end; /* of what was read and not returned yet */
};

/* line_reader_open() opens `path`; "-" is stdin. Returns 0 or a negative errno. */
int line_reader_open(struct line_reader *reader, const char *path);

/* line_reader_begin() takes over an open file of which nothing was read, even if it fails. Returns 0 or
 * -ENOMEM. */
int line_reader_begin(struct line_reader *reader, const struct unpacked_file *file);

/* line_reader_run_ahead() starts a thread that unpacks the file, if the file is a packed one on a disk and a
 * thread can be started. The reader must then not move in memory until line_reader_close(). */
void line_reader_run_ahead(struct line_reader *reader);

/* line_reader_next() returns 1 with a line that is valid until the next call, without its newline and without a
 * NUL; 0 at the end; -E2BIG for a line longer than LINE_LENGTH_MAX, LINE_READER_UTF16, LINE_READER_UTF32,
 * or an error of unpacked_file_read(). */
int line_reader_next(struct line_reader *reader, const char **text, size_t *length);

/* line_reader_rest() is for texts that people write: after the end, it returns the last line without a newline,
 * in the form of line_reader_next(). Returns false if there is none. */
bool line_reader_rest(struct line_reader *reader, const char **text, size_t *length);

/* line_reader_mark() looks at the first bytes of a text. `skipped` receives the length of its byte order mark.
 * Returns 0, or LINE_READER_UTF16 or LINE_READER_UTF32 where the mark is of such a text. */
int line_reader_mark(const char *text, size_t length, size_t *skipped);

/* line_reader_strerror() returns the text of a negative result of line_reader_open() or line_reader_next(). */
const char *line_reader_strerror(int error);

void line_reader_close(struct line_reader *reader);
