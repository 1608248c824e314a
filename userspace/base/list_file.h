// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Lists and tables that people write: lines of words. Every reader of lists accepts:
 *
 *   compression by gzip; CRLF; a byte order mark; empty lines; no newline at the end
 *
 *   comments   from '#' on, or from a word that begins with ';' or "//"; lines that begin with '%' (whois)
 *
 *   commas     between the words of lines whose first word has one (CSV); not within sets in braces
 *
 *   quotes     around words
 *
 * Files that would be misread are refused: with NULs, in UTF-16 or UTF-32, with other compression, or with lines
 * that end in a carriage return alone.
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
    char *cursor;     /* where the search for the next word starts */
    bool commas;      /* they also separate words of this line */
    bool first;       /* this line is the first that has words */
    bool begun;       /* there was such a line */
    struct line_reader lines;
    char text[LIST_LINE_SIZE];
    struct error_text error; /* after a failure: "a.txt: line 7: …" */
};

/* list_file_open() opens `path`; "-" is stdin. `path` must stay valid until list_file_close(). Returns 0, or a
 * negative errno with `error` written. */
int list_file_open(struct list_file *file, const char *path);

/* list_file_adopt() takes over a descriptor, even if it fails. Error messages use `name`. */
int list_file_adopt(struct list_file *file, const char *name, int fd);

/* list_file_next() goes to the next line that has words. Returns 1; 0 at the end; or, with `error` written, a
 * negative errno if the file cannot be read and -EINVAL if it is not text. */
int list_file_next(struct list_file *file);

/* list_file_word() returns the next word of the line, or NULL if there is none. With commas, a field without
 * content is the word "", except before the first word and behind the last comma. The caller may change the word;
 * it is valid until the next line. */
char *list_file_word(struct list_file *file);

/* list_file_refuse() writes an error about the present line into `error` and returns -EINVAL. */
__attribute__((format(printf, 2, 3))) int list_file_refuse(struct list_file *file, const char *format, ...);

/* list_file_is_heading() returns whether `word`, the first word of the first line with words, is the name of a
 * column: that line has commas, and the word is a name. */
bool list_file_is_heading(const struct list_file *file, const char *word);

void list_file_close(struct list_file *file);

/* Reads the words of a line. Returns 0, or a negative errno, after which no more lines are read. */
typedef int list_line_taker(void *context, struct list_file *file);

/* list_file_read() opens `path`, calls take() for each line that has words, and closes the file. Returns 0, or
 * the negative errno of take() or of the functions above; `error` is empty if none of them wrote it. */
int list_file_read(struct list_file *file, const char *path, list_line_taker *take, void *context);

/* list_file_read_rest() does the same for the lines that are left of an open list. */
int list_file_read_rest(struct list_file *file, list_line_taker *take, void *context);

/* Lines that a reader of a list skipped or corrected: how many, and the number of the first one. */
struct list_note {
    uint64_t count, first_line;
};

static inline void list_note_add(struct list_note *note, uint64_t line)
{
    if (note->count++ == 0)
        note->first_line = line;
}
