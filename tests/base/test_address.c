// SPDX-License-Identifier: GPL-2.0-or-later
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

#include "base/address.h"
#include "reference.h"
#include "table.h"

Test(address, ipv4_format_writes_dotted_quads)
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
    char text[IPV4_TEXT_SIZE];

    for (size_t i = 0; i < COUNT(cases); i++) {
        cr_expect_eq(ipv4_format(cases[i].address, text), strlen(cases[i].text));
        cr_expect_str_eq(text, cases[i].text);
    }
}

Test(address, ipv4_format_agrees_with_the_library)
{
    uint64_t random = 1;

    for (unsigned round = 0; round < 100000; round++) {
        uint32_t address = (uint32_t)reference_random(&random);
        struct in_addr in = {htonl(address)};
        char text[IPV4_TEXT_SIZE], expected[INET_ADDRSTRLEN];

        cr_assert_not_null(inet_ntop(AF_INET, &in, expected, sizeof(expected)));
        cr_assert_eq(ipv4_format(address, text), strlen(expected));
        cr_assert_str_eq(text, expected);
    }
}

Test(address, mac_format_writes_six_pairs)
{
    static const uint8_t mac[6] = {0x02, 0x00, 0xab, 0xcd, 0x0f, 0xff};
    char text[MAC_TEXT_SIZE];

    cr_assert_eq(mac_format(mac, text), text);
    cr_assert_str_eq(text, "02:00:ab:cd:0f:ff");
}
