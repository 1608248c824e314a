// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "base/address_text.h"
#include "mix.h"
#include "reference.h"
#include "table.h"

Test(address_text, ipv4_is_a_dotted_quad)
{
    static const struct {
        uint32_t address;
        const char *text;
    } cases[] = {
        {0, "0.0.0.0"},
        {0xffffffff, "255.255.255.255"},
        {0xc0000201, "192.0.2.1"},
        {0x0a640963, "10.100.9.99"},
        {0x01000000, "1.0.0.0"},
    };
    char text[ADDRESS_TEXT_SIZE];

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_eq(address_format(IPV4(cases[i].address), text), strlen(cases[i].text));
        cr_expect_str_eq(text, cases[i].text);
    }
}

Test(address_text, ipv4_is_as_the_library_writes_it)
{
    uint64_t random = 1;

    for (unsigned round = 0; round < 100000; round++) {
        uint32_t address = (uint32_t)reference_random(&random);
        struct in_addr in = {htonl(address)};
        char text[ADDRESS_TEXT_SIZE], expected[INET_ADDRSTRLEN];

        cr_assert_not_null(inet_ntop(AF_INET, &in, expected, sizeof(expected)));
        cr_assert_eq(address_format(IPV4(address), text), strlen(expected));
        cr_assert_str_eq(text, expected);
    }
}

/* Of texts of a few characters from which quads are made, those that are one and those that nearly are. */
Test(address_text, ipv4_is_read_as_the_library_reads_it)
{
    static const char characters[] = "0123456789....";
    uint64_t random = 1;
    unsigned read = 0;

    for (unsigned round = 0; round < 400000; round++) {
        uint64_t draw = reference_random(&random);
        struct address address = {0};
        struct in_addr expected;
        char text[17] = "";
        size_t length = 7 + draw % 10;

        for (size_t i = 0; i < length; i++)
            text[i] = i % 2 && i < 6 ? '.' : characters[reference_random(&random) % (sizeof(characters) - 1)];
        text[length] = '\0';
        bool is_address = inet_pton(AF_INET, text, &expected) == 1;
        size_t taken = address_take_ipv4(text, length, &address);

        cr_assert_eq(taken == length, is_address, "%s", text);
        if (is_address)
            cr_assert(address_equal(address, IPV4(ntohl(expected.s_addr))), "%s", text);
        read += is_address;
    }
    cr_expect_gt(read, 1000);
}

Test(address_text, ipv4_is_read_up_to_where_it_ends)
{
    struct address address;

    cr_expect_eq(address_take_ipv4("192.0.2.1,5", 11, &address), 9);
    cr_expect(address_equal(address, IPV4(0xc0000201)));
    cr_expect_eq(address_take_ipv4("192.0.2.123", 10, &address), 10);
    cr_expect(address_equal(address, IPV4(0xc000020c)), "no further than the length");
    cr_expect_eq(address_take_ipv4("192.0.2.", 8, &address), 0);
    cr_expect_eq(address_take_ipv4("192.0.2.256", 11, &address), 0);
    cr_expect_eq(address_take_ipv4("", 0, &address), 0);
}

/* Every choice of groups that are 0, and every length of those that are not. */
Test(address_text, ipv6_is_written_as_by_inet_ntop)
{
    uint64_t random = 1;

    for (unsigned i = 0; i < 256 * 200; i++) {
        uint8_t bytes[ADDRESS_BYTES];
        char text[ADDRESS_TEXT_SIZE], expected[ADDRESS_TEXT_SIZE];

        for (unsigned group = 0; group < 8; group++) {
            uint64_t drawn = reference_random(&random);
            uint16_t value = i >> group & 1 ? (uint16_t)(drawn >> 16) >> drawn % 16 : 0;

            store_be16(bytes + 2 * group, value);
        }
        struct address address = address_load(bytes);
        cr_assert_not_null(inet_ntop(AF_INET6, bytes, expected, sizeof(expected)));
        if (address_is_ipv4(address))
            continue;
        cr_assert_eq(address_format(address, text), strlen(expected), "%s", expected);
        cr_assert_str_eq(text, expected);
    }
}

