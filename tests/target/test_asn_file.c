// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "addresses.h"
#include "table.h"
#include "target/asn_table.h"

static char path[64];

static void write_text(const char *text, size_t length, bool compressed)
{
    strcpy(path, "/tmp/hopwire-test-XXXXXX");
    int fd = mkstemp(path);

    if (compressed) {
        gzFile gz = gzdopen(fd, "wb");

        cr_assert_eq(gzwrite(gz, text, (unsigned)length), (int)length);
        cr_assert_eq(gzclose(gz), Z_OK);
    } else {
        cr_assert_eq(write(fd, text, length), (ssize_t)length);
        close(fd);
    }
}

static int read_text(struct asn_table *table, const char *text, bool compressed, struct error_text *error)
{
    write_text(text, strlen(text), compressed);
    int code = asn_table_read_file(table, path, error);
    unlink(path);
    return code;
}

Test(asn_file, understands_both_forms)
{
    static const char text[] = "# a table\n"
                               "\n"
                               "1.0.0.0\t24\t13335\n"
                               "1.0.4.0\t22\t38803_56203\r\n"
                               "  10.0.0.0/8 AS64496   # a comment\n"
                               "2001:db8::\t32\t64496\n"
                               "2001:db9:1::/48 64498\n"
                               "::ffff:0:0/96 64499\n"
                               "20.0.0.0/8\t4777,2497\n"
                               "30.0.0.0/8 5";
    static const struct {
        struct address address;
        const char *origin;
    } cases[] = {
        {IPV4(0x010000ff), "13335"},
        {IPV4(0x01000700), "38803_56203"},
        {IPV4(0x0a000000), "64496"},
        {IPV4(0x14000000), "4777,2497"},
        {IPV4(0x1e000000), "5"},
        {IPV6(0x20010db8ffffffff, 1), "64496"},
        {IPV6(0x20010db900010000, 0), "64498"},
    };

    for (int compressed = 0; compressed < 2; compressed++) {
        struct asn_table table = {0};
        struct error_text error;
        char buffer[ASN_TEXT_SIZE];

        cr_assert_eq(read_text(&table, text, compressed, &error), 0, "%s", error.text);
        cr_expect_eq(table.count, COUNT(cases));
        cr_expect_eq(table.mapped.count, 1);
        for (size_t i = 0; i < COUNT(cases); i++)
            cr_expect_str_eq(asn_text(&table, cases[i].address, buffer), cases[i].origin);
        asn_table_free(&table);
    }
}

/* NULL: 64500 and 650, in either order and each once. */
static void expect_origins(const char *found, const char *expected, const char *what)
{
    if (expected)
        cr_expect_str_eq(found, expected, "%s", what);
    else
        cr_expect(strcmp(found, "64500_650") == 0 || strcmp(found, "650_64500") == 0, "%s: %s", what, found);
}

