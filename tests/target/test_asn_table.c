// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "addresses.h"
#include "reference.h"
#include "table.h"
#include "target/asn_table.h"
#include "target/prefixes.h"

static void add(struct asn_table *table, const char *prefix, const char *origin)
{
    struct prefix parsed;

    cr_assert_eq(prefix_parse(prefix, &parsed), 0, "%s", prefix);
    cr_assert_eq(asn_table_add(table, parsed, origin), 0, "%s", origin);
}

static const char *text_of(const struct asn_table *table, const char *address, char text[ASN_TEXT_SIZE])
{
    struct prefix parsed;

    cr_assert_eq(prefix_parse(address, &parsed), 0);
    const char *found = asn_text(table, parsed.base, text);
    return found ? found : "none";
}

Test(asn_table, longest_prefix_wins)
{
    static const struct {
        const char *address, *origin;
    } cases[] = {
        {"0.0.0.0", "none"},
        {"9.255.255.255", "none"},
        {"10.0.0.0", "8"},
        {"10.0.255.255", "8"},
        {"10.1.0.0", "16"},
        {"10.1.0.255", "16"},
        {"10.1.1.0", "24"},
        {"10.1.1.6", "24"},
        {"10.1.1.7", "32"},
        {"10.1.1.8", "24"},
        {"10.1.2.0", "16"},
        {"10.2.0.0", "216"},
        {"10.3.0.0", "8"},
        {"10.255.255.255", "8"},
        {"11.0.0.0", "none"},
        {"20.0.0.1", "4294967295"},
        {"20.0.0.2", "none"},
        {"255.255.255.255", "1_2,3"},
        {"255.255.255.254", "1"},
        {"::", "none"},
        {"2001:db8:ffff::", "32"},
        {"2001:db8::8000:0:0:0", "65"},
        {"2001:db8::7fff:ffff:ffff:ffff", "64"},
        {"2001:db8:0:1::", "32"},
        {"2001:db8::1", "128"},
        {"2001:db8::2", "64"},
        {"2001:db9::", "none"},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "none"},
    };
    struct asn_table table = {0};
    char text[ASN_TEXT_SIZE];

    add(&table, "10.1.1.7", "32");
    add(&table, "2001:db8:0:0:8000::/65", "65");
    add(&table, "2001:db8::1", "128");
    add(&table, "2001:db8::/64", "64");
    add(&table, "2001:db8::/32", "32");
    add(&table, "10.2.0.0/16", "216");
    add(&table, "10.1.0.0/16", "AS16");
    add(&table, "20.0.0.1/32", "4294967295");
    add(&table, "10.0.0.0/8", "8");
    add(&table, "255.255.255.255", "1_2,3");
    add(&table, "255.255.255.254/31", "1");
    add(&table, "10.1.1.0/24", "as24");
    cr_assert_eq(asn_table_index(&table), 0);
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_str_eq(text_of(&table, cases[i].address, text), cases[i].origin, "%s", cases[i].address);
    asn_table_free(&table);
}

