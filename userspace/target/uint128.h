// SPDX-License-Identifier: GPL-2.0-or-later
/* Addresses as numbers, for code that counts and divides stretches of IPv6. */
#pragma once

#include "address.h"

typedef unsigned __int128 uint128;

static inline uint128 uint128_of(struct address address)
{
    return (uint128)address.high << 64 | address.low;
}

static inline struct address uint128_address(uint128 number)
{
    return (struct address){(uint64_t)(number >> 64), (uint64_t)number};
}
