// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The order of addresses in lists and tables of both families: all of IPv4, then all of IPv6. Without this
 * rule, the IPv4 addresses would lie within ::/64, between addresses of IPv6.
 */
#pragma once

#include "address.h"

/* address_order() returns a value below, equal to or above 0. Within a family it is address_compare(). */
static inline int address_order(struct address a, struct address b)
{
    if (address_is_ipv4(a) != address_is_ipv4(b))
        return address_is_ipv4(a) ? -1 : 1;
    return address_compare(a, b);
}

/* address_before() returns the address before `address`, of either family. */
static inline struct address address_before(struct address address)
{
    return (struct address){address.high - (address.low == 0), address.low - 1};
}