Test(asn_table, origins)
{
    static const struct {
        const char *text;
        bool right;
    } cases[] = {
        {"0", true},
        {"64496", true},
        {"AS1", true},
        {"4294967295", true},
        {"1_2", true},
        {"1,2_3", true},
        {"AS1_AS2", true},
        {"", false},
        {"4294967296", false},
        {"99999999999999999999999", false},
        {"1.10", false},
        {"AS", false},
        {"1_", false},
        {"_1", false},
        {"1__2", false},
        {"-1", false},
        {"1_4294967296", false},
        {"1 ", false},
        {"x", false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct asn_table table = {0};

        cr_expect_eq(asn_table_add(&table, (struct prefix){IPV4(0), 0}, cases[i].text),
                     cases[i].right ? 0 : -EINVAL, "'%s'", cases[i].text);
        asn_table_free(&table);
    }
}

Test(asn_table, lines_of_one_prefix_are_joined)
{
    struct asn_table table = {0};
    char text[ASN_TEXT_SIZE], *sorted;

    add(&table, "10.0.0.0/8", "1");
    add(&table, "10.0.0.0/9", "5");
    add(&table, "10.0.0.0/8", "1");
    add(&table, "10.128.0.0/9", "6");
    add(&table, "10.0.0.0/9", "7");
    cr_assert_eq(asn_table_index(&table), 0);
    cr_expect_eq(table.count, 3);
    sorted = strdup(text_of(&table, "10.0.0.1", text));
    cr_expect(strcmp(sorted, "5_7") == 0 || strcmp(sorted, "7_5") == 0, "%s", sorted);
    cr_expect_str_eq(text_of(&table, "10.200.0.1", text), "6");
    free(sorted);
    asn_table_free(&table);
}

/* Also those that one line gives together. Names may have anything between them. */
Test(asn_table, origins_are_joined_one_by_one)
{
    struct asn_table table = {0};
    char text[ASN_TEXT_SIZE];

    add(&table, "10.0.0.0/8", "5_6");
    add(&table, "10.0.0.0/8", "5_6");
    cr_assert_eq(asn_table_index(&table), 0);
    cr_expect_str_eq(text_of(&table, "10.0.0.1", text), "5_6");
    add(&table, "10.0.0.0/8", "6_5_7,8");
    cr_assert_eq(asn_table_index(&table), 0);
    cr_expect_eq(strlen(text_of(&table, "10.0.0.1", text)), strlen("5_6_7,8"), "%s",
                 text_of(&table, "10.0.0.1", text));
    asn_table_free(&table);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(asn_table_add_text(&table, (struct prefix){IPV4(0), 0}, i ? "b_x" : "a_x"), 0);
    cr_assert_eq(asn_table_index(&table), 0);
    cr_expect_eq(strlen(text_of(&table, "10.0.0.1", text)), strlen("a_x_b_x"));
    asn_table_free(&table);
}

/* As a file may have them that is made to be read for hours, or to fill the memory. */
Test(asn_table, one_prefix_with_many_origins_takes_what_they_take)
{
    enum { LINES = 200000 };
    struct asn_table table = {0};
    char origin[ASN_TEXT_SIZE], text[ASN_TEXT_SIZE];
    int error = 0;

    for (uint32_t i = 0; i < LINES; i++) {
        sprintf(origin, "%u", 1000000 + i);
        error |= asn_table_add(&table, (struct prefix){IPV4(0x0a000000), 8}, origin);
    }
    cr_assert_eq(error, 0);
    add(&table, "11.0.0.0/8", "1_2");
    add(&table, "11.0.0.0/8", "3");
    add(&table, "11.0.0.0/8", "2");
    cr_assert_eq(asn_table_index(&table), 0);
    cr_expect_eq(table.count, 2);
    cr_expect_leq(table.texts_capacity, 16384, "%zu", table.texts_capacity);
    cr_expect_eq(strlen(text_of(&table, "10.1.1.1", text)), 512 * 8 - 1);
    cr_expect_eq(table.crowded, LINES - 512);
    cr_expect_eq(strlen(text_of(&table, "11.1.1.1", text)), 5);
    asn_table_free(&table);
}

Test(asn_table, empty_and_missing)
{
    struct asn_table table = {0};
    char text[ASN_TEXT_SIZE];

    cr_assert_eq(asn_table_index(&table), 0);
    cr_expect_null(asn_text(&table, IPV4(1), text));
    cr_expect_null(asn_text(NULL, IPV4(1), text));
    asn_table_free(&table);
}

Test(asn_table, default_route)
{
    struct asn_table table = {0};
    char text[ASN_TEXT_SIZE];

    add(&table, "0.0.0.0/0", "7");
    add(&table, "128.0.0.0/1", "8");
    add(&table, "::/0", "9");
    add(&table, "8000::/1", "10");
    cr_assert_eq(asn_table_index(&table), 0);
    cr_expect_str_eq(text_of(&table, "0.0.0.0", text), "7");
    cr_expect_str_eq(text_of(&table, "127.255.255.255", text), "7");
    cr_expect_str_eq(text_of(&table, "255.255.255.255", text), "8");
    cr_expect_str_eq(text_of(&table, "::", text), "9");
    cr_expect_str_eq(text_of(&table, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", text), "10");
    asn_table_free(&table);
}

/* What a look through the whole list finds; nested and crowded on purpose. */
Test(asn_table, agrees_with_a_plain_search)
{
    const struct prefix where = {IPV4(0x0a000000), 12};

    for (uint64_t seed = 0; seed < 40; seed++) {
        struct prefix_list list = random_prefixes(seed, 200, where, 12, 32);
        struct asn_table table = {0};

        for (size_t i = 0; i < list.count; i++)
            cr_assert_eq(asn_table_add(&table, list.prefixes[i], "1"), 0);
        cr_assert_eq(asn_table_index(&table), 0);
        for (uint32_t i = 0; i < 4000; i++) {
            /* Borders of prefixes, and anything. */
            const struct prefix *near = &list.prefixes[i % list.count];
            uint32_t first = address_ipv4(near->base), last = address_ipv4(prefix_last(*near));
            uint32_t addresses[] = {first, first - 1, last, last + 1,
                                    address_ipv4(where.base) + i * 2654435761U % (1U << 20)};
            uint32_t address = addresses[i / list.count % COUNT(addresses)];
            int longest = -1;

            for (size_t j = 0; j < list.count; j++)
                if (address_under(IPV4(address), list.prefixes[j].base, list.prefixes[j].length) &&
                    list.prefixes[j].length > longest)
                    longest = list.prefixes[j].length;
            const struct asn_entry *found = asn_table_find(&table, IPV4(address));
            cr_assert_eq(found ? found->length : -1, longest, "seed %d, %08x", (int)seed, address);
        }
        asn_table_free(&table);
        prefix_list_free(&list);
    }
}
