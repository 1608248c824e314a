// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers of pcapng (draft-ietf-opsawg-pcapng), for its reader and its writer. Every block is
 *
 *   type (4), length of the whole block (4), body, the length again (4)
 *
 * and options, if it has any, are code (2), length (2), value, padded to whole words.
 */
#pragma once

enum {
    PCAPNG_SECTION = 0x0a0d0d0a, /* the same in either byte order */
    PCAPNG_INTERFACE = 1,
    PCAPNG_OLD_PACKET = 2, /* obsolete */
    PCAPNG_SIMPLE_PACKET = 3,
    PCAPNG_STATISTICS = 5,
    PCAPNG_PACKET = 6,

    PCAPNG_BYTE_ORDER = 0x1a2b3c4d,
    PCAPNG_BLOCK_MIN = 12,
    PCAPNG_WORD = 4,

    PCAPNG_OPTION_HEADER = 4,
    PCAPNG_OPTIONS_END = 0,
    PCAPNG_COMMENT = 1,
    PCAPNG_SECTION_SYSTEM = 3,
    PCAPNG_SECTION_PROGRAM = 4,
    PCAPNG_INTERFACE_NAME = 2,
    PCAPNG_INTERFACE_RESOLUTION = 9, /* 10^-n of a second, or 2^-n with the highest bit */
    PCAPNG_INTERFACE_FILTER = 11,
    PCAPNG_INTERFACE_OFFSET = 14, /* seconds to add to all stamps */
    PCAPNG_PACKET_FLAGS = 2,
    PCAPNG_PACKET_INBOUND = 1, /* a bit of those flags */
    PCAPNG_STATISTICS_START = 2,
    PCAPNG_STATISTICS_END = 3,
    PCAPNG_STATISTICS_RECEIVED = 4,
    PCAPNG_STATISTICS_DROPPED_BY_INTERFACE = 5,
    PCAPNG_STATISTICS_FILTER_ACCEPTED = 6,
    PCAPNG_STATISTICS_DROPPED_BY_SYSTEM = 7,
    PCAPNG_STATISTICS_DELIVERED = 8,
};