/* Each as the program writes it that is named. */
Test(asn_file, understands_other_programs)
{
    static const struct {
        const char *what, *text, *origin; /* of 10.9.1.1, or of 2001:db8:9::1 where that is in the text */
    } cases[] = {
        {"pyasn", "; IP-ASN32-DAT file\n10.9.0.0/16\t64500\n", "64500"},
        {"iptoasn",
         "10.8.0.0\t10.8.255.255\t0\tNone\tNot routed\n"
         "10.9.0.0\t10.9.255.255\t64500\tZZ\tEXAMPLE, 2\n",
         "64500"},
        {"iptoasn, no prefix", "10.9.0.255\t10.9.1.2\t64500\tZZ\tEXAMPLE\n", "64500"},
        {"MaxMind",
         "network,autonomous_system_number,autonomous_system_organization\n"
         "10.9.0.0/16,64500,\"Example, Inc.\"\n",
         "64500"},
        {"RIS", "% RIPE NCC\n\n64500\t10.9.0.0/16\t379\n{64501,64502}\t10.9.1.0/24\t3\n", "64501,64502"},
        {"with a name", "10.9.0.0/16 AS64500 EXAMPLE-AS, ZZ\n", "64500"},
        {"a set", "10.9.0.0/16 {64500,64501}\n", "64500,64501"},
        {"host bits", "10.9.7.7/16 64500\n", "64500"},
        {"nobody's", "10.0.0.0/8 64500\n10.9.0.0/16 0\n", "64500"},
        {"pfx2as of IPv6", "2001:db8::\t32\t64501\n2001:db8:9::\t48\t64500\n", "64500"},
        {"iptoasn of IPv6", "2001:db8:8::\t2001:db8:9:ffff:ffff:ffff:ffff:ffff\t64500\tZZ\tEXAMPLE, 2\n",
         "64500"},
        {"MaxMind of IPv6", "network,autonomous_system_number\n2001:db8::/32,64500\n", "64500"},
        {"bgpdump",
         "TABLE_DUMP2|1700000000|B|198.51.100.1|64496|10.9.0.0/16|64496 64501|IGP|198.51.100.1|0|0||NAG||\n"
         "TABLE_DUMP2|1700000000|B|198.51.100.1|64496|10.9.0.0/23|64496 64500|IGP|198.51.100.1|0|0||NAG||\n"
         "TABLE_DUMP2|1700000000|B|198.51.100.2|64497|10.9.0.0/23|64497 64498 "
         "64500|IGP|198.51.100.2|0|0||NAG||\n",
         "64500"},
        {"bgpdump, several origins",
         "TABLE_DUMP|1|B|198.51.100.1|64496|10.9.0.0/16|64496 64500|IGP|1.1.1.1|0|0||NAG||\n"
         "TABLE_DUMP|1|B|198.51.100.2|64497|10.9.0.0/16|64497 650|IGP|1.1.1.1|0|0||NAG||\n"
         "TABLE_DUMP|1|B|198.51.100.3|64498|10.9.0.0/16|64498 64500|IGP|1.1.1.1|0|0||NAG||\n"
         "TABLE_DUMP|1|B|198.51.100.4|64499|10.9.0.0/16|64499 650|IGP|1.1.1.1|0|0||NAG||\n"
         "TABLE_DUMP|1|B|198.51.100.5|64499|10.9.0.0/16||IGP|1.1.1.1|0|0||NAG||\n",
         NULL},
        {"bgpdump, a set",
         "TABLE_DUMP2|1|B|2001:db8::1|64496|2001:db8:8::/46|64496 {64500,64501}|INCOMPLETE|::|0|0||AG|1 2|\n",
         "64500,64501"},
        {"bgpdump, numbered routes",
         "TABLE_DUMP2_AP|1|B|198.51.100.1|64496|10.9.0.0/16|7|64496 64500|IGP|1.1.1.1|0|0||NAG||\n"
         "TABLE_DUMP2_AP|1|B|198.51.100.1|64496|10.9.0.0/16|8|64496 650|IGP|1.1.1.1|0|0||NAG||\n",
         NULL},
        {"bgpdump, confederations",
         "TABLE_DUMP2|1|B|198.51.100.1|64496|10.9.0.0/16|(64501 64500)|IGP|1.1.1.1|0|0||NAG||\n", "64500"},
        {"bgpdump, a set of a confederation",
         "TABLE_DUMP2|1|B|198.51.100.1|64496|10.9.0.0/16|[64500,64501]|IGP|1.1.1.1|0|0||NAG||\n",
         "64500,64501"},
        {"fields without an origin",
         "10.0.0.0/8,64500\n10.9.0.0/16,,17\n10.9.0.0/17,\n10.9.0.0,10.9.7.255,,A\n", "64500"},
        {"RIS of IPv6", "64500\t2001:db8:8::/47\t379\n", "64500"},
    };
    const struct address asked[] = {IPV4(0x0a090101), IPV6(0x20010db800090000, 1)};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct asn_table table = {0};
        struct error_text error = {""};
        char buffer[ASN_TEXT_SIZE];

        cr_assert_eq(read_text(&table, cases[i].text, false, &error), 0, "%s: %s", cases[i].what, error.text);
        expect_origins(asn_text(&table, asked[strstr(cases[i].text, "2001:") != NULL], buffer),
                       cases[i].origin, cases[i].what);
        cr_expect_eq(table.host_bits.count, strcmp(cases[i].what, "host bits") == 0);
        asn_table_free(&table);
    }
}

