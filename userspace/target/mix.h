// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A cheap keyed mixer for what runs once a probe: the order of the probes, the draw of a host. It spreads
 * well, but it proves nothing: what must resist forgery is SipHash's.
 *
 * Source: the multiply and xor-shift structure of MurmurHash3's 64-bit finalizer (Austin Appleby, 2011), of
 * which the upper half is taken, the bits that depend on all others.
 */
#pragma once

#include <stdint.h>

/* keyed_mix() is a number below 2^32 that depends on `value` and `key` alone. */
static inline uint64_t keyed_mix(uint64_t value, uint64_t key)
{
    uint64_t mixed = (value ^ key) * 0x9e3779b97f4a7c15ULL;

    mixed ^= mixed >> 32;
    mixed *= 0xd6e8feb86659fd93ULL;
    return mixed >> 32;
}

/* keyed_draw() is the same below `range`, 1 … 2^32: by a multiplication, cheaper than a remainder. */
static inline uint32_t keyed_draw(uint64_t value, uint64_t key, uint64_t range)
{
    return (uint32_t)(keyed_mix(value, key) * range >> 32);
}
