// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/line_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int line_reader_open(struct line_reader *reader, const char *path)
{
    *reader = (struct line_reader){0};
    reader->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (reader->fd < 0)
        return -errno;
    reader->buffer = malloc(LINE_LENGTH_MAX);
    if (!reader->buffer) {
        line_reader_close(reader);
        return -ENOMEM;
    }
    return 0;
}

/* Moves what is left to the front and reads more behind it. */
static int fill(struct line_reader *reader)
{
    ssize_t n;

    memmove(reader->buffer, reader->buffer + reader->start, reader->end - reader->start);
    reader->end -= reader->start;
    reader->start = 0;
    if (reader->end == LINE_LENGTH_MAX)
        return -E2BIG;
    do
        n = read(reader->fd, reader->buffer + reader->end, LINE_LENGTH_MAX - reader->end);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return -errno;
    reader->end += (size_t)n;
    reader->at_end = n == 0;
    return 0;
}

int line_reader_next(struct line_reader *reader, const char **text, size_t *length)
{
    size_t searched = 0;

    for (;;) {
        const char *start = reader->buffer + reader->start;
        size_t available = reader->end - reader->start;
        const char *newline = memchr(start + searched, '\n', available - searched);

        if (newline) {
            *text = start;
            *length = (size_t)(newline - start);
            reader->start += *length + 1;
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
    return error == -E2BIG ? "a line is longer than 1 MiB" : strerror(-error);
}

void line_reader_close(struct line_reader *reader)
{
    free(reader->buffer);
    reader->buffer = NULL;
    if (reader->fd > STDERR_FILENO)
        close(reader->fd);
    reader->fd = -1;
}
