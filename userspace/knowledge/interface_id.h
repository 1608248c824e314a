// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Interfaces by number: 32 bits, so that a hop is one word of 32 bits and a link one of 64.
 *
 * The interface of an IPv4 address has that address as its number. IPv6 addresses have none yet: they are to
 * be numbered as they come, and this is the one place that tells a number from an address.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"

typedef uint32_t interface_id;

/* interface_id_of() gives the number of `address`; false where it has none. */
static inline bool interface_id_of(struct address address, interface_id *out)
{
    *out = address_ipv4(address);
    return address_is_ipv4(address);
}

/* interface_address() is the address of a number that interface_id_of() gave. */
static inline struct address interface_address(interface_id id)
{
    return address_of_ipv4(id);
}
