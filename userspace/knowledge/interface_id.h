// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers for interfaces: 32 bits, so that a hop is one word of 32 bits and a link one of 64. Only this file
 * decides whether a number is itself an address.
 *
 *   0.0.0.0 … 223.255.255.255, 240.0.0.0 … 255.255.255.255   an IPv4 address is its own number
 *   224.0.0.0 … 239.255.255.255                              numbers given to all other addresses: interfaces.h
 *
 * The latter are multicast addresses, from which no packet may come (RFC 1112, section 7.2; RFC 1122, section
 * 3.2.1.3): 2^28 numbers that no router's address needs. All other addresses do answer somewhere: some
 * networks number their routers in 0/8, 127/8 and 240/4. A forged multicast source is given a number, as IPv6
 * addresses are. So no two addresses have the same number.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

typedef uint32_t interface_id;

#define INTERFACE_GIVEN_FIRST 0xe0000000U /* 224.0.0.0 */
#define INTERFACE_GIVEN_BITS  28

/* interface_id_is_given() returns whether a number was given, and is not itself an IPv4 address. */
static inline bool interface_id_is_given(interface_id id)
{
    return id >> INTERFACE_GIVEN_BITS == INTERFACE_GIVEN_FIRST >> INTERFACE_GIVEN_BITS;
}

/* interface_id_of() writes the number of an address that is its own number; it returns false if `address`
 * must be given one. */
static inline bool interface_id_of(struct address address, interface_id *out)
{
    *out = address_ipv4(address);
    return address_is_ipv4(address) && !interface_id_is_given(*out);
}

/* interface_id_give() returns the number derived from `hash`. */
static inline interface_id interface_id_give(uint64_t hash)
{
    return INTERFACE_GIVEN_FIRST | (interface_id)(hash >> (64 - INTERFACE_GIVEN_BITS));
}
