// SPDX-License-Identifier: GPL-2.0-or-later
/* What the readers of captures return (receive/pcap_file.h, receive/pcapng_file.h), and how they read
 * numbers. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct captured_frame {
    const uint8_t *data;  /* from the link's own header on; valid until the next frame is read */
    size_t length;        /* as captured */
    int link_type;        /* of www.tcpdump.org/linktypes.html */
    uint64_t realtime_ns; /* Unix epoch; 0: no time stamp */
};

/* Numbers have the byte order of the host that wrote the file. */
static inline uint16_t captured_u16(const uint8_t *bytes, int swapped)
{
    uint16_t value;

    memcpy(&value, bytes, sizeof(value));
    return swapped ? __builtin_bswap16(value) : value;
}

static inline uint32_t captured_u32(const uint8_t *bytes, int swapped)
{
    uint32_t value;

    memcpy(&value, bytes, sizeof(value));
    return swapped ? __builtin_bswap32(value) : value;
}

static inline uint64_t captured_u64(const uint8_t *bytes, int swapped)
{
    uint64_t value;

    memcpy(&value, bytes, sizeof(value));
    return swapped ? __builtin_bswap64(value) : value;
}