Test(address_text, mac_format_writes_six_pairs)
{
    static const uint8_t mac[6] = {0x02, 0x00, 0xab, 0xcd, 0x0f, 0xff};
    char text[MAC_TEXT_SIZE];

    cr_assert_eq(mac_format(mac, text), text);
    cr_assert_str_eq(text, "02:00:ab:cd:0f:ff");
}

Test(address_text, of_both_families_is_read_and_written)
{
    static const struct {
        const char *text, *written; /* NULL: no address */
        struct address address;
    } cases[] = {
        {"192.0.2.1", "192.0.2.1", {0, 0xffffc0000201}},
        {"::ffff:192.0.2.1", "192.0.2.1", {0, 0xffffc0000201}},
        {"0.0.0.0", "0.0.0.0", {0, 0xffff00000000}},
        {"::", "::", {0, 0}},
        {"::192.0.2.1", "::192.0.2.1", {0, 0xc0000201}},
        {"2001:DB8:0:0:1::1", "2001:db8::1:0:0:1", {0x20010db800000000, 0x0001000000000001}},
        {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
         {UINT64_MAX, UINT64_MAX}},
        {"192.0.2", NULL, {0, 0}},
        {"192.0.2.1 ", NULL, {0, 0}},
        {"192.0.2.01", NULL, {0, 0}},
        {"fe80::1%eth0", NULL, {0, 0}},
        {"", NULL, {0, 0}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[ADDRESS_TEXT_SIZE];
        struct address address;
        bool is_one = address_parse(cases[i].text, &address);

        cr_expect_eq(is_one, cases[i].written != NULL, "%s", cases[i].text);
        if (!is_one || !cases[i].written)
            continue;
        cr_expect(address_equal(address, cases[i].address), "%s", cases[i].text);
        cr_expect_eq(address_format(address, text), strlen(cases[i].written));
        cr_expect_str_eq(text, cases[i].written);
    }
}

/* Of texts made of the characters that addresses have, and of addresses with one character changed. */
Test(address_text, reads_what_inet_pton_reads)
{
    static const char characters[] = "::::0123456789abcdefABCDEF.g";
    unsigned right = 0;

    for (uint64_t i = 0; i < 400000; i++) {
        char text[ADDRESS_TEXT_SIZE + 1] = "";
        uint64_t random = mix64(i + 1);
        uint8_t bytes[ADDRESS_BYTES];
        struct address address;

        if (i % 2) {
            address = (struct address){random << (i % 64), mix64(random) >> (i % 61)};
            address_format(address, text);
            if (i % 4 == 1)
                text[random % strlen(text)] = characters[(random >> 32) % strlen(characters)];
        } else {
            for (unsigned k = 0; k < 2 + i % 40; k++)
                text[k] = characters[mix64(random + k) % strlen(characters)];
        }
        bool expected = inet_pton(AF_INET6, text, bytes) == 1;
        cr_assert_eq(address_parse(text, &address), expected || inet_pton(AF_INET, text, &bytes) == 1, "%s",
                     text);
        cr_assert(!expected || address_equal(address, address_load(bytes)), "%s", text);
        right += expected;
    }
    cr_expect_gt(right, 100000);
}

Test(address_text, reads_ipv6_to_the_letter)
{
    static const char *const texts[] = {
        "::",
        "::1",
        "1::",
        "1::8",
        ":::",
        ":",
        "1:",
        ":1",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4::5:6:7:8",
        "::2:3:4:5:6:7:8",
        "1::3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "1::2::3",
        "12345::",
        "0001::",
        "00001::",
        "1::2:",
        "::1.2.3.4",
        "::ffff:1.2.3.4",
        "1:2:3:4:5:6:1.2.3.4",
        "1:2:3:4:5:6:7:1.2.3.4",
        "::1.2.3",
        "g::",
        "1 ::",
        "",
        "-1::",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        uint8_t bytes[ADDRESS_BYTES];
        struct address address;
        bool expected = inet_pton(AF_INET6, texts[i], bytes) == 1;

        cr_expect_eq(address_parse(texts[i], &address), expected, "'%s'", texts[i]);
        cr_expect(!expected || address_equal(address, address_load(bytes)), "'%s'", texts[i]);
    }
}
