// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that describe a world: lines of words, gzip-compressed or not. '#' begins a comment. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zlib.h>

enum {
    WORLD_LINE_SIZE = 8192, /* the longest route, each hop with an RTT, takes less than 2,000 characters */
};

struct world_file {
    const char *path;
    gzFile file;
    uint64_t line; /* number of the line last read; the first is 1 */
    char *cursor;  /* where the next word is looked for */
    char text[WORLD_LINE_SIZE];
};

/* world_file_open() opens `path`, which must outlive the file. 0, or a negative errno after one line on
 * stderr. */
int world_file_open(struct world_file *file, const char *path);

/* world_file_next() goes to the next line that has words. 1; 0 at the end; -EINVAL, after one line on stderr,
 * where the file cannot be read or a line is too long. */
int world_file_next(struct world_file *file);

/* world_file_word() takes the next word of the line, which may be written to until the next line; NULL where
 * there is none. */
char *world_file_word(struct world_file *file);

/* world_file_refuse() says on stderr what is wrong in the present line and returns -EINVAL; what it is given
 * to quote is cut to a length that can be read. */
__attribute__((format(printf, 2, 3))) int world_file_refuse(const struct world_file *file, const char *format,
                                                            ...);

void world_file_close(struct world_file *file);