Test(asn_file, says_where_and_what_is_wrong)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"", ": holds no prefix; lines such as '192.0.2.0/24 64496' are expected"},
        {"# nothing\n", ": holds no prefix; lines such as '192.0.2.0/24 64496' are expected"},
        {"::ffff:0:0/96 1\n", ": holds no prefix; lines such as '192.0.2.0/24 64496' are expected"},
        {"10.0.0.0/8 1\n10.0.0.0/33 1\n",
         ": line 2: '10.0.0.0/33' is not an address or prefix such as 192.0.2.0/24"},
        {"10.0.0.0\n", ": line 1: nothing after the prefix; '192.0.2.0/24 64496' is expected"},
        {"64496 EXAMPLE\n", ": line 1: '64496' is not a prefix such as 192.0.2.0/24"},
        {"10.0.0.0/8\n", ": line 1: nothing after the prefix; '192.0.2.0/24 64496' is expected"},
        {"10.0.0.0/8 1 2\n", ": line 1: a second number after the prefix; '192.0.2.0/24 64496' is expected"},
        {"10.0.0.0/8 \x1b[m\n",
         ": line 1: '\x1b[m' is not an AS number such as 64496, nor several such as 64496_64497"},
        {"10.0.0.0/8 {}\n",
         ": line 1: '{}' is not an AS number such as 64496, nor several such as 64496_64497"},
        {"10.0.0.0/8 4294967296\n",
         ": line 1: '4294967296' is not an AS number such as 64496, nor several such as 64496_64497"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct asn_table table = {0};
        struct error_text error = {""};

        cr_expect_eq(read_text(&table, cases[i].text, false, &error), -EINVAL, "case %zu", i);
        cr_assert_eq(strncmp(error.text, path, strlen(path)), 0, "%s", error.text);
        cr_expect_str_eq(error.text + strlen(path), cases[i].message);
        cr_expect_eq(table.count, 0);
        cr_expect_null(table.entries);
    }
}

Test(asn_file, refuses_what_is_no_text)
{
    struct asn_table table = {0};
    struct error_text error;
    char *text = malloc(10000);

    memset(text, '1', 10000);
    write_text(text, 10000, false);
    cr_expect_eq(asn_table_read_file(&table, path, &error), -EINVAL);
    cr_expect_not_null(strstr(error.text, "line 1: longer than"), "%s", error.text);
    unlink(path);
    write_text("10.0.0.0/8 1\0\n10.0.0.0/8 1\n", 27, false);
    cr_expect_eq(asn_table_read_file(&table, path, &error), -EINVAL);
    unlink(path);
    free(text);
}

Test(asn_file, tells_of_files_that_cannot_be_read)
{
    struct asn_table table = {0};
    struct error_text error;

    cr_expect_eq(asn_table_read_file(&table, "/nonexistent/asn", &error), -ENOENT);
    cr_expect_str_eq(error.text, "/nonexistent/asn: No such file or directory");
    cr_expect_lt(asn_table_read_file(&table, "/tmp", &error), 0);
    cr_expect_not_null(strstr(error.text, "/tmp: "), "%s", error.text);
    cr_expect_not_null(strstr(error.text, "directory"), "%s", error.text);
}

Test(asn_file, compressed_and_cut_short)
{
    struct asn_table table = {0};
    struct error_text error;
    char *text = malloc(50 * 1000), *p = text;

    for (unsigned i = 0; i < 2000; i++)
        p += sprintf(p, "10.%u.%u.0/24 %u\n", i / 256, i % 256, i * 2654435761U);
    write_text(text, (size_t)(p - text), true);
    cr_assert_eq(truncate(path, 5000), 0);
    cr_expect_eq(asn_table_read_file(&table, path, &error), -EINVAL);
    cr_expect_not_null(strstr(error.text, "the compressed file is truncated"), "%s", error.text);
    cr_expect_null(table.entries);
    unlink(path);
    free(text);
}
