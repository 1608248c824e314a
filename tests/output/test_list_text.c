// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/list_text.h"

static int file_of(const char *text)
{
    char name[] = "/tmp/hopwire-test-XXXXXX";
    int fd = mkstemp(name);

    unlink(name);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* The hash is that of FIPS 180-4 for "abc" where the file holds that, which is no prefix. */
Test(list_text, what_is_no_list_is_told_with_its_hash)
{
    static const struct {
        const char *text;
        int expected;
    } cases[] = {
        {"", 0},
        {"192.0.2.1\n2001:db8::/32\n", 0},
        {"abc", -EINVAL},
        {"192.0.2.1", -EINVAL}, /* cut off */
        {"192.0.2.1/24\n", -EINVAL},
        {"192.0.2.1\n\n192.0.2.2\n", -EINVAL},
        {"2001:0db8:0000:0000:0000:0000:0000:0001:0000:0000:0000:0000/1280000\n", -EINVAL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prefix_list list = {0};
        char sha256[SHA256_TEXT_SIZE] = "";

        cr_expect_eq(list_text_read(file_of(cases[i].text), &list, sha256), cases[i].expected, "%s",
                     cases[i].text);
        cr_expect_eq(strlen(sha256), SHA256_TEXT_SIZE - 1);
        if (strcmp(cases[i].text, "abc") == 0)
            cr_expect_str_eq(sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        prefix_list_free(&list);
    }
}

Test(list_text, prefixes_come_back)
{
    static const char text[] = "0.0.0.0/0\n192.0.2.1\n198.51.100.0/24\n::/0\n2001:db8::1\n2001:db8:1::/48\n";
    struct prefix_list list = {0};
    struct list_text out;
    char sha256[SHA256_TEXT_SIZE], again[SHA256_TEXT_SIZE], *written = NULL;
    size_t length;

    cr_assert_eq(list_text_read(file_of(text), &list, sha256), 0);
    cr_expect_eq(list.count, 6);
    FILE *stream = open_memstream(&written, &length);
    list_text_begin(&out, stream);
    list_text_put(&out, list.prefixes, 2);
    list_text_put(&out, list.prefixes + 2, list.count - 2);
    cr_expect_eq(list_text_end(&out, again), 0);
    fclose(stream);
    cr_expect_str_eq(written, text);
    cr_expect_str_eq(again, sha256);
    free(written);
    prefix_list_free(&list);
}
