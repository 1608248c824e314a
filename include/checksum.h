// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Internet checksum (RFC 1071) as sums of host-order 16-bit words; the same code in userspace and in BPF.
 *
 * A sum of at most 65,536 words fits unfolded into 32 bits. The constant parts of a header are summed once, and
 * the changing fields are added for each probe: the incremental update of RFC 1624, but without subtracting old
 * values.
 */
#pragma once

#include <stdint.h>

/* The second form of zero in ones' complement. It is also the sum of all words of a header whose checksum is
 * correct. In UDP, where a checksum of 0 means "none" (RFC 768), it replaces 0. */
#define CHECKSUM_ONES 0xffff

/* Folds a sum to 16 bits. Two steps suffice for every 32-bit value. */
static inline uint16_t checksum_fold(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* The sum of the two words of a host-order value. */
static inline uint32_t checksum_u32(uint32_t value)
{
    return (value >> 16) + (value & 0xffff);
}

/* The sum of the four words of a host-order value. In this arithmetic 2^16 equals 1, so the two halves can be
 * added first. */
static inline uint32_t checksum_u64(uint64_t value)
{
    uint64_t halves = (value >> 32) + (value & 0xffffffff);

    return (uint32_t)(halves >> 16) + (uint32_t)(halves & 0xffff);
}

static inline uint16_t checksum_finish(uint32_t sum)
{
    return (uint16_t)~checksum_fold(sum);
}

/* checksum_not_zero() replaces a checksum of 0 by the other form of zero. */
static inline uint16_t checksum_not_zero(uint16_t checksum)
{
    return checksum ? checksum : CHECKSUM_ONES;
}
