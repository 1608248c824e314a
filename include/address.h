// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * An address of either family, as all code except the layouts uses it: 128 bits in host order. IPv4 addresses
 * are stored as IPv4-mapped addresses, ::ffff:0:0/96 (RFC 4291, section 2.5.5.2), so that one comparison and
 * one hash serve both families.
 *
 * Only code that reads or writes a packet or a socket address converts it from or to network order.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "bytes.h"
#include "mix.h"

#define ADDRESS_BYTES       16
#define ADDRESS_IPV4_PREFIX 0x0000ffff00000000ULL /* of the lower half */

enum address_family {
    FAMILY_IPV4 = 4,
    FAMILY_IPV6 = 6,
};

struct address {
    uint64_t high, low;
};

/* No address; zeroed memory has this value. On the wire it would be ::, which is never a destination and never
 * the source of an answer (RFC 4291, section 2.5.2). 0.0.0.0 has another value. */
#define ADDRESS_NONE ((struct address){0, 0})

static inline bool address_is_none(struct address address)
{
    return (address.high | address.low) == 0;
}

static inline struct address address_of_ipv4(uint32_t ipv4)
{
    return (struct address){0, ADDRESS_IPV4_PREFIX | ipv4};
}

static inline bool address_is_ipv4(struct address address)
{
    return address.high == 0 && address.low >> 32 == ADDRESS_IPV4_PREFIX >> 32;
}

/* address_ipv4() returns the IPv4 address in host order; meaningless unless address_is_ipv4(). */
static inline uint32_t address_ipv4(struct address address)
{
    return (uint32_t)address.low;
}

static inline enum address_family address_family(struct address address)
{
    return address_is_ipv4(address) ? FAMILY_IPV4 : FAMILY_IPV6;
}

static inline bool address_equal(struct address a, struct address b)
{
    return ((a.high ^ b.high) | (a.low ^ b.low)) == 0;
}

/* address_compare() returns a value below, equal to or above 0, as memcmp() of both in network order would. */
static inline int address_compare(struct address a, struct address b)
{
    if (a.high != b.high)
        return a.high < b.high ? -1 : 1;
    return (a.low > b.low) - (a.low < b.low);
}

/* address_hash() mixes all bits. An attacker who chooses addresses must not know `secret`. */
static inline uint64_t address_hash(struct address address, uint64_t secret)
{
    return mix64(mix64(address.low ^ secret) ^ address.high);
}

/* address_load() and address_store() convert from and to sixteen bytes in network order. */
static inline struct address address_load(const uint8_t bytes[ADDRESS_BYTES])
{
    return (struct address){load_be64(bytes), load_be64(bytes + 8)};
}

static inline void address_store(uint8_t bytes[ADDRESS_BYTES], struct address address)
{
    store_be64(bytes, address.high);
    store_be64(bytes + 8, address.low);
}

static inline unsigned address_bits(struct address address)
{
    return address_is_ipv4(address) ? 32 : 128;
}

/* address_rest() returns a mask of the bits after the first `length` bits of an address of this family;
 * `length` is 0 to 32 for IPv4 and 0 to 128 for IPv6. */
static inline struct address address_rest(struct address address, unsigned length)
{
    unsigned bits = address_bits(address), rest = length < bits ? bits - length : 0;

    if (rest > 64)
        return (struct address){UINT64_MAX >> (128 - rest), UINT64_MAX};
    return (struct address){0, rest ? UINT64_MAX >> (64 - rest) : 0};
}

/* address_first() and address_last() return the lowest and the highest address with the same first `length`
 * bits. */
static inline struct address address_first(struct address address, unsigned length)
{
    struct address rest = address_rest(address, length);

    return (struct address){address.high & ~rest.high, address.low & ~rest.low};
}

static inline struct address address_last(struct address address, unsigned length)
{
    struct address rest = address_rest(address, length);

    return (struct address){address.high | rest.high, address.low | rest.low};
}

/* address_under() returns whether `address` begins with the first `length` bits of `base`. */
static inline bool address_under(struct address address, struct address base, unsigned length)
{
    struct address rest = address_rest(base, length);

    return (((address.high ^ base.high) & ~rest.high) | ((address.low ^ base.low) & ~rest.low)) == 0;
}

/* address_next() returns the address after `address`, of either family. */
static inline struct address address_next(struct address address)
{
    return (struct address){address.high + (address.low == UINT64_MAX), address.low + 1};
}
