// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/named_prefixes.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "table.h"

static int read_bytes(struct asn_table *table, const char *text, size_t size, struct error_text *error)
{
    char path[] = "/tmp/ixp-XXXXXX";
    int fd = mkstemp(path);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, size), (ssize_t)size);
    close(fd);
    *table = (struct asn_table){0};
    int code = named_prefixes_read(table, path, error);
    unlink(path);
    return code;
}

static int read_text(struct asn_table *table, const char *text, struct error_text *error)
{
    return read_bytes(table, text, strlen(text), error);
}

static const char *name_at(const struct asn_table *table, uint32_t address)
{
    char text[ASN_TEXT_SIZE];
    const char *name = asn_text(table, IPV4(address), text);

    return name ? name : "none";
}

/* 192.0.2.0/24 is an exchange in each of them, by a name that has a space. */
Test(named_prefixes, forms_of_files)
{
    static const char *const texts[] = {
        "prefix,name\n192.0.2.0/24,\"An IX\"\n",
        "address,name\n192.0.2.99,An IX\n2001:db8::1,Other\n",
        "\xef\xbb\xbf"
        "prefix,name\r\n192.0.2.0/24,An IX\r\n",
        "\"ip\",\"name\"\n\"192.0.2.0/24\",\"An IX\"\n",
        "; c\n// c\n% c\n192.0.2.0/24\tAn IX  \n::ffff:0:0/96,Other\n",
        "192.0.2.0/23,\n192.0.2.0/24,An IX\n192.0.2.128/25,\"\"\n",
        "\xef\xbb\xbf"
        "{\"name\": \"An IX\", \"prefixes\": {\"ipv4\": [\"192.0.2.0/24\"], \"ipv6\": []}}\r\n",
        "# comment\nprefix,name\n\n192.0.2.0/24 An IX\r\n2001:db8::/64 An IX\n",
        "#{\n{\"ix_id\": 1, \"name\": \"An IX\", \"prefixes\": {\"ipv4\": [\"192.0.2.0/24\"], \"ipv6\": "
        "[]}}\n"
        "{\"name\": \"Other\", \"prefixes\": {\"ipv6\": [\"2001:db8::/64\"]}}\n",
        "{\"ix\": {\"data\": [{\"id\": 3, \"name\": \"An IX\"}]},\n"
        " \"ixpfx\": {\"data\": [{\"ixlan_id\": 3, \"prefix\": \"192.0.2.0/24\"}]}}",
    };
    struct error_text error;
    struct asn_table table;

    for (size_t i = 0; i < COUNT(texts); i++) {
        cr_assert_eq(read_text(&table, texts[i], &error), 0, "%zu: %s", i, error.text);
        cr_expect_str_eq(name_at(&table, 0xc0000263), "An IX", "%zu", i);
        cr_expect_str_eq(name_at(&table, 0xc0000300), "none");
        asn_table_free(&table);
    }
    cr_assert_eq(read_text(&table, "{\"data\": [{\"ixlan_id\": 7, \"prefix\": \"192.0.2.0/24\"}]}", &error),
                 0);
    cr_expect_str_eq(name_at(&table, 0xc0000263), "ixlan 7");
    asn_table_free(&table);
}

/* As spreadsheets write them (RFC 4180). */
Test(named_prefixes, names_in_quotes)
{
    static const char *const cases[][2] = {
        {"192.0.2.0/24,\"The \"\"Big\"\" IX, Paris\"\r\n", "The \"Big\" IX, Paris"},
        {"192.0.2.0/24 \"An IX\"\n", "An IX"},
        {"192.0.2.0/24,\"An IX\n", "An IX"},
        {"192.0.2.0/24,5\" IX, Rome\n", "5\" IX, Rome"},
        {"192.0.2.0/24,\"\"\"\"\n", "\""},
    };
    struct error_text error;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct asn_table table = {0};

        cr_assert_eq(read_text(&table, cases[i][0], &error), 0, "%zu: %s", i, error.text);
        cr_expect_str_eq(name_at(&table, 0xc0000263), cases[i][1], "%zu", i);
        asn_table_free(&table);
    }
}

Test(named_prefixes, what_is_none_is_refused_with_its_line)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "holds no prefix"},
        {"# nothing\n", "holds no prefix"},
        {"192.0.2.0/24\n", "line 1: "},
        {"192.0.2.0/24,A\n192.0.2.0/33,B\n", "line 2: "},
        {"{\"name\": \"A\"}\n", "line 1: "},
        {"{\"name\": \"A\", \"prefixes\": {\"ipv4\": [\"x\"]}}\n", "line 1: "},
        {"{\"name\": 7, \"prefixes\": {\"ipv4\": [\"192.0.2.0/24\"]}}\n", "line 1: "},
        {"{\"data\": [{\"prefix\": 3}]}", "line 1: "},
        {"192.0.2.0/24,A\n{\"data\"", "line 2: "},
        {"192.0.2.0/24,A\r198.51.100.0/24,B\r", "line 1: "},
        {"192.0.2.0/24,A\ngateway,B\n", "line 2: "},
        {"gateway B\n", "line 1: "},
        {"\xff\xfe"
         "1",
         "is UTF-16: convert it by 'iconv"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error_text error;
        struct asn_table table;

        cr_expect_lt(read_text(&table, cases[i].text, &error), 0, "%zu", i);
        cr_expect(strstr(error.text, cases[i].error), "%zu: %s", i, error.text);
        cr_expect_eq(table.count, 0);
    }
}

Test(named_prefixes, bytes_that_are_no_text_are_refused)
{
    static const char text[] = "192.0.2.0/24,A\n\0198.51.100.0/24,B\n";
    struct error_text error;
    struct asn_table table;

    cr_expect_lt(read_bytes(&table, text, sizeof(text) - 1, &error), 0);
    cr_expect(strstr(error.text, "line 2: "), "%s", error.text);
}

Test(named_prefixes, what_is_changed_or_skipped_is_noted)
{
    struct error_text error;
    struct asn_table table;

    cr_assert_eq(read_text(&table, "# c\n192.0.2.1/24,A\n\n::ffff:0:0/96,B\n", &error), 0, "%s", error.text);
    cr_expect_eq(table.host_bits.count, 1);
    cr_expect_eq(table.host_bits.first_line, 2);
    cr_expect_eq(table.mapped.count, 1);
    cr_expect_eq(table.mapped.first_line, 4);
    asn_table_free(&table);
}
