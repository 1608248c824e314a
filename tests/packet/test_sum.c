// SPDX-License-Identifier: GPL-2.0-or-later
#include "packet/sum.h"

#include <criterion/criterion.h>
#include <string.h>

#include "bytes.h"
#include "protocol.h"
#include "reference.h"
#include "support/guarded.h"
#include "table.h"

Test(sum, known_packets)
{
    static const struct {
        const char *what;
        uint8_t bytes[20];
        size_t length;
        bool valid;
    } cases[] = {
        {"nothing", {0}, 0, false},
        {"zeros", {0}, 20, false},
        {"all ones", {0xff, 0xff}, 2, true},
        {"a word and its complement", {0x12, 0x34, 0xed, 0xcb}, 4, true},
        {"the words in other bytes", {0x12, 0xed, 0x34, 0xcb}, 4, false},
        {"an odd byte is padded by zero", {0xff, 0xfe, 0x00, 0x00, 0x00, 0x01, 0x00}, 7, true},
        {"an odd byte counts as the high one", {0x00, 0xff, 0xff}, 3, true},
        {"the example of RFC 1071, section 3, completed by its complement",
         {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7, 0x22, 0x0d},
         10,
         true},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(sum_valid(cases[i].bytes, cases[i].length), cases[i].valid, "%s", cases[i].what);
}

/* At every length, so at every place where a packet can end within a word; and at no byte beyond. */
Test(sum, agrees_with_the_reference)
{
    struct guarded guarded = guarded_make();
    uint64_t random = 1;
    uint8_t bytes[1501];

    for (size_t length = 2; length <= sizeof(bytes); length++) {
        reference_random_bytes(&random, bytes, length);
        memset(bytes, 0, 2);
        uint16_t checksum = (uint16_t)~reference_sum(0, bytes, length);

        cr_assert_eq(sum_valid(guarded_copy(&guarded, bytes, length), length), checksum == 0);
        bytes[0] = (uint8_t)(checksum >> 8);
        bytes[1] = (uint8_t)checksum;
        cr_assert(sum_valid(guarded_copy(&guarded, bytes, length), length), "%zu bytes", length);
        bytes[reference_random(&random) % length] ^= 0x10;
        cr_assert_not(sum_valid(guarded_copy(&guarded, bytes, length), length), "%zu bytes", length);
    }
    guarded_free(&guarded);
}

/* The pseudo-header as RFC 8200, section 8.1, draws it. */
static uint16_t reference_pseudo_header(const uint8_t *ip, size_t length)
{
    uint8_t pseudo[40] = {[39] = PROTOCOL_ICMPV6};

    memcpy(pseudo, ip + IPV6_SOURCE, 2 * IPV6_ADDRESS);
    store_be32(pseudo + 2 * IPV6_ADDRESS, (uint32_t)length);
    return reference_sum(0, pseudo, sizeof(pseudo));
}

Test(sum, covers_the_pseudo_header_of_icmpv6_alone)
{
    uint8_t ip[IPV6_HEADER], icmp[1501];
    uint64_t random = 2;

    for (size_t length = ICMP_HEADER; length <= sizeof(icmp); length++) {
        reference_random_bytes(&random, ip, sizeof(ip));
        reference_random_bytes(&random, icmp, length);
        store_be16(icmp + ICMP_CHECKSUM, 0);
        uint16_t sum = reference_sum(reference_pseudo_header(ip, length), icmp, length);

        store_be16(icmp + ICMP_CHECKSUM, (uint16_t)~sum);
        cr_assert(sum_valid_icmp(FAMILY_IPV6, ip, icmp, length), "%zu bytes", length);
        cr_assert_not(sum_valid_icmp(FAMILY_IPV4, ip, icmp, length), "%zu bytes", length);
        ip[IPV6_SOURCE + reference_random(&random) % (2 * IPV6_ADDRESS)] ^= 0x10;
        cr_assert_not(sum_valid_icmp(FAMILY_IPV6, ip, icmp, length), "%zu bytes", length);
    }
}

/* The longest packet, with the largest sum that there is. */
Test(sum, carries_are_never_lost)
{
    static uint8_t bytes[65534];

    memset(bytes, 0xff, sizeof(bytes));
    cr_expect(sum_valid(bytes, sizeof(bytes)));
    bytes[sizeof(bytes) - 1] = 0xfe;
    cr_expect_not(sum_valid(bytes, sizeof(bytes)));
}
