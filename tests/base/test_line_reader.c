// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/line_reader.h"

static char path[64];

static void open_text(struct line_reader *reader, const char *text, size_t length)
{
    strcpy(path, "/tmp/hopwire-test-XXXXXX");
    int fd = mkstemp(path);

    cr_assert_eq(write(fd, text, length), (ssize_t)length);
    close(fd);
    cr_assert_eq(line_reader_open(reader, path), 0);
    unlink(path);
}

Test(line_reader, returns_lines_and_tells_what_is_left)
{
    static const struct {
        const char *text;
        const char *lines[3];
        bool unfinished;
    } cases[] = {
        {"", {NULL}, false},
        {"\n", {""}, false},
        {"one\n", {"one"}, false},
        {"one\ntwo\n", {"one", "two"}, false},
        {"one\n\nthree\n", {"one", "", "three"}, false},
        {"one\ntw", {"one"}, true},
        {"o", {NULL}, true},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct line_reader reader;
        const char *text;
        size_t length, line = 0;

        open_text(&reader, cases[i].text, strlen(cases[i].text));
        while (line_reader_next(&reader, &text, &length) == 1) {
            cr_assert_lt(line, 3);
            cr_assert_not_null(cases[i].lines[line]);
            cr_expect_eq(length, strlen(cases[i].lines[line]));
            cr_expect_arr_eq(text, cases[i].lines[line], length);
            cr_expect_eq(reader.line, ++line);
        }
        cr_expect(line == 3 || !cases[i].lines[line], "case %zu ends early", i);
        cr_expect_eq(reader.unfinished, cases[i].unfinished, "case %zu", i);
        cr_expect_eq(line_reader_next(&reader, &text, &length), 0, "the end stays the end");
        line_reader_close(&reader);
    }
}

/* Lines lie across the borders of the buffer in every way. */
Test(line_reader, long_files_arrive_whole)
{
    enum {
        LINES = 3000,
        STEP = 997,
    };
    struct line_reader reader;
    size_t total = 0;
    char *text = malloc((size_t)LINES * (STEP + 1));
    const char *line;
    size_t length;

    for (size_t i = 0; i < LINES; i++) {
        size_t line_length = i * 31 % STEP;

        memset(text + total, 'a' + (int)(i % 26), line_length);
        total += line_length;
        text[total++] = '\n';
    }
    open_text(&reader, text, total);
    for (size_t i = 0; i < LINES; i++) {
        cr_assert_eq(line_reader_next(&reader, &line, &length), 1);
        cr_assert_eq(length, i * 31 % STEP);
        for (size_t j = 0; j < length; j++)
            cr_assert_eq(line[j], 'a' + (int)(i % 26));
    }
    cr_expect_eq(line_reader_next(&reader, &line, &length), 0);
    line_reader_close(&reader);
    free(text);
}

static int read_line_of(size_t wanted)
{
    struct line_reader reader;
    char *text = malloc(wanted + 1);
    const char *line;
    size_t length = 0;

    memset(text, 'x', wanted);
    text[wanted] = '\n';
    open_text(&reader, text, wanted + 1);
    int result = line_reader_next(&reader, &line, &length);
    if (result == 1)
        cr_expect_eq(length, wanted);
    line_reader_close(&reader);
    free(text);
    return result;
}

Test(line_reader, has_a_longest_line)
{
    cr_expect_eq(read_line_of(LINE_LENGTH_MAX - 1), 1);
    cr_expect_eq(read_line_of(LINE_LENGTH_MAX), -E2BIG);
    cr_expect_eq(read_line_of(3 * LINE_LENGTH_MAX), -E2BIG);
}

Test(line_reader, tells_what_cannot_be_read)
{
    struct line_reader reader;
    const char *text;
    size_t length;

    cr_expect_eq(line_reader_open(&reader, "/nonexistent/file"), -ENOENT);
    cr_assert_eq(line_reader_open(&reader, "/tmp"), 0);
    cr_expect_eq(line_reader_next(&reader, &text, &length), -EISDIR);
    line_reader_close(&reader);
}

Test(line_reader, reads_pipes_in_small_pieces)
{
    struct line_reader reader;
    const char *text;
    size_t length;
    int fds[2];

    cr_assert_eq(pipe(fds), 0);
    dup2(fds[0], STDIN_FILENO);
    cr_assert_eq(line_reader_open(&reader, "-"), 0);
    cr_assert_eq(write(fds[1], "one\ntw", 6), 6);
    cr_expect_eq(line_reader_next(&reader, &text, &length), 1);
    cr_expect_arr_eq(text, "one", 3);
    cr_assert_eq(write(fds[1], "o\nrest", 6), 6);
    close(fds[1]);
    cr_expect_eq(line_reader_next(&reader, &text, &length), 1);
    cr_expect_eq(length, 3);
    cr_expect_arr_eq(text, "two", 3);
    cr_expect_eq(line_reader_next(&reader, &text, &length), 0);
    cr_expect(reader.unfinished);
    line_reader_close(&reader);
}

/* What is left at the end is a line for those who ask. */
Test(line_reader, gives_the_rest_as_a_line)
{
    static const struct {
        const char *text, *rest;
        uint64_t line;
    } cases[] = {{"", NULL, 0},     {"\n", NULL, 1},        {"one\n", NULL, 1},
                 {"one", "one", 1}, {"one\ntwo", "two", 2}, {"\n\n ", " ", 3}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct line_reader reader;
        const char *text;
        size_t length;

        open_text(&reader, cases[i].text, strlen(cases[i].text));
        cr_expect_not(line_reader_rest(&reader, &text, &length), "%zu: before the end there is no rest", i);
        while (line_reader_next(&reader, &text, &length) == 1)
            continue;
        cr_assert_eq(line_reader_rest(&reader, &text, &length), cases[i].rest != NULL, "%zu", i);
        if (cases[i].rest) {
            cr_expect_eq(length, strlen(cases[i].rest), "%zu", i);
            cr_expect_arr_eq(text, cases[i].rest, length, "%zu", i);
        }
        cr_expect_eq(reader.line, cases[i].line, "%zu", i);
        cr_expect_not(line_reader_rest(&reader, &text, &length), "%zu: it is given once", i);
        cr_expect_not(reader.unfinished, "%zu", i);
        line_reader_close(&reader);
    }
}
