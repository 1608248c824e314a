// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Fast hashing for values that are drawn from a seed: worlds, hosts, the order of probes. It takes a few
 * nanoseconds, gives the same results in userspace and in BPF, and keeps no secrets: siphash.h is for what must
 * resist an attacker.
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

/* The inverse of an odd number modulo 2^24, by Newton's method: each step doubles the number of correct bits,
 * and the lowest three bits of a number are those of its inverse. */
static inline uint32_t odd_inverse24(uint32_t odd)
{
    uint32_t inverse = odd;

    for (int i = 0; i < 3; i++)
        inverse *= 2 - odd * inverse;
    return inverse & 0xffffff;
}

/* unmix24() is the inverse of mix24(): the same steps in reverse order. The upper 8 bits of `mixed` are
 * ignored. */
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

/* Returns true for `permille` thousandths of all hashes: 0 means never, 1000 always. Uses the upper 32 bits. */
static inline int mix_share(uint64_t hash, uint32_t permille)
{
    return (uint32_t)((hash >> 32) * 1000 >> 32) < permille;
}

/*
 * keyed_mix() returns a number below 2^32 that depends on `value` and `key` alone. It needs only two
 * multiplications, for code that runs several times per probe. The structure is that of mix64(); the result is
 * the upper half, whose bits depend on all others.
 */
static inline uint64_t keyed_mix(uint64_t value, uint64_t key)
{
    uint64_t mixed = (value ^ key) * MIX_GOLDEN;

    mixed ^= mixed >> 32;
    mixed *= 0xd6e8feb86659fd93ULL;
    return mixed >> 32;
}

/* keyed_draw() returns such a number below `range`, 1 … 2^32, by a multiplication, which is faster than a
 * remainder. */
static inline uint32_t keyed_draw(uint64_t value, uint64_t key, uint64_t range)
{
    return (uint32_t)(keyed_mix(value, key) * range >> 32);
}
