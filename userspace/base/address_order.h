// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order in which lists and tables of both families have addresses: IPv4, then IPv6. So neither has a part
 * of the other within it: the IPv4-mapped addresses, which lie within ::/64, are IPv4 alone.
 */
#pragma once

#include "address.h"

/* address_order() is below, equal to or above 0, as address_compare() within a family. */
static inline int address_order(struct address a, struct address b)
{
    if (address_is_ipv4(a) != address_is_ipv4(b))
        return address_is_ipv4(a) ? -1 : 1;
    return address_compare(a, b);
}

/* address_before() is the one before `address`, of whichever family. */
static inline struct address address_before(struct address address)
{
    return (struct address){address.high - (address.low == 0), address.low - 1};
}
