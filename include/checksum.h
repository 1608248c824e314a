// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The Internet checksum (RFC 1071) as sums of host-order 16-bit words; the same code in userspace and in BPF.
 *
 * A sum is kept unfolded in 32 bits while at most 65,536 words go into it. Constant parts of a header are
 * summed once and the changing fields added for each probe, which is the incremental update of RFC 1624
 * without ever subtracting an old value.
 */
#pragma once

#include <stdint.h>

/* The second form of zero in ones' complement, which is also the sum of all words of a header whose checksum is
 * right. Where 0 means that there is no checksum (RFC 768), this form takes its place. */
#define CHECKSUM_ONES 0xffff

/* Folds a sum to 16 bits. Two steps suffice for every 32-bit value. */
static inline uint16_t checksum_fold(uint32_t sum)
{
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}

/* The words of a host-order address as a sum. */
static inline uint32_t checksum_u32(uint32_t value)
{
    return (value >> 16) + (value & 0xffff);
}

/* The words of a host-order value of eight bytes as a sum, which takes the place of four: 2^16 counts as one,
 * so halves can be added first. */
static inline uint32_t checksum_u64(uint64_t value)
{
    uint64_t halves = (value >> 32) + (value & 0xffffffff);

    return (uint32_t)(halves >> 16) + (uint32_t)(halves & 0xffff);
}

static inline uint16_t checksum_finish(uint32_t sum)
{
    return (uint16_t)~checksum_fold(sum);
}

/* checksum_not_zero() is the other form of a checksum that is 0. */
static inline uint16_t checksum_not_zero(uint16_t checksum)
{
    return checksum ? checksum : CHECKSUM_ONES;
}
