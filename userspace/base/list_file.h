// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists and tables as people have them: lines of words. What is put up with, wherever a list is read:
 *
 *   compression by gzip; CRLF; a byte order mark; empty lines; no newline at the end
 *
 *   comments   from '#' on, or from a word that begins with ';' or "//"; lines that begin with '%' (whois)
 *
 *   commas     between the words of lines whose first word has one (CSV), with or without quotation marks;
 *              not within sets in braces
 *
 * What would be misread is refused: NULs, UTF-16, other compression, lines that end in a carriage return
 * alone.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error_text.h"
#include "base/line_reader.h"

enum {
    LIST_LINE_SIZE = 8192, /* without comments; the longest route, with RTTs, takes less than 2,000 */
};

struct list_file {
    const char *name; /* the path, or "stdin" */
    uint64_t line;    /* number of the line last read; the first is 1 */
    char *cursor;     /* where the next word is looked for */
    bool commas;      /* part the words of this line, too */
    bool first;       /* this line is the first that has words */
    bool begun;       /* there was one */
    struct line_reader lines;
    char text[LIST_LINE_SIZE];
    struct error_text error; /* after a failure: "a.txt: line 7: …" */
};

/* list_file_open() opens `path`, "-" being stdin; it must outlive the file. 0 or a negative errno, with
 * `error` written. */
int list_file_open(struct list_file *file, const char *path);

/* list_file_adopt() takes over a descriptor, also where it fails; `name` is what errors call it. */
int list_file_adopt(struct list_file *file, const char *name, int fd);

/* list_file_next() goes to the next line that has words. 1; 0 at the end; or -EINVAL, or a negative errno,
 * with `error` written, where the file cannot be read or is no text. */
int list_file_next(struct list_file *file);

/* list_file_word() takes the next word of the line, which may be written to until the next line; NULL where
 * there is none. */
char *list_file_word(struct list_file *file);

/* list_file_refuse() writes into `error` what is wrong in the present line and returns -EINVAL. */
__attribute__((format(printf, 2, 3))) int list_file_refuse(struct list_file *file, const char *format, ...);

/* list_file_is_heading(): `word` begins the first line that has words, which has commas, and is the name of a
 * column. */
bool list_file_is_heading(const struct list_file *file, const char *word);

void list_file_close(struct list_file *file);

/* Takes the words of a line; 0, or a negative errno, after which no more lines are read. */
typedef int list_line_taker(void *context, struct list_file *file);

/* list_file_read() opens `path`, has each line taken that has words, and closes it. 0, or the negative errno
 * of the taker or of these; `error` is empty where nobody wrote it. */
int list_file_read(struct list_file *file, const char *path, list_line_taker *take, void *context);

/* list_file_read_rest() has the lines of an open list taken, and closes it; it returns likewise. */
int list_file_read_rest(struct list_file *file, list_line_taker *take, void *context);

/* What a reader of a list left out or took for something else: how often, and where first. */
struct list_note {
    uint64_t count, first_line;
};

static inline void list_note_add(struct list_note *note, uint64_t line)
{
    if (note->count++ == 0)
        note->first_line = line;
}
