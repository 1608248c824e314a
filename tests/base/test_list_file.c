// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/list_file.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "table.h"

/* A file in memory, named by a path; the descriptor stays open until the test ends. */
static const char *path_of(const void *bytes, size_t size)
{
    static char path[32];
    int fd = memfd_create("list", 0);

    cr_assert(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    return path;
}

/* Its words, with the line number and a colon before each line's first, or what is wrong with it. */
static const char *words_of(const void *bytes, size_t size)
{
    static char words[LIST_LINE_SIZE + 512];
    static struct list_file file;
    int result;

    words[0] = '\0';
    cr_assert_eq(list_file_open(&file, path_of(bytes, size)), 0);
    while ((result = list_file_next(&file)) == 1) {
        const char *word;

        sprintf(words + strlen(words), "%u:", (unsigned)file.line);
        while ((word = list_file_word(&file)))
            strcat(strcat(words, word), " ");
    }
    if (result < 0)
        sprintf(words, "refused%s", file.error.text + strlen(file.name));
    list_file_close(&file);
    return words;
}

#define CONTENT(text) text, sizeof(text) - 1

Test(list_file, words)
{
    static const struct {
        const char *text;
        size_t size;
        const char *words;
    } table[] = {
        {CONTENT(""), ""},
        {CONTENT("\n\n"), ""},
        {CONTENT("a b\n"), "1:a b "},
        {CONTENT("a b"), "1:a b "},
        {CONTENT("  a\tb \r\n\r\nc\n"), "1:a b 3:c "},
        {CONTENT("a \r"), "1:a "},
        {CONTENT("\xef\xbb\xbf"
                 "a\n"),
         "1:a "},
        {CONTENT("\xef\xbb\xbf"), ""},
        {CONTENT("# all\na # b c\n #\nd#e"), "2:a 4:d "},
        {CONTENT("; all\na ; b\na;b\n"), "2:a 3:a;b "},
        {CONTENT("// all\na // b\na//b /c\n"), "2:a 3:a//b /c "},
        {CONTENT("% whois\n a % b\n"), "2:a % b "},
        {CONTENT("a,b c,d\n\"a\",\"b\"\na b,c\n{a,b} c\n"), "1:a b c d 2:a b 3:a b,c 4:{a,b} c "},
        {CONTENT("\"a\"\n\"a\" \"b\n\"\n"), "1:a 2:a \"b 3:\" "},
        {CONTENT("a,,b\na,\na, ,b , c,\n,a\na,\"\",b\n"), "1:a  b 2:a 3:a  b c 4:a 5:a  b "},
    };

    for (size_t i = 0; i < COUNT(table); i++)
        cr_expect_str_eq(words_of(table[i].text, table[i].size), table[i].words, "%zu", i);
}

Test(list_file, what_would_be_misread_is_refused)
{
    static const struct {
        const char *text;
        size_t size;
        const char *why;
    } table[] = {
        {CONTENT("a\n\0b\n"), "refused: line 2: holds a NUL byte; a text file is expected"},
        {CONTENT("a # \0\n"), "refused: line 1: holds a NUL byte; a text file is expected"},
        {CONTENT("a\rb\r"), "refused: line 1: carriage returns within a line: lines must end in a newline"},
        {CONTENT("\xff\xfe"
                 "a\0\n\0"),
         "refused: is UTF-16: convert it by 'iconv -f UTF-16 -t UTF-8'"},
        {CONTENT("\xfe\xff\0a\0\n"), "refused: is UTF-16: convert it by 'iconv -f UTF-16 -t UTF-8'"},
        {CONTENT("\xff\xfe\0\0"
                 "a\0\0\0"),
         "refused: is UTF-32: convert it by 'iconv -f UTF-32 -t UTF-8'"},
        {CONTENT("\0\0\xfe\xff\0\0\0a"), "refused: is UTF-32: convert it by 'iconv -f UTF-32 -t UTF-8'"},
        {CONTENT("\xfd"
                 "7zXZ\0..."),
         "refused: is compressed by xz: give the output of 'xz -dc' instead, on stdin (-)"},
        {CONTENT("BZh91AY"),
         "refused: is compressed by bzip2: give the output of 'bzip2 -dc' instead, on stdin (-)"},
        {CONTENT("PK\x03\x04...."),
         "refused: is a zip archive: give the output of 'unzip -p' instead, on stdin (-)"},
        {CONTENT("7z\xbc\xaf\x27\x1c.."),
         "refused: is a 7z archive: give the output of '7z x -so' instead, on stdin (-)"},
        {CONTENT("\x1f\x9d\x90...."),
         "refused: is compressed by compress: give the output of 'gzip -dc' instead, on stdin (-)"},
    };

    for (size_t i = 0; i < COUNT(table); i++)
        cr_expect_str_eq(words_of(table[i].text, table[i].size), table[i].why, "%zu", i);
}

Test(list_file, a_line_has_a_longest_length)
{
    static char line[LIST_LINE_SIZE + 100], expected[LIST_LINE_SIZE + 8];

    memset(line, 'x', sizeof(line));
    snprintf(expected, sizeof(expected), "1:%.*s ", LIST_LINE_SIZE - 1, line);
    line[LIST_LINE_SIZE - 1] = '#';
    cr_expect_str_eq(words_of(line, sizeof(line)), expected, "a comment may be longer");
    line[LIST_LINE_SIZE - 1] = 'x';
    cr_expect_str_eq(words_of(line, LIST_LINE_SIZE), "refused: line 1: longer than 8191 characters");
}

Test(list_file, headings_of_columns)
{
    static const struct {
        const char *text;
        bool heading;
    } table[] = {{"network,asn\n", true}, {"# x\n\nas_number,b\n", true}, {"network asn\n", false},
                 {"a1,b\n", false},       {"1.2.3.4,b\n", false},         {"fe80::,b\n", false}};

    for (size_t i = 0; i < COUNT(table); i++) {
        static struct list_file file;

        cr_assert_eq(list_file_open(&file, path_of(table[i].text, strlen(table[i].text))), 0);
        cr_assert_eq(list_file_next(&file), 1);
        cr_expect_eq(list_file_is_heading(&file, list_file_word(&file)), table[i].heading, "%s",
                     table[i].text);
        list_file_close(&file);
    }
}

/* gzip -9 of "a b\nc\n" */
static const unsigned char compressed[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x4b, 0x54, 0x48,
    0xe2, 0x4a, 0xe6, 0x02, 0x00, 0x7c, 0x39, 0x16, 0x81, 0x06, 0x00, 0x00, 0x00,
};

/* zstd of the same */
static const unsigned char compressed_by_zstd[] = {
    0x28, 0xb5, 0x2f, 0xfd, 0x04, 0x58, 0x31, 0x00, 0x00, 0x61,
    0x20, 0x62, 0x0a, 0x63, 0x0a, 0x05, 0xce, 0x38, 0x0a,
};

Test(list_file, compressed_files_are_read_alike)
{
    unsigned char twice[2 * sizeof(compressed) + 3] = {0};

    cr_expect_str_eq(words_of(compressed, sizeof(compressed)), "1:a b 2:c ");
    memcpy(twice, compressed, sizeof(compressed));
    memcpy(twice + sizeof(compressed), compressed, sizeof(compressed));
    cr_expect_str_eq(words_of(twice, 2 * sizeof(compressed)), "1:a b 2:c 3:a b 4:c ", "as cat(1) joins them");
    cr_expect_str_eq(words_of(twice, sizeof(twice)), "1:a b 2:c 3:a b 4:c ", "and tapes pad them");
}

Test(list_file, compressed_by_zstd_likewise)
{
    unsigned char twice[2 * sizeof(compressed_by_zstd)], damaged[sizeof(compressed_by_zstd)];

    for (int i = 0; i < 2; i++)
        memcpy(twice + i * sizeof(compressed_by_zstd), compressed_by_zstd, sizeof(compressed_by_zstd));
    cr_expect_str_eq(words_of(compressed_by_zstd, sizeof(compressed_by_zstd)), "1:a b 2:c ");
    cr_expect_str_eq(words_of(twice, sizeof(twice)), "1:a b 2:c 3:a b 4:c ");
    for (size_t size = 4; size < sizeof(compressed_by_zstd); size++)
        cr_expect_not_null(strstr(words_of(compressed_by_zstd, size), "the compressed file is truncated"),
                           "%zu", size);
    memcpy(damaged, compressed_by_zstd, sizeof(damaged));
    damaged[sizeof(damaged) - 1] ^= 1;
    cr_expect_not_null(strstr(words_of(damaged, sizeof(damaged)), "the compressed file is damaged"));
}

/* `size` bytes, and then those of `text`. */
static const char *words_with_tail(const unsigned char *bytes, size_t size, const char *text)
{
    unsigned char both[256];

    cr_assert_leq(size + strlen(text), sizeof(both));
    memcpy(both, bytes, size);
    memcpy(both + size, text, strlen(text));
    return words_of(both, size + strlen(text));
}

/* They may be entries of a blocklist that somebody appended. */
Test(list_file, bytes_behind_compressed_ones_are_not_lost)
{
    static const char told[] = "bytes that are not compressed follow the compressed ones";

    cr_expect_not_null(strstr(words_with_tail(compressed, sizeof(compressed), "d e\n"), told));
    cr_expect_not_null(
        strstr(words_with_tail(compressed_by_zstd, sizeof(compressed_by_zstd), "d e\n"), told));
    cr_expect_not_null(
        strstr(words_with_tail(compressed, sizeof(compressed), "\x1f"), "the compressed file is truncated"));
}

/* As pzstd(1) writes them: before each frame one that is skipped. */
Test(list_file, frames_that_zstd_skips)
{
    static const unsigned char skipped[] = {0x50, 0x2a, 0x4d, 0x18, 0x04, 0, 0, 0, 19, 0, 0, 0};
    unsigned char bytes[2 * (sizeof(skipped) + sizeof(compressed_by_zstd))], *to = bytes;

    for (int i = 0; i < 2; i++) {
        memcpy(to, skipped, sizeof(skipped));
        memcpy(to + sizeof(skipped), compressed_by_zstd, sizeof(compressed_by_zstd));
        to += sizeof(skipped) + sizeof(compressed_by_zstd);
    }
    cr_expect_str_eq(words_of(bytes, sizeof(bytes)), "1:a b 2:c 3:a b 4:c ");
}

Test(list_file, compressed_and_damaged)
{
    unsigned char damaged[sizeof(compressed)];

    for (size_t size = 3; size < sizeof(compressed); size++)
        cr_expect_not_null(strstr(words_of(compressed, size), "the compressed file is truncated"), "%zu",
                           size);
    memcpy(damaged, compressed, sizeof(compressed));
    damaged[sizeof(damaged) - 6] ^= 1;
    cr_expect_not_null(strstr(words_of(damaged, sizeof(damaged)), "the compressed file is damaged"));
}

Test(list_file, files_that_cannot_be_read)
{
    static struct list_file file;

    cr_expect_eq(list_file_open(&file, "/nowhere/at/all"), -ENOENT);
    cr_expect_str_eq(file.error.text, "/nowhere/at/all: No such file or directory");
    cr_assert_eq(list_file_open(&file, "/tmp"), 0);
    cr_expect_eq(list_file_next(&file), -EISDIR);
    cr_expect_str_eq(file.error.text, "/tmp: Is a directory");
    list_file_close(&file);
}
