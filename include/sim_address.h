// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The simulated world consists of 32-bit numbers: one for each router, and one for each place where a target
 * can be. Only this header converts numbers to addresses of either family, and addresses to numbers.
 *
 *   what is numbered        number             IPv4             IPv6
 *   the uplink, real ones   198.18.0.0/15      the number       2001:2:0:WW::HH
 *   routers                 240.0.0.0/4        the number       3fff:RR:NNNN:NN00::1
 *   targets                 all others         the number       found by sim_number(), and not back
 *
 * Numbers are written as IPv4 addresses, because in IPv4 they are the addresses. WW are the middle nine bits of
 * a number and HH the last eight; RR is the role of a router and NNNNNN its number of 24 bits within that role.
 * A router has one address per family, and both name the same router.
 *
 * 2001:2::/48 is reserved for benchmarks (RFC 5180), like 198.18.0.0/15 (RFC 2544). 3fff::/20 is reserved for
 * documentation (RFC 9637): like class E in IPv4, it contains no real addresses.
 *
 *   target    | 32 bits: a network's own | 16 bits       | 80 bits            |
 *                        |                       |                |
 *   number           upper 8 bits    xor    middle 16 bits   lower 8 bits, hashed
 *
 * So a /48 has the role of a /24 in IPv4, and the /48s of a /32 that of the /24s of a /8: neighbours share
 * routers as far as their bits agree. The other bits of an address decide how its host behaves. Two networks
 * may get the same part of the world by chance; the middle bits are mixed differently in each, so that their
 * first /48s are not equal.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "mix.h"

/* The uplink: 198.18.0.0/30 and 2001:2::/64. The gateway also has the link-local address
 * SIM_GATEWAY_LINK_LOCAL. */
#define SIM_UPLINK_PREFIX_LENGTH  30
#define SIM_UPLINK_PREFIX_LENGTH6 64
#define SIM_GATEWAY_ADDRESS       0xc6120001U
#define SIM_HOST_ADDRESS          0xc6120002U
#define SIM_GATEWAY_LINK_LOCAL    ((struct address){0xfe80ULL << 48, 1})
#define SIM_HOST_LINK_LOCAL                                                                                  \
    ((struct address){0xfe80ULL << 48, 0xc6fffe120002}) /* the kernel makes it of its MAC */

/* Routers have the numbers from here on: class E (RFC 1112, section 4), which contains no real addresses. */
#define SIM_ROUTER_BASE 0xf0000000U

#define SIM_NOWHERE 0xffffffffU /* the limited broadcast address: no route leads to this number */

#define SIM_OWN_PREFIX      0x200100020000ULL   /* of the simulator's wires and hosts: the upper 48 bits */
#define SIM_OWN_NUMBERS     0xc6120000U         /* 198.18.0.0/15 */
#define SIM_OWN_HOSTS       0x100               /* from this wire on: 198.19.0.0/16, with all addresses */
#define SIM_ROUTER_PREFIX   0x3fff000000000000U /* of routers: the upper 64 bits, with the number 0 */
#define SIM_NETWORK_HIGHEST 191 /* upper 8 bits of targets' numbers, lower than those of the uplink */

/* sim_is_unicast() returns false for groups and for the limited broadcast address: no route leads there. */
static inline bool sim_is_unicast(uint32_t address)
{
    return address >> 28 != 0xe && address != 0xffffffff;
}

/* sim_is_unicast6() returns false for addresses that no router forwards to: groups, link-local addresses, ::
 * and ::1 (RFC 4291). */
static inline bool sim_is_unicast6(struct address address)
{
    return address.high >> 56 != 0xff && address.high >> 54 != 0xfe80 >> 6 && address.high != 0;
}

static inline bool sim_is_link_local6(struct address address)
{
    return address.high >> 54 == 0xfe80 >> 6;
}

/* sim_address6() returns the IPv6 address of a router or of a wire's end; meaningless for targets. */
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

/* The ends of wires have their number's bytes unchanged. Beyond the wires, every address is a host. */
static inline bool sim_is_own6(struct address address)
{
    uint32_t wire = address.high & 0xffff;

    return address.high >> 16 == SIM_OWN_PREFIX && wire < 2 * SIM_OWN_HOSTS &&
           (wire >= SIM_OWN_HOSTS || address.low < 0x100);
}

/* The lower eight bits of a number, from the bits of an address after its /48. Small ones stay unchanged, so
 * that people can read them. */
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

/* sim_number() returns the number of an address of either family, or SIM_NOWHERE if no route leads there. */
static inline uint32_t sim_number(struct address address)
{
    if (!address_is_ipv4(address))
        return sim_number6(address);
    return sim_is_unicast(address_ipv4(address)) ? address_ipv4(address) : SIM_NOWHERE;
}
