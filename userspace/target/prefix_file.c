// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of target/prefix_list.h: an entry a line. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "target/prefix_list.h"

#define BLANKS " \t\r" /* carriage returns too: files come from Windows */

enum {
    /* What a line may hold before its comment. The longest entry, a range, has 31 characters; the rest is
     * room for blanks. A longer line is no list of prefixes. */
    LINE_SIZE = 256,
};

enum line_status {
    LINE_READ,
    LINE_NONE,   /* end of file */
    LINE_FAILED, /* errno tells */
    LINE_TOO_LONG,
    LINE_HOLDS_NUL,
};

/* Reads a line without its end and its comment, which may be of any length. */
static enum line_status read_line(FILE *file, char line[LINE_SIZE])
{
    bool in_comment = false;
    size_t length = 0;
    int c;

    while ((c = getc_unlocked(file)) != EOF && c != '\n') {
        in_comment |= c == '#';
        if (c == '\0')
            return LINE_HOLDS_NUL;
        if (in_comment)
            continue;
        if (length == LINE_SIZE - 1)
            return LINE_TOO_LONG;
        line[length++] = (char)c;
    }
    line[length] = '\0';
    if (ferror(file))
        return LINE_FAILED;
    return c == '\n' || length > 0 ? LINE_READ : LINE_NONE;
}

static char *trim(char *line)
{
    size_t length;

    line += strspn(line, BLANKS);
    length = strlen(line);
    while (length > 0 && strchr(BLANKS, line[length - 1]))
        length--;
    line[length] = '\0';
    return line;
}

static int add_line(struct prefix_list *list, const char *text, const char *name, unsigned long number,
                    struct prefix_error *error)
{
    char what[sizeof(error->text)];
    struct prefix prefix;

    /* Nearly every line ends here, so that its place is put into words for the others only. */
    if (prefix_parse(text, &prefix) == 0 && prefix_list_add(list, prefix) == 0)
        return 0;
    snprintf(what, sizeof(what), "%s: line %lu", name, number);
    return prefix_list_add_text(list, text, what, error);
}

static int explain_status(enum line_status status, const char *name, unsigned long number,
                          struct prefix_error *error)
{
    int code = -errno;

    switch (status) {
    case LINE_FAILED:
        snprintf(error->text, sizeof(error->text), "%s: %s", name, strerror(-code));
        return code;
    case LINE_TOO_LONG:
        snprintf(error->text, sizeof(error->text),
                 "%s: line %lu: longer than %d characters; one address or prefix a line is expected", name,
                 number, LINE_SIZE - 1);
        return -EINVAL;
    case LINE_HOLDS_NUL:
        snprintf(error->text, sizeof(error->text), "%s: line %lu: holds a NUL byte; a text file is expected",
                 name, number);
        return -EINVAL;
    default:
        return 0;
    }
}

static int read_lines(struct prefix_list *list, FILE *file, const char *name, struct prefix_error *error)
{
    unsigned long number = 1;
    char line[LINE_SIZE];
    enum line_status status;

    for (; (status = read_line(file, line)) == LINE_READ; number++) {
        const char *text = trim(line);
        int code = *text ? add_line(list, text, name, number, error) : 0;

        if (code)
            return code;
    }
    return explain_status(status, name, number, error);
}

int prefix_list_read_file(struct prefix_list *list, const char *path, struct prefix_error *error)
{
    FILE *file;
    int code;

    if (strcmp(path, "-") == 0)
        return read_lines(list, stdin, "stdin", error);
    file = fopen(path, "re");
    if (!file)
        return explain_status(LINE_FAILED, path, 0, error);
    code = read_lines(list, file, path, error);
    fclose(file);
    return code;
}
