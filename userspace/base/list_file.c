// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/list_file.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char blanks[] = " \t\r";

/* A line that begins with this is a comment. */
static const char comment_line = '%';

static int begin(struct list_file *file, const char *name, int error)
{
    file->name = name;
    file->line = 0;
    file->begun = false;
    file->cursor = file->text;
    file->text[0] = file->error.text[0] = '\0';
    return error ? error_text_set(&file->error, error, "%s: %s", file->name, line_reader_strerror(error)) : 0;
}

int list_file_open(struct list_file *file, const char *path)
{
    int error = line_reader_open(&file->lines, path);

    return begin(file, strcmp(path, "-") == 0 ? "stdin" : path, error);
}

int list_file_adopt(struct list_file *file, const char *name, int fd)
{
    struct unpacked_file unpacked;
    int error = unpacked_file_adopt(&unpacked, fd);

    return begin(file, name, error ? error : line_reader_begin(&file->lines, &unpacked));
}

static int refuse_unreadable(struct list_file *file, int error)
{
    const char *why = line_reader_strerror(error);
    int code = error < LINE_READER_ERRNO_MIN ? -EINVAL : error;

    if (file->line == 0)
        return error_text_set(&file->error, code, "%s: %s", file->name, why);
    return error_text_set(&file->error, code, "%s: cannot be read beyond line %" PRIu64 ": %s", file->name,
                          file->line, why);
}

/* Returns the length of the part of a line before its comment. */
static size_t content_length(const char *text, size_t length)
{
    size_t start = 0;

    while (start < length && strchr(blanks, text[start]))
        start++;
    if (start < length && text[start] == comment_line)
        return 0;
    for (size_t i = 0; i < length; i++) {
        bool word_starts = i == 0 || strchr(blanks, text[i - 1]);

        if (text[i] == '#' || (word_starts && text[i] == ';') ||
            (word_starts && i + 1 < length && text[i] == '/' && text[i + 1] == '/'))
            return i;
    }
    return length;
}

/* A file whose lines end only in carriage returns looks like one line, of which all but the first word would
 * be lost. */
static bool has_lone_return(const char *text, size_t length)
{
    while (length && strchr(blanks, text[length - 1]))
        length--;
    return memchr(text, '\r', length) != NULL;
}

/* Characters that need a closer look: blanks, commas, comments, NULs. */
static const bool special[256] = {
    [0] = true,   [' '] = true, ['\t'] = true, ['\r'] = true, [','] = true,
    ['{'] = true, ['#'] = true, [';'] = true,  ['/'] = true,  ['%'] = true,
};

/* For speed: nearly all lines of the longest lists are a single word. */
static bool is_word(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && !special[(uint8_t)text[i]])
        i++;
    return i > 0 && i == length && length < LIST_LINE_SIZE;
}

/* Returns whether the line has words. */
static int take_words(struct list_file *file)
{
    if (*file->cursor == '\0')
        return 0;
    file->first = !file->begun;
    file->begun = true;
    return 1;
}

static int take_line(struct list_file *file, const char *text, size_t length)
{
    file->line = file->lines.line;
    file->cursor = file->text;
    if (is_word(text, length)) {
        memcpy(file->text, text, length);
        file->text[length] = '\0';
        file->commas = false;
        return take_words(file);
    }
    if (memchr(text, '\0', length))
        return list_file_refuse(file, "holds a NUL byte; a text file is expected");
    if (has_lone_return(text, length))
        return list_file_refuse(file, "carriage returns within a line: lines must end in a newline");
    length = content_length(text, length);
    if (length >= LIST_LINE_SIZE)
        return list_file_refuse(file, "longer than %d characters", LIST_LINE_SIZE - 1);
    memcpy(file->text, text, length);
    file->text[length] = '\0';
    file->cursor = file->text + strspn(file->text, blanks);
    file->commas = *file->cursor != '{' && memchr(file->cursor, ',', strcspn(file->cursor, blanks));
    if (file->commas)
        file->cursor += strspn(file->cursor, ", \t\r");
    return take_words(file);
}

int list_file_next(struct list_file *file)
{
    const char *text;
    size_t length;

    for (;;) {
        int result = line_reader_next(&file->lines, &text, &length);

        if (result < 0)
            return refuse_unreadable(file, result);
        if (result == 0 && !line_reader_rest(&file->lines, &text, &length))
            return 0;
        result = take_line(file, text, length);
        if (result)
            return result;
    }
}

static char *without_quotes(char *word)
{
    size_t length = *word == '"' ? strlen(word) : 0;

    if (length < 2 || word[length - 1] != '"')
        return word;
    word[length - 1] = '\0';
    return word + 1;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool is_between(const struct list_file *file, char c)
{
    return is_blank(c) || (c == ',' && file->commas);
}

/* Goes behind a word: behind its comma in CSV, so that a field without content is a word, too. */
static void pass_separator(struct list_file *file)
{
    bool comma = *file->cursor == ',';

    *file->cursor++ = '\0';
    while (is_blank(*file->cursor))
        file->cursor++;
    if (file->commas && !comma && *file->cursor == ',')
        file->cursor++;
}

char *list_file_word(struct list_file *file)
{
    char *word = file->cursor, *end;

    while (is_blank(*word))
        word++;
    if (!*word)
        return NULL;
    end = word;
    while (*end && !is_between(file, *end))
        end++;
    file->cursor = end;
    if (*end)
        pass_separator(file);
    return without_quotes(word);
}

int list_file_refuse(struct list_file *file, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(file->error.text, sizeof(file->error.text), format, arguments);
    va_end(arguments);
    error_text_prefix(&file->error, "%s: line %" PRIu64 ": ", file->name, file->line);
    return -EINVAL;
}

bool list_file_is_heading(const struct list_file *file, const char *word)
{
    return file->first && file->commas && isalpha((unsigned char)word[0]) &&
           strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_ ") == strlen(word);
}

void list_file_close(struct list_file *file)
{
    line_reader_close(&file->lines);
}

int list_file_read(struct list_file *file, const char *path, list_line_taker *take, void *context)
{
    int result = list_file_open(file, path);

    return result ? result : list_file_read_rest(file, take, context);
}

int list_file_read_rest(struct list_file *file, list_line_taker *take, void *context)
{
    int result, taken = 0;

    line_reader_run_ahead(&file->lines);
    while (!taken && (result = list_file_next(file)) == 1)
        taken = take(context, file);
    list_file_close(file);
    return taken ? taken : result;
}
