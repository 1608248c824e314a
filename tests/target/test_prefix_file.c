// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "target/prefixes.h"

/* A file in memory, named by a path; the descriptor stays open until the test ends. */
static void make_file(const char *content, size_t size, char path[64])
{
    int fd = memfd_create("prefixes", 0);

    cr_assert(fd >= 0 && write(fd, content, size) == (ssize_t)size);
    snprintf(path, 64, "/proc/self/fd/%d", fd);
}

#define CONTENT(text) text, sizeof(text) - 1

Test(prefix_file, reads_lines)
{
    static const struct {
        const char *content;
        size_t size;
        const char *expected;
    } cases[] = {
        {CONTENT(""), ""},
        {CONTENT("\n\n"), ""},
        {CONTENT("192.0.2.0/24\n198.51.100.1\n"), "192.0.2.0/24 198.51.100.1/32"},
        {CONTENT("192.0.2.0/24"), "192.0.2.0/24"},
        {CONTENT("192.0.2.0/24\r\n198.51.100.0/24\r\n"), "192.0.2.0/24 198.51.100.0/24"},
        {CONTENT(" \t192.0.2.0/24 \t\n"), "192.0.2.0/24"},
        {CONTENT("# a comment\n10.0.0.0/8 # RFC1918\n#\n 10.0.0.0/8# twice"), "10.0.0.0/8 10.0.0.0/8"},
        {CONTENT("192.0.2.4-192.0.2.7 # a range\n"), "192.0.2.4/30"},
        {CONTENT("192.0.2.4 - 192.0.2.7\n"), "192.0.2.4/30"},
        {CONTENT("\xef\xbb\xbf"
                 "192.0.2.0/24\r\n"),
         "192.0.2.0/24"},
        {CONTENT("; a comment\n192.0.2.0/30\t; more\n% whois\n203.0.113.0/30 // slashes\n"),
         "192.0.2.0/30 203.0.113.0/30"},
        {CONTENT("192.0.2.0\t30\t64500\n198.51.100.0\t30\t64501_64502\n203.0.113.0 30 64503,64504\n"),
         "192.0.2.0/30 198.51.100.0/30 203.0.113.0/30"},
        {CONTENT("192.0.2.0/24 AS64500 A Name 0.75\n"), "192.0.2.0/24"},
        {CONTENT("10.9.0.0\t10.9.255.255\t64500\tZZ\tEXAMPLE\n"), "10.9.0.0/16"},
        {CONTENT("network,asn,name\n192.0.2.0/24,64500,\"A Name\"\n\"198.51.100.1\",\"x\"\n"),
         "192.0.2.0/24 198.51.100.1/32"},
        {CONTENT("\"192.0.2.0/24\"\n\"198.51.100.1\"\n"), "192.0.2.0/24 198.51.100.1/32"},
        {CONTENT("saddr\n192.0.2.1\n"), "192.0.2.1/32"},
        {CONTENT("\"CIDR\"\n192.0.2.0/24\n"), "192.0.2.0/24"},
        {CONTENT("192.0.2.0/24,,\n198.51.100.0,198.51.100.255,,\"Nobody\"\n"),
         "192.0.2.0/24 198.51.100.0/24"},
        {CONTENT("192.0.2.0 192.0.2.0 64500\n128.0.0.0 128.0.0.0 64500\n"), "192.0.2.0/32 128.0.0.0/32"},
        {CONTENT("224.0.0.0 255.255.255.255 0\n"), "224.0.0.0/3"},
        {CONTENT("2001:db8::/32\n192.0.2.1/30\n::1\n"), "2001:db8::/32 192.0.2.0/30 ::1/128"},
        {CONTENT("2001:db8::\t32\t64500\n2001:db8:1::\t48\t64501_64502\n2001:db8::\t128\t1\n"),
         "2001:db8::/32 2001:db8:1::/48 2001:db8::/128"},
        {CONTENT("2001:db8::\t2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\t64500\tZZ\tEXAMPLE\n"),
         "2001:db8::/32"},
        {CONTENT("2001:db8:: - 2001:db8::3 # a range\n2001:db8::8-2001:db8::b\n"),
         "2001:db8::/126 2001:db8::8/126"},
        {CONTENT("network,asn\n2001:db8::/32,64500\n"), "2001:db8::/32"},
        {CONTENT("192.0.2.1 12:34:56 aa:bb:cc:dd:ee:ff\n"), "192.0.2.1/32"},
        {CONTENT("::ffff:0:0/96\n::1\n"), "::1/128"},
        {CONTENT("::ffff:192.0.2.0/126\n"), "192.0.2.0/30"},
        {CONTENT("TABLE_DUMP2|1700000000|B|198.51.100.1|64496|192.0.2.0/24|64496 "
                 "64500|IGP|198.51.100.1|0|0||NAG||\n"
                 "TABLE_DUMP2|1700000000|B|198.51.100.2|64497|192.0.2.0/24|64497 "
                 "64500|IGP|198.51.100.2|0|0||NAG||\n"
                 "TABLE_DUMP2|1700000000|B|2001:db8::1|64496|2001:db8::/32|64496 "
                 "{64500,64501}|IGP|::|0|0||AG|64500 10.0.0.1|\n"
                 "BGP4MP|1700000000|W|198.51.100.1|64496|203.0.113.0/24\n"
                 "BGP4MP|1700000000|STATE|198.51.100.1|64496|3|2\n"
                 "BGP4MP_ET|1700000000.25|A|198.51.100.1|64496|198.51.100.0/"
                 "24|64496|IGP|198.51.100.1|0|0||NAG||\n"
                 "TABLE_DUMP2_AP|1700000000|B|198.51.100.1|64496|198.51.100.0/24|7|64496|IGP|\n"
                 "# and another kind\n"
                 "10.0.0.0/8\n"),
         "192.0.2.0/24 2001:db8::/32 198.51.100.0/24 10.0.0.0/8"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prefix_list list = {0};
        struct error_text error;
        char path[64], text[256];

        make_file(cases[i].content, cases[i].size, path);
        cr_assert_eq(prefix_list_read_file(&list, path, &error), 0, "%s", error.text);
        cr_expect_str_eq(prefixes_text(&list, text, sizeof(text)), cases[i].expected, "case %zu: %s", i,
                         text);
        prefix_list_free(&list);
    }
}

Test(prefix_file, names_file_and_line_of_an_error)
{
    static const struct {
        const char *content;
        size_t size;
        int code;
        const char *error;
    } cases[] = {
        {CONTENT("10.0.0.0/8\n\n# three\n1.2.3\n"), -EINVAL,
         "line 4: '1.2.3' is not an address or prefix such as 192.0.2.0/24"},
        {CONTENT("10.0.0.0/8 11.0.0.0/8\n"), -EINVAL,
         "line 1: '11.0.0.0/8' is a second entry; one address or prefix a line is expected"},
        {CONTENT("10.0.0.0/8 and 11.0/8\n"), -EINVAL,
         "line 1: '11.0/8' is a second entry; one address or prefix a line is expected"},
        {CONTENT("10.0.0.0/8,11.0.0.0/8\n"), -EINVAL,
         "line 1: '11.0.0.0/8' is a second entry; one address or prefix a line is expected"},
        {CONTENT("10.0.0.0/8;11.0.0.0/8\n"), -EINVAL,
         "line 1: '10.0.0.0/8;11.0.0.0/8' is not an address or prefix such as 192.0.2.0/24"},
        {CONTENT("10.0.0.0/8\r11.0.0.0/8\r"), -EINVAL,
         "line 1: carriage returns within a line: lines must end in a newline"},
        {CONTENT("192.0.2.0 24\n"), -EINVAL,
         "line 1: '24' behind an address: write a prefix as 192.0.2.0/24, and begin a comment with #"},
        {CONTENT("192.0.2.1 192.0.2.9\n"), -EINVAL,
         "line 1: two addresses: write a range as 192.0.2.1-192.0.2.9, and otherwise one address per line"},
        {CONTENT("192.0.2.9 192.0.2.1 64500\n"), -EINVAL,
         "line 1: two addresses: write a range as 192.0.2.9-192.0.2.1, and otherwise one address per line"},
        {CONTENT("10.0.0.0 255.0.0.0\n"), -EINVAL,
         "line 1: '10.0.0.0/255.0.0.0' has a netmask: write it as 10.0.0.0/8"},
        {CONTENT("10.0.0.0,255.0.0.0,64500\n"), -EINVAL,
         "line 1: '10.0.0.0/255.0.0.0' has a netmask: write it as 10.0.0.0/8"},
        {CONTENT("gateway\n10.0.0.0/8\n"), -EINVAL,
         "line 1: 'gateway' is not an address or prefix such as 192.0.2.0/24"},
        {CONTENT("10.0.0.0/8\nsaddr\n"), -EINVAL,
         "line 2: 'saddr' is not an address or prefix such as 192.0.2.0/24"},
        {CONTENT("192.0.2.1 - 192\n"), -EINVAL,
         "line 1: '192.0.2.1 - 192' is not a range such as 192.0.2.0-192.0.2.9"},
        {CONTENT("2001:db8::/129\n"), -EINVAL,
         "line 1: '2001:db8::/129' is not an address or prefix such as 2001:db8::/32"},
        {CONTENT("2001:db8::1 2001:db8::2\n"), -EINVAL,
         "line 1: two addresses: write a range as 2001:db8::1-2001:db8::2, and otherwise one address per "
         "line"},
        {CONTENT("2001:db8::1 - 192.0.2.1\n"), -EINVAL,
         "line 1: '2001:db8::1 - 192.0.2.1' is not a range such as 192.0.2.0-192.0.2.9"},
        {CONTENT("2001:db8:: 64\n"), -EINVAL,
         "line 1: '64' behind an address: write a prefix as 2001:db8::/64, and begin a comment with #"},
        {CONTENT("10.0.0.0/8 2001:db8::/129\n"), -EINVAL,
         "line 1: '2001:db8::/129' is a second entry; one address or prefix a line is expected"},
        {CONTENT("host.example\n"), -EINVAL,
         "line 1: 'host.example' is not an address or prefix such as 192.0.2.0/24"},
        {CONTENT("10.0.0.0/8\n10.0.\0.0/8\n"), -EINVAL, "line 2: holds a NUL byte; a text file is expected"},
        {CONTENT("TABLE_DUMP2|1|B|198.51.100.1|64496|192.0.2.0/33|64496|IGP\n"), -EINVAL,
         "line 1: '192.0.2.0/33' is not a prefix such as 192.0.2.0/24"},
        {CONTENT("10.0.0.0/8\nTABLE_DUMP2|1|B|198.51.100.1|64496|192.0.2.0/24\n"), -EINVAL,
         "line 2: a line of 'bgpdump -m' that ends too early"},
        {CONTENT("TABLE_DUMP2_AP|1|B|198.51.100.1|64496|192.0.2.0/24|64496\n"), -EINVAL,
         "line 1: a line of 'bgpdump -m' that ends too early"},
        {CONTENT("TABLE_DUMP2|1\n"), -EINVAL, "line 1: a line of 'bgpdump -m' that ends too early"},
        {CONTENT("10.0.0.0/8 # \0\n"), -EINVAL, "line 1: holds a NUL byte; a text file is expected"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct prefix_list list = {0};
        struct error_text error;
        char path[64], expected[256];

        make_file(cases[i].content, cases[i].size, path);
        snprintf(expected, sizeof(expected), "%s: %s", path, cases[i].error);
        cr_expect_eq(prefix_list_read_file(&list, path, &error), cases[i].code);
        cr_expect_str_eq(error.text, expected, "%s", error.text);
        prefix_list_free(&list);
    }
}

Test(prefix_file, notes_what_it_does_not_take_as_it_stands)
{
    static const char content[] = "192.0.2.0/24\n2001:db8::/32\n192.0.2.1/24\n::1/8 # loopback\n"
                                  "198.51.100.0/24 some words\n203.0.113.9/24\n203.0.113.0/24 64500\n"
                                  "::ffff:0:0/96\n";
    struct prefix_list list = {.only = FAMILY_IPV4};
    struct error_text error;
    char path[64];

    make_file(CONTENT(content), path);
    cr_assert_eq(prefix_list_read_file(&list, path, &error), 0, "%s", error.text);
    cr_expect_eq(list.notes.other.count, 2);
    cr_expect_eq(list.notes.other.first_line, 2);
    cr_expect_eq(list.notes.mapped.count, 1);
    cr_expect_eq(list.notes.mapped.first_line, 8);
    cr_expect_eq(list.notes.host_bits.count, 2);
    cr_expect_eq(list.notes.host_bits.first_line, 3);
    cr_expect_eq(list.notes.words.count, 1, "an AS number is no surprise");
    cr_expect_eq(list.notes.words.first_line, 5);
    prefix_list_free(&list);
}

/* `length` blanks or comment characters after an address. */
static int read_long_line(char filler, size_t length, struct prefix_list *list, struct error_text *error)
{
    size_t size = strlen("192.0.2.1 # ") + length;
    char *content = malloc(size), path[64];

    memset(content, filler, size);
    memcpy(content, filler == ' ' ? "192.0.2.1   " : "192.0.2.1 # ", strlen("192.0.2.1 # "));
    make_file(content, size, path);
    free(content);
    return prefix_list_read_file(list, path, error);
}

Test(prefix_file, refuses_lines_that_are_too_long_but_for_comments)
{
    struct prefix_list list = {0};
    struct error_text error;

    cr_assert_eq(read_long_line(' ', LIST_LINE_SIZE - 14, &list, &error), 0);
    cr_assert_eq(read_long_line('x', 100000, &list, &error), 0);
    cr_assert_eq(list.count, 2);
    cr_assert_eq(read_long_line(' ', LIST_LINE_SIZE, &list, &error), -EINVAL);
    cr_assert(strstr(error.text, ": line 1: longer than 8191 characters"));
    prefix_list_free(&list);
}

Test(prefix_file, says_why_a_file_cannot_be_read)
{
    struct prefix_list list = {0};
    struct error_text error;

    cr_assert_eq(prefix_list_read_file(&list, "/nonexistent/targets.txt", &error), -ENOENT);
    cr_assert_str_eq(error.text, "/nonexistent/targets.txt: No such file or directory");
    cr_assert_eq(prefix_list_read_file(&list, "/", &error), -EISDIR);
    cr_assert_str_eq(error.text, "/: Is a directory");
    cr_assert_eq(list.count, 0);
}

Test(prefix_file, reads_stdin)
{
    struct prefix_list list = {0};
    struct error_text error;
    char path[64];

    make_file(CONTENT("10.0.0.0/8\n10.0.0.0/99\n"), path);
    cr_assert_not_null(freopen(path, "r", stdin));
    cr_assert_eq(prefix_list_read_file(&list, "-", &error), -EINVAL);
    cr_assert_str_eq(error.text,
                     "stdin: line 2: '10.0.0.0/99' is not an address or prefix such as 192.0.2.0/24");
    cr_assert_eq(list.count, 1);
    prefix_list_free(&list);
}

Test(prefix_file, reads_published_lists)
{
    static const struct {
        const char *name;
        size_t prefixes, addresses;
    } lists[] = {{"zmap-blocklist.conf", 14, 592708864},
                 {"masscan-exclude.conf", 331, 567597571},
                 {"ipv6-seeds.txt", 5017, 5109}};
    const char *corpus = getenv("HOPWIRE_CORPUS");

    if (!corpus)
        cr_skip_test("HOPWIRE_CORPUS names no folder with real lists");
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct prefix_list list = {0};
        struct error_text error;
        uint64_t addresses = 0;
        char path[4096];

        snprintf(path, sizeof(path), "%s/lists/%s", corpus, lists[i].name);
        cr_assert_eq(prefix_list_read_file(&list, path, &error), 0, "%s", error.text);
        prefix_list_normalize(&list, GRANULARITY_NONE);
        for (size_t n = 0; n < list.count; n++)
            addresses += prefix_last(list.prefixes[n]).low - list.prefixes[n].base.low + 1;
        cr_expect_eq(list.count, lists[i].prefixes, "%s: %zu prefixes", lists[i].name, list.count);
        cr_expect_eq(addresses, lists[i].addresses, "%s: %lu addresses", lists[i].name, addresses);
        prefix_list_free(&list);
    }
}
