// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/text_file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static const char *file_with(const char *content)
{
    static char path[64];

    snprintf(path, sizeof(path), "/tmp/hopwire-text-%d", getpid());
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fputs(content, file);
    fclose(file);
    return path;
}

Test(text_file, reads_the_first_line)
{
    static const struct {
        const char *content, *line;
    } cases[] = {{"tsc\n", "tsc"},
                 {"a b\nc\n", "a b"},
                 {"", ""},
                 {"open end", "open end"},
                 {"0123456789", "01234567"}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[9];
        const char *path = file_with(cases[i].content);

        cr_expect_eq(text_file_read(path, text, sizeof(text)), 0);
        cr_expect_str_eq(text, cases[i].line);
        unlink(path);
    }
    cr_expect_eq(text_file_read("/nonexistent/file", (char[8]){0}, 8), -ENOENT);
}

Test(text_file, reads_numbers)
{
    long number = 7;
    const char *path = file_with("-42\n");

    cr_expect_eq(text_file_number(path, &number), 0);
    cr_expect_eq(number, -42);
    unlink(path);
    path = file_with("none\n");
    cr_expect_eq(text_file_number(path, &number), -EINVAL);
    unlink(path);
}
