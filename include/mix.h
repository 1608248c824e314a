// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Cheap mixing for what is drawn from a seed: worlds, hosts, the order of probes. No secrets, a few
 * nanoseconds, the same in userspace and in BPF. What must resist an adversary uses siphash.h.
 */
#pragma once

#include <stdint.h>

#define MIX_GOLDEN 0x9e3779b97f4a7c15ULL /* 2^64 / golden ratio: spreads small integers */

#define MIX_GOLDEN32 0x9e3779b1U /* a prime near 2^32 / golden ratio (Knuth) */

/* The 64-bit finalizer of MurmurHash3 (Appleby, public domain): a bijection in which every input bit moves
 * every output bit. */
static inline uint64_t mix64(uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ULL;
    return x ^ x >> 33;
}

/*
 * A keyed bijection of 24-bit numbers, so that distinct numbers stay distinct and yet look unrelated.
 * Each step is invertible: adding a constant, multiplying by an odd number, folding the upper half down.
 */
static inline uint32_t mix24(uint64_t key, uint32_t number)
{
    const uint32_t mask = 0xffffff;
    uint32_t x = (number ^ (uint32_t)key) & mask;

    x = (x * ((uint32_t)(key >> 20) | 1)) & mask;
    x ^= x >> 12;
    x = (x * MIX_GOLDEN32) & mask;
    x ^= x >> 11;
    x = (x * ((uint32_t)(key >> 40) | 1)) & mask;
    return x ^ x >> 12;
}

/* The inverse of an odd number modulo 2^24: each step doubles the bits that are right, of which a number's
 * own lowest three are its inverse's (Newton). */
static inline uint32_t odd_inverse24(uint32_t odd)
{
    uint32_t inverse = odd;

    for (int i = 0; i < 3; i++)
        inverse *= 2 - odd * inverse;
    return inverse & 0xffffff;
}

/* unmix24() undoes mix24(): its steps backwards. The upper 8 bits of `mixed` do not matter. */
static inline uint32_t unmix24(uint64_t key, uint32_t mixed)
{
    const uint32_t mask = 0xffffff;
    uint32_t x = mixed & mask;

    x ^= x >> 12;
    x = (x * odd_inverse24((uint32_t)(key >> 40) | 1)) & mask;
    x ^= x >> 11 ^ x >> 22;
    x = (x * odd_inverse24(MIX_GOLDEN32)) & mask;
    x ^= x >> 12;
    x = (x * odd_inverse24((uint32_t)(key >> 20) | 1)) & mask;
    return (x ^ (uint32_t)key) & mask;
}

/* True for `permille` thousandths of all hashes; 0 is never, 1000 always. Uses the upper 32 bits. */
static inline int mix_share(uint64_t hash, uint32_t permille)
{
    return (uint32_t)((hash >> 32) * 1000 >> 32) < permille;
}

/*
 * keyed_mix() is a number below 2^32 that depends on `value` and `key` alone: two multiplications, for what
 * runs several times per probe. The structure is mix64()'s, of which the upper half is taken, the bits that
 * depend on all others.
 */
static inline uint64_t keyed_mix(uint64_t value, uint64_t key)
{
    uint64_t mixed = (value ^ key) * MIX_GOLDEN;

    mixed ^= mixed >> 32;
    mixed *= 0xd6e8feb86659fd93ULL;
    return mixed >> 32;
}

/* keyed_draw() is the same below `range`, 1 … 2^32: by a multiplication, cheaper than a remainder. */
static inline uint32_t keyed_draw(uint64_t value, uint64_t key, uint64_t range)
{
    return (uint32_t)(keyed_mix(value, key) * range >> 32);
}
