// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SipHash-2-4, the keyed hash behind the tags of every probe; the same code in userspace and in BPF.
 *
 * It is written as absorb/finish so that what is constant for a whole survey (the source address, the
 * protocol) is hashed once: see layout_template in layout.h.
 *
 * Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012.
 */
#pragma once

#include <stdint.h>

struct siphash_key {
    uint64_t k0, k1;
};

struct siphash_state {
    uint64_t v0, v1, v2, v3;
};

static inline uint64_t siphash_rotl(uint64_t x, int bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static inline void siphash_round(struct siphash_state *s)
{
    s->v0 += s->v1;
    s->v1 = siphash_rotl(s->v1, 13) ^ s->v0;
    s->v0 = siphash_rotl(s->v0, 32);
    s->v2 += s->v3;
    s->v3 = siphash_rotl(s->v3, 16) ^ s->v2;
    s->v0 += s->v3;
    s->v3 = siphash_rotl(s->v3, 21) ^ s->v0;
    s->v2 += s->v1;
    s->v1 = siphash_rotl(s->v1, 17) ^ s->v2;
    s->v2 = siphash_rotl(s->v2, 32);
}

static inline struct siphash_state siphash_start(struct siphash_key key)
{
    return (struct siphash_state){
        .v0 = key.k0 ^ 0x736f6d6570736575ULL,
        .v1 = key.k1 ^ 0x646f72616e646f6dULL,
        .v2 = key.k0 ^ 0x6c7967656e657261ULL,
        .v3 = key.k1 ^ 0x7465646279746573ULL,
    };
}

/* Absorbs eight message bytes, given as a little-endian word. */
static inline void siphash_absorb(struct siphash_state *s, uint64_t word)
{
    s->v3 ^= word;
    siphash_round(s);
    siphash_round(s);
    s->v0 ^= word;
}

/* Absorbs the last 0 to 7 message bytes (`tail`, little-endian) with the length of the whole message. Always
 * inlined: a call would pass the state through memory, which took a quarter of the time to decode a reply. */
static inline __attribute__((always_inline)) uint64_t siphash_finish(struct siphash_state s, uint64_t tail,
                                                                     uint64_t message_length)
{
    siphash_absorb(&s, tail | (message_length << 56));
    s.v2 ^= 0xff;
    siphash_round(&s);
    siphash_round(&s);
    siphash_round(&s);
    siphash_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

/* The hash of one 64-bit word (an eight-byte message): keys, seeds and the like, not the hot path. */
static inline uint64_t siphash_u64(struct siphash_key key, uint64_t word)
{
    struct siphash_state s = siphash_start(key);

    siphash_absorb(&s, word);
    return siphash_finish(s, 0, 8);
}
