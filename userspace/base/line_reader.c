// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/line_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int line_reader_begin(struct line_reader *reader, const struct unpacked_file *file)
{
    *reader = (struct line_reader){.file = *file, .buffer = malloc(LINE_LENGTH_MAX)};
    if (reader->buffer)
        return 0;
    line_reader_close(reader);
    return -ENOMEM;
}

int line_reader_open(struct line_reader *reader, const char *path)
{
    struct unpacked_file file;
    int error = unpacked_file_open(&file, path);

    return error ? error : line_reader_begin(reader, &file);
}

static ssize_t read_file(void *file, void *out, size_t size)
{
    return unpacked_file_read(file, out, size);
}

void line_reader_run_ahead(struct line_reader *reader)
{
    struct stat status;

    /* A pipe may block for any time, so it is not read ahead. */
    if (fstat(reader->file.fd, &status) == 0 && S_ISREG(status.st_mode) &&
        unpacked_file_is_packed(&reader->file))
        reader->ahead = read_ahead_start(read_file, &reader->file);
}

static ssize_t read_more(struct line_reader *reader, void *out, size_t size)
{
    return reader->ahead ? read_ahead_read(reader->ahead, out, size)
                         : unpacked_file_read(&reader->file, out, size);
}

/* Moves the unused rest to the front and reads more behind it. */
static int fill(struct line_reader *reader)
{
    ssize_t n;

    memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
    reader->end -= reader->start;
    reader->start = 0;
    if (reader->end == LINE_LENGTH_MAX)
        return -E2BIG;
    n = read_more(reader, reader->buffer + reader->end, LINE_LENGTH_MAX - reader->end);
    if (n < 0)
        return (int)n;
    reader->end += (size_t)n;
    reader->at_end = n == 0;
    return 0;
}

enum {
    MARK_MAX = 4, /* bytes of the longest byte order mark */
};

/* Byte order marks that editors write, and what they say. Two bytes of UTF-32's are those of UTF-16, so it
 * comes first. */
static const struct mark {
    char bytes[MARK_MAX + 1];
    size_t length;
    int says;
} marks[] = {
    {"\xff\xfe\0\0", 4, LINE_READER_UTF32},
    {"\0\0\xfe\xff", 4, LINE_READER_UTF32},
    {"\xff\xfe", 2, LINE_READER_UTF16},
    {"\xfe\xff", 2, LINE_READER_UTF16},
    {"\xef\xbb\xbf", 3, 0},
};

int line_reader_mark(const char *text, size_t length, size_t *skipped)
{
    *skipped = 0;
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (length >= marks[i].length && memcmp(text, marks[i].bytes, marks[i].length) == 0) {
            *skipped = marks[i].length;
            return marks[i].says;
        }
    return 0;
}

static int look(struct line_reader *reader)
{
    int error = 0;

    while (!error && !reader->at_end && reader->end < MARK_MAX)
        error = fill(reader);
    if (error)
        return error;
    reader->looked = true;
    error = line_reader_mark(reader->buffer, reader->end, &reader->start);
    reader->position = reader->start;
    return error;
}

int line_reader_next(struct line_reader *reader, const char **text, size_t *length)
{
    size_t searched = 0;
    int looking = reader->looked ? 0 : look(reader);

    if (looking)
        return looking;
    for (;;) {
        const char *start = reader->buffer + reader->start;
        size_t available = reader->end - reader->start;
        const char *newline = memchr(start + searched, '\n', available - searched);

        if (newline) {
            *text = start;
            *length = (size_t)(newline - start);
            reader->start += *length + 1;
            reader->position += *length + 1;
            reader->line++;
            return 1;
        }
        if (reader->at_end) {
            reader->unfinished = available > 0;
            return 0;
        }
        searched = available;
        int error = fill(reader);
        if (error)
            return error;
    }
}

bool line_reader_rest(struct line_reader *reader, const char **text, size_t *length)
{
    if (!reader->unfinished)
        return false;
    *text = reader->buffer + reader->start;
    *length = reader->end - reader->start;
    reader->start = reader->end;
    reader->unfinished = false;
    reader->line++;
    return true;
}

const char *line_reader_strerror(int error)
{
    if (error == LINE_READER_UTF16)
        return "is UTF-16: convert it by 'iconv -f UTF-16 -t UTF-8'";
    if (error == LINE_READER_UTF32)
        return "is UTF-32: convert it by 'iconv -f UTF-32 -t UTF-8'";
    return error == -E2BIG ? "a line is longer than 1 MiB" : unpacked_file_strerror(error);
}

void line_reader_close(struct line_reader *reader)
{
    read_ahead_stop(reader->ahead);
    reader->ahead = NULL;
    free(reader->buffer);
    reader->buffer = NULL;
    unpacked_file_close(&reader->file);
}
