// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The references for tests: slow, plain implementations that share nothing with the code, and pseudo-random
 * numbers that are the same in every run.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* reference_random() steps the generator `state`, any value of which is a seed (splitmix64: Steele, Lea and
 * Flood, OOPSLA 2014). */
static inline uint64_t reference_random(uint64_t *state)
{
    uint64_t x = *state += 0x9e3779b97f4a7c15ULL;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
    x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
    return x ^ x >> 31;
}

static inline void reference_random_bytes(uint64_t *state, uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++)
        bytes[i] = (uint8_t)reference_random(state);
}

/* reference_sum() continues an Internet checksum byte by byte, as RFC 1071, section 1, describes it: 16-bit
 * words with end-around carry, an odd last byte padded by zero. `sum` is 0 or what an even length gave. */
static inline uint16_t reference_sum(uint16_t sum, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        uint32_t wide = sum + (i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8);

        sum = (uint16_t)(wide > 0xffff ? wide - 0xffff : wide);
    }
    return sum;
}
