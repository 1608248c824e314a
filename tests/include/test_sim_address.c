// SPDX-License-Identifier: GPL-2.0-or-later
/* The one numbering of the simulated world: what is alike in IPv4 is alike in IPv6. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/address_text.h"
#include "sim/worlds.h"
#include "sim_address.h"

enum { BLOCKS = 65536 };

static struct address address_from(const char *text)
{
    struct address address;

    cr_assert(address_parse(text, &address), "%s", text);
    return address;
}

Test(sim_address, numbers_become_addresses_of_either_family_and_back)
{
    static const struct {
        uint32_t number;
        const char *ipv4, *ipv6;
    } table[] = {
        {SIM_GATEWAY_ADDRESS, "198.18.0.1", "2001:2::1"},
        {SIM_HOST_ADDRESS, "198.18.0.2", "2001:2::2"},
        {0xc6120302, "198.18.3.2", "2001:2:0:3::2"},
        {0xc61304ff, "198.19.4.255", "2001:2:0:104::ff"},
        {0xf05fa878, "240.95.168.120", "3fff:f0:5fa8:7800::1"},
        {0xfc000001, "252.0.0.1", "3fff:fc:0:100::1"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct address ipv4 = address_from(table[i].ipv4), ipv6 = address_from(table[i].ipv6);

        cr_expect(address_equal(sim_address(table[i].number, FAMILY_IPV4), ipv4), "%s", table[i].ipv4);
        cr_expect(address_equal(sim_address(table[i].number, FAMILY_IPV6), ipv6), "%s", table[i].ipv6);
        cr_expect_eq(sim_number(ipv4), table[i].number, "%s", table[i].ipv4);
        cr_expect_eq(sim_number(ipv6), table[i].number, "%s", table[i].ipv6);
    }
    cr_expect_eq(sim_number(SIM_GATEWAY_LINK_LOCAL), SIM_GATEWAY_ADDRESS);
}

Test(sim_address, every_router_has_an_address_of_its_own_in_the_documentation_prefix)
{
    for (uint64_t i = 0; i < 1000000; i++) {
        uint32_t router = SIM_ROUTER_BASE | (uint32_t)(mix64(i) >> 36);
        struct address address = sim_address6(router);

        cr_assert(address_under(address, address_from("3fff::"), 20));
        cr_assert_eq(sim_number(address), router);
    }
}

Test(sim_address, no_route_leads_to_groups_and_addresses_of_a_link)
{
    static const char *const table[] = {"::",      "::1",     "ff02::1",   "ff0e::5",
                                        "fe80::2", "febf::1", "224.0.0.1", "255.255.255.255"};

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        cr_expect_eq(sim_number(address_from(table[i])), SIM_NOWHERE, "%s", table[i]);
}

Test(sim_address, other_addresses_have_the_numbers_of_targets)
{
    static const char *const table[] = {
        "2a00:1450:4001::1",
        "2001:2::3:1",
        "2001:2:0:200::1",
        "2001:2:1::1",
        "3fff:f0:5fa8:7800::2",
        "3fff:f0:5fa8:7801::1",
        "3fff:ef:5fa8:7800::1",
        "3fff:1f0:5fa8:7800::1",
        "64:ff9b::1",
        "fd00::1",
        "2001:db8:ffff:ffff::ff",
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        uint32_t number = sim_number(address_from(table[i]));

        cr_expect(number >> 24 && number >> 24 <= SIM_NETWORK_HIGHEST, "%s: %08x", table[i], number);
    }
}

/* The numbers of two /48s agree as far as the /48s themselves do, and no two are the same. */
Test(sim_address, the_48s_of_a_32_are_what_the_24s_of_an_8_are)
{
    const struct address network = address_from("2a02:26f0::");
    uint32_t first = sim_number(network);
    bool *met = calloc(BLOCKS, sizeof(*met));

    for (uint32_t i = 0; i < BLOCKS; i++) {
        struct address target = {network.high | (uint64_t)i << 16, 0};
        uint32_t number = sim_number(target);

        cr_assert_eq(number >> 24, first >> 24);
        cr_assert_eq((number ^ first) >> 8, i);
        cr_assert_not(met[number >> 8 & 0xffff]);
        met[number >> 8 & 0xffff] = true;
    }
    free(met);
}

/* One byte says who is there: it takes all values, whichever part of an address changes. */
Test(sim_address, subnets_and_interface_identifiers_are_hosts)
{
    for (int part = 0; part < 3; part++) {
        unsigned count[256] = {0};

        for (uint64_t i = 0; i < 256 * 100; i++) {
            struct address target = {0x2a0226f000010000 | (part == 1 ? i & 0xffff : 0), part == 0 ? i + 0x100
                                                                                        : part == 2 ? i << 40
                                                                                                    : 1};

            count[sim_number(target) & 0xff]++;
        }
        for (int i = 0; i < 256; i++)
            cr_expect(count[i] > 50 && count[i] < 160, "part %d: %u times %02x", part, count[i], i);
    }
}

/* A /48 and the /24 of its number have the same routers. */
Test(sim_address, both_families_meet_in_one_world)
{
    struct sim_topology world = make_world("ideal", 1);
    struct address target = address_from("2a00:1450:4001::77");
    uint32_t number = sim_target_number(&world, target);

    for (uint8_t ttl = 1; ttl <= SIM_MAX_DISTANCE; ttl++) {
        struct sim_hop hop = hop_at(&world, number, ttl);
        struct address ipv6 = sim_hop_address(&world, &hop, target);
        struct address ipv4 = sim_hop_address(&world, &hop, address_of_ipv4(number));

        cr_assert_eq(address_family(ipv4), FAMILY_IPV4);
        cr_assert_eq(address_family(ipv6), FAMILY_IPV6);
        cr_assert_eq(sim_number(ipv4), sim_number(ipv6));
        cr_assert_eq(hop.kind == SIM_HOP_TARGET, address_equal(ipv6, target));
    }
}
