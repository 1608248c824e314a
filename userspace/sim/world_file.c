// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/world_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"

static const char blanks[] = " \t\r\n";

int world_file_open(struct world_file *file, const char *path)
{
    file->path = path;
    file->line = 0;
    file->cursor = file->text;
    file->text[0] = '\0';
    errno = 0;
    file->file = gzopen(path, "rbe"); /* takes what is not compressed as it is */
    if (file->file)
        return 0;

    int error = errno ? errno : ENOMEM;
    log_error("sim: %s cannot be opened: %s", path, strerror(error));
    return -error;
}

static int refuse_unreadable(const struct world_file *file)
{
    int code = Z_OK;
    const char *why = gzerror(file->file, &code);

    if (code == Z_OK || code == Z_STREAM_END)
        return 0;
    log_error("sim: %s: cannot be read beyond line %" PRIu64 ": %s", file->path, file->line,
              code == Z_ERRNO       ? strerror(errno)
              : code == Z_BUF_ERROR ? "the compressed file is cut short"
                                    : why);
    return -EINVAL;
}

/* Cuts the comment off; false where the line is longer than the buffer or holds a NUL. */
static bool trim_line(struct world_file *file)
{
    bool whole = strchr(file->text, '\n') || gzeof(file->file);

    file->text[strcspn(file->text, "#")] = '\0';
    return whole;
}

int world_file_next(struct world_file *file)
{
    while (gzgets(file->file, file->text, sizeof(file->text))) {
        file->line++;
        file->cursor = file->text;
        if (!trim_line(file))
            return world_file_refuse(file, "is no text, or longer than %d characters", WORLD_LINE_SIZE - 2);
        if (file->text[strspn(file->text, blanks)])
            return 1;
    }
    return refuse_unreadable(file);
}

char *world_file_word(struct world_file *file)
{
    char *word = file->cursor + strspn(file->cursor, blanks);
    size_t length = strcspn(word, blanks);

    if (length == 0)
        return NULL;
    file->cursor = word + length;
    if (*file->cursor)
        *file->cursor++ = '\0';
    return word;
}

int world_file_refuse(const struct world_file *file, const char *format, ...)
{
    char why[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(why, sizeof(why), format, arguments);
    va_end(arguments);
    log_error("sim: %s: line %" PRIu64 ": %s", file->path, file->line, why);
    return -EINVAL;
}

void world_file_close(struct world_file *file)
{
    if (file->file)
        gzclose(file->file);
    file->file = NULL;
}
