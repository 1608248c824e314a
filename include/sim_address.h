// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated world is made of numbers of 32 bits: each router has one, and so has each place where a target
 * can be. Here, and nowhere else, numbers become addresses of either family, and addresses numbers.
 *
 *   what is numbered        number             IPv4             IPv6
 *   the uplink, real ones   198.18.0.0/15      the number       2001:2:0:WW::HH
 *   routers                 240.0.0.0/4        the number       3fff:RR:NNNN:NN00::1
 *   targets                 all others         the number       found by sim_number(), and not back
 *
 * Numbers are written as IPv4 addresses, since they are those. WW are the middle nine bits of a number and HH
 * its last eight; RR is the role of a router and N its 24 bits within it. A router has one address of each
 * family and is the same router by both.
 *
 * 2001:2::/48 is what RFC 5180 sets aside for benchmarks, as RFC 2544 does 198.18.0.0/15; 3fff::/20 is for
 * documentation (RFC 9637): as with class E in IPv4, nobody's real address is there.
 *
 *   target    | 32 bits: a network's own | 16 bits       | 80 bits            |
 *                        |                       |                |
 *   number           upper 8 bits    xor    middle 16 bits   lower 8 bits, hashed
 *
 * So a /48 is to the world what a /24 is in IPv4, the /48s of a /32 are what the /24s of a /8 are, neighbours
 * among them share routers as far as their bits agree, and what else an address has decides what its host is
 * like. Two networks share their part of the world by chance: the middle bits are mixed differently in each,
 * so that the first /48s of all are not the same.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "mix.h"

/* The uplink: 198.18.0.0/30 and 2001:2::/64. By its link the gateway is also SIM_GATEWAY_LINK_LOCAL. */
#define SIM_UPLINK_PREFIX_LENGTH  30
#define SIM_UPLINK_PREFIX_LENGTH6 64
#define SIM_GATEWAY_ADDRESS       0xc6120001U
#define SIM_HOST_ADDRESS          0xc6120002U
#define SIM_GATEWAY_LINK_LOCAL    ((struct address){0xfe80ULL << 48, 1})

/* Routers live in class E (RFC 1112, section 4), from here on: nobody's real address is theirs. */
#define SIM_ROUTER_BASE 0xf0000000U

#define SIM_NOWHERE 0xffffffffU /* the limited broadcast: to what has this number no route leads */

#define SIM_OWN_PREFIX      0x200100020000ULL /* of wires and hosts of the simulator's own: the upper 48 bits */
#define SIM_OWN_NUMBERS     0xc6120000U       /* 198.18.0.0/15 */
#define SIM_OWN_HOSTS       0x100             /* from this wire on: 198.19.0.0/16, where all addresses are */
#define SIM_ROUTER_PREFIX   0x3fff000000000000U /* of routers: the upper 64 bits, with 0 for the number */
#define SIM_NETWORK_HIGHEST 191 /* upper 8 bits of targets' numbers: below those of the uplink */

/* sim_is_unicast() is false for groups and for the limited broadcast, to which no route leads. */
static inline bool sim_is_unicast(uint32_t address)
{
    return address >> 28 != 0xe && address != 0xffffffff;
}

/* sim_is_unicast6() is false for what no router forwards: groups, addresses of a link, :: and ::1 (RFC 4291). */
static inline bool sim_is_unicast6(struct address address)
{
    return address.high >> 56 != 0xff && address.high >> 54 != 0xfe80 >> 6 && address.high != 0;
}

static inline bool sim_is_link_local6(struct address address)
{
    return address.high >> 54 == 0xfe80 >> 6;
}

/* sim_address6() is the address of IPv6 that a router or a wire's end has; meaningless for targets. */
static inline struct address sim_address6(uint32_t number)
{
    if (number >= SIM_ROUTER_BASE)
        return (struct address){SIM_ROUTER_PREFIX | (uint64_t)number << 8, 1};
    return (struct address){SIM_OWN_PREFIX << 16 | (number >> 8 & 0x1ff), number & 0xff};
}

static inline struct address sim_address(uint32_t number, enum address_family family)
{
    return family == FAMILY_IPV4 ? address_of_ipv4(number) : sim_address6(number);
}

static inline bool sim_is_router6(struct address address)
{
    uint64_t number = address.high >> 8 & 0xffffffff;

    return address.low == 1 && number >= SIM_ROUTER_BASE && address.high == (SIM_ROUTER_PREFIX | number << 8);
}

/* Wires' ends have their bytes as they are; behind wires are hosts with every address. */
static inline bool sim_is_own6(struct address address)
{
    uint32_t wire = address.high & 0xffff;

    return address.high >> 16 == SIM_OWN_PREFIX && wire < 2 * SIM_OWN_HOSTS &&
           (wire >= SIM_OWN_HOSTS || address.low < 0x100);
}

/* The lower eight bits of a number: what is behind a /48. Short ones stay, for people to read. */
static inline uint32_t sim_host6(uint64_t subnet, uint64_t interface_id)
{
    if (subnet == 0 && interface_id < 0x100)
        return (uint32_t)interface_id;
    return (uint32_t)(mix64(mix64(interface_id) ^ subnet) >> 56);
}

static inline uint32_t sim_target6(struct address address)
{
    uint64_t network = mix64(address.high >> 32);
    uint32_t upper = 1 + ((uint32_t)(network >> 48 & 0xff) * SIM_NETWORK_HIGHEST >> 8);
    uint32_t middle = (uint32_t)(address.high >> 16 ^ network) & 0xffff;

    return upper << 24 | middle << 8 | sim_host6(address.high & 0xffff, address.low);
}

static inline uint32_t sim_number6(struct address address)
{
    if (address_equal(address, SIM_GATEWAY_LINK_LOCAL))
        return SIM_GATEWAY_ADDRESS;
    if (!sim_is_unicast6(address))
        return SIM_NOWHERE;
    if (sim_is_router6(address))
        return (uint32_t)(address.high >> 8);
    if (sim_is_own6(address))
        return SIM_OWN_NUMBERS | (uint32_t)(address.high & 0x1ff) << 8 | sim_host6(0, address.low);
    return sim_target6(address);
}

/* sim_number() is the number of an address of either family; SIM_NOWHERE where no route leads there. */
static inline uint32_t sim_number(struct address address)
{
    if (!address_is_ipv4(address))
        return sim_number6(address);
    return sim_is_unicast(address_ipv4(address)) ? address_ipv4(address) : SIM_NOWHERE;
}
