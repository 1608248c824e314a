// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>

#include "capture.h"
#include "sim/world_file.h"
#include "world_text.h"

/* Reads the file and returns its words, with the line number and a colon before each line's first. */
static const char *words_of(const void *bytes, size_t size, int expected)
{
    static char words[4096];
    struct world_file file;
    int result;

    words[0] = '\0';
    cr_assert_eq(world_file_open(&file, world_text_path(bytes, size)), 0);
    while ((result = world_file_next(&file)) == 1) {
        const char *word;

        sprintf(words + strlen(words), "%u:", (unsigned)file.line);
        while ((word = world_file_word(&file)))
            strcat(strcat(words, word), " ");
    }
    cr_expect_eq(result, expected);
    world_file_close(&file);
    return words;
}

Test(world_file, words_without_comments_and_blank_lines)
{
    static const struct {
        const char *text, *words;
    } table[] = {
        {"", ""},
        {"\n\n", ""},
        {"a b\n", "1:a b "},
        {"a b", "1:a b "},
        {"  a\tb \r\n\r\nc\n", "1:a b 3:c "},
        {"# all\na # b c\n #\nd#e", "2:a 4:d "},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        cr_expect_str_eq(words_of(table[i].text, strlen(table[i].text), 0), table[i].words, "'%s'",
                         table[i].text);
}

/* gzip -9 of "a b\nc\n" */
static const unsigned char compressed[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4b, 0x54, 0x48,
    0xe2, 0x4a, 0xe6, 0x02, 0x00, 0x7c, 0x39, 0x16, 0x81, 0x06, 0x00, 0x00, 0x00,
};

Test(world_file, compressed_files_are_read_alike)
{
    cr_expect_str_eq(words_of(compressed, sizeof(compressed), 0), "1:a b 2:c ");
}

Test(world_file, a_compressed_file_that_is_cut_short_is_refused)
{
    struct capture capture = capture_start(STDERR_FILENO);

    words_of(compressed, sizeof(compressed) - 9, -EINVAL);
    cr_expect_not_null(strstr(capture_end(&capture), "the compressed file is cut short"));
}

Test(world_file, what_is_no_text_is_refused)
{
    char *longest = malloc(WORLD_LINE_SIZE);
    struct capture capture = capture_start(STDERR_FILENO);

    memset(longest, 'x', WORLD_LINE_SIZE);
    words_of(longest, WORLD_LINE_SIZE, -EINVAL);
    words_of("a\0b\nc\n", 6, -EINVAL);
    const char *said = capture_end(&capture);
    cr_expect_not_null(strstr(said, "line 1: is no text"), "%s", said);
    cr_expect_not_null(strstr(strchr(said, '\n'), "line 1: is no text"), "%s", said);
    free(longest);
}

Test(world_file, a_line_of_the_longest_length_is_read)
{
    static char line[WORLD_LINE_SIZE];
    struct world_file file;

    memset(line, 'x', sizeof(line) - 2);
    line[sizeof(line) - 2] = '\n';
    cr_assert_eq(world_file_open(&file, world_text_path(line, sizeof(line) - 1)), 0);
    cr_assert_eq(world_file_next(&file), 1);
    cr_expect_eq(strlen(world_file_word(&file)), sizeof(line) - 2);
    world_file_close(&file);
}

Test(world_file, a_file_that_is_missing_is_told)
{
    struct capture capture = capture_start(STDERR_FILENO);
    struct world_file file;

    cr_expect_eq(world_file_open(&file, "/nowhere/at/all"), -ENOENT);
    cr_expect_str_eq(capture_end(&capture),
                     "hopwire: sim: /nowhere/at/all cannot be opened: No such file or directory\n");
}

Test(world_file, a_directory_is_told)
{
    struct capture capture = capture_start(STDERR_FILENO);
    struct world_file file;
    int error = world_file_open(&file, "/tmp");

    if (!error) {
        error = world_file_next(&file);
        world_file_close(&file);
    }
    cr_expect_lt(error, 0);
    cr_expect_not_null(strstr(capture_end(&capture), "Is a directory"));
}
