// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads and writes big-endian fields at unaligned addresses of a packet; the same code in userspace and in BPF.
 * The compiler turns each function into one load or store and a byte swap.
 */
#pragma once

#include <stdint.h>

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#define BE16(value) __builtin_bswap16(value)
#define BE32(value) __builtin_bswap32(value)
#define BE64(value) __builtin_bswap64(value)
#else
#define BE16(value) (value)
#define BE32(value) (value)
#define BE64(value) (value)
#endif

static inline uint16_t load_be16(const uint8_t *p)
{
    uint16_t value;

    __builtin_memcpy(&value, p, sizeof(value));
    return BE16(value);
}

static inline uint32_t load_be32(const uint8_t *p)
{
    uint32_t value;

    __builtin_memcpy(&value, p, sizeof(value));
    return BE32(value);
}

static inline uint64_t load_be64(const uint8_t *p)
{
    uint64_t value;

    __builtin_memcpy(&value, p, sizeof(value));
    return BE64(value);
}

/* 48 bits, such as an Ethernet address. */
static inline uint64_t load_be48(const uint8_t *p)
{
    return (uint64_t)load_be32(p) << 16 | load_be16(p + sizeof(uint32_t));
}

static inline void store_be16(uint8_t *p, uint16_t value)
{
    value = BE16(value);
    __builtin_memcpy(p, &value, sizeof(value));
}

static inline void store_be32(uint8_t *p, uint32_t value)
{
    value = BE32(value);
    __builtin_memcpy(p, &value, sizeof(value));
}

static inline void store_be64(uint8_t *p, uint64_t value)
{
    value = BE64(value);
    __builtin_memcpy(p, &value, sizeof(value));
}

static inline void store_be48(uint8_t *p, uint64_t value)
{
    store_be16(p, (uint16_t)(value >> 32));
    store_be32(p + sizeof(uint16_t), (uint32_t)value);
}
