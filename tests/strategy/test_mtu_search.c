// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mtu_search.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "protocol.h"
#include "table.h"

static struct record refusal(uint16_t next_hop_mtu)
{
    return (struct record){.responder = IPV4(1),
                           .icmp_type = ICMP_DESTINATION_UNREACHABLE,
                           .icmp_code = ICMP_FRAGMENTATION_NEEDED,
                           .next_hop_mtu = next_hop_mtu};
}

static struct record refusal6(uint16_t next_hop_mtu)
{
    return (struct record){.responder = IPV6(0x20010db800000000, 1),
                           .icmp_type = ICMP6_PACKET_TOO_BIG,
                           .next_hop_mtu = next_hop_mtu};
}

Test(mtu_search, shrinks_to_what_the_router_says_or_to_the_next_plateau)
{
    static const struct {
        uint16_t size, told, expected;
        bool guessed;
    } rows[] = {
        {1500, 1400, 1400, false}, {9000, 1500, 1500, false}, {1500, 0, 1492, true},
        {1492, 0, 1006, true},     {9000, 0, 8166, true},     {1500, 1500, 1492, true}, /* not smaller */
        {1500, 9000, 1492, true},  {1500, 20, 1492, true},    {100, 0, 68, true},
        {1500, 68, 68, false},     {1500, 1499, 1499, false},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        const struct record record = refusal(rows[row].told);
        struct mtu_search search;

        mtu_search_start(&search, rows[row].size);
        cr_assert(mtu_search_learn(&search, 3, &record), "row %zu", row);
        cr_expect_eq(search.next.size, rows[row].expected, "row %zu: %u", row, search.next.size);
        cr_expect_eq(search.before[3].size, rows[row].expected);
        cr_expect_eq(search.next.guessed, rows[row].guessed, "row %zu", row);
        cr_expect_eq(search.before[3].guessed, rows[row].guessed, "row %zu", row);
        cr_expect_eq(search.before[2].size, 0);
    }
}

/* No link of IPv6 takes less than 1280 bytes, whatever is told (RFC 8201, section 4). */
Test(mtu_search, shrinks_no_further_by_ipv6)
{
    static const struct {
        uint16_t size, told, expected;
        bool guessed;
    } rows[] = {
        {1500, 1400, 1400, false}, {1500, 1280, 1280, false}, {1500, 1279, 1492, true},
        {1492, 500, 1280, true},   {9000, 0, 8166, true},     {1400, 0, 1280, true},
    };
    struct mtu_search search;

    for (size_t row = 0; row < COUNT(rows); row++) {
        const struct record record = refusal6(rows[row].told);

        mtu_search_start(&search, rows[row].size);
        cr_assert(mtu_search_learn(&search, 3, &record), "row %zu", row);
        cr_expect_eq(search.next.size, rows[row].expected, "row %zu: %u", row, search.next.size);
        cr_expect_eq(search.next.guessed, rows[row].guessed, "row %zu", row);
    }
    const struct record record = refusal6(68);
    mtu_search_start(&search, 1280);
    cr_expect_not(mtu_search_learn(&search, 3, &record));
}

Test(mtu_search, learns_from_nothing_else)
{
    const struct record smallest = refusal(0), port = {.responder = IPV4(1),
                                                       .icmp_type = ICMP_DESTINATION_UNREACHABLE,
                                                       .icmp_code = ICMP_PORT_UNREACHABLE,
                                                       .next_hop_mtu = 1000};
    struct mtu_search search;

    mtu_search_start(&search, 1500);
    cr_expect_not(mtu_search_learn(&search, 1, &port));
    cr_expect_eq(search.next.size, 1500);
    mtu_search_start(&search, 68);
    cr_expect_not(mtu_search_learn(&search, 1, &smallest), "there is nothing smaller");
    cr_expect_eq(search.before[1].size, 0);
}
