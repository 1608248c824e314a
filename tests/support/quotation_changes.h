// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes by routers, old network stacks and middleboxes to the IPv4 header of a quoted probe, whatever its
 * protocol. A packet has room for QUOTATION_ROOM bytes; without options its header is 20 bytes.
 */
#pragma once

#include <stdint.h>
#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "probe.h"
#include "protocol.h"

enum {
    QUOTATION_LONGEST = 160,                 /* of all probes */
    QUOTATION_ROOM = QUOTATION_LONGEST + 40, /* with as many options as a header can have */
    INSIDE_ADDRESS = 0x0a000001,             /* 10.0.0.1 */
};

/* A change, and the expected judgement of a probe that was changed so, in all but `chance` of the cases:
 * these are those in which a tag agrees by chance. */
struct quotation_change {
    const char *what;
    void (*make)(uint8_t *ip);
    enum probe_origin origin;
    double chance;
};

/* mend_checksum() changes the checksum at `field` as a NAT does when it changes `from` to `to` (RFC 1624,
 * equation 3). */
static inline void mend_checksum(uint8_t *field, uint32_t from, uint32_t to)
{
    uint32_t sum = (uint16_t)~load_be16(field);

    store_be16(field, checksum_finish(sum + checksum_u32(~from) + checksum_u32(to)));
}

static inline void swap_bytes(uint8_t *ip, unsigned offset)
{
    store_be16(ip + offset, __builtin_bswap16(load_be16(ip + offset)));
}

static inline void add_to_length(uint8_t *ip, int bytes)
{
    store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)(load_be16(ip + IPV4_TOTAL_LENGTH) + bytes));
}

static inline void put_options(uint8_t *ip, unsigned words)
{
    memmove(ip + IPV4_HEADER + 4 * words, ip + IPV4_HEADER, QUOTATION_LONGEST - IPV4_HEADER);
    memset(ip + IPV4_HEADER, 1, 4 * words); /* No Operation (RFC 791) */
    ip[0] = (uint8_t)(ip[0] + words);
    add_to_length(ip, (int)(4 * words));
}

static inline void nothing(uint8_t *ip)
{
    (void)ip;
}

static inline void length_and_20(uint8_t *ip)
{
    add_to_length(ip, IPV4_HEADER);
}

static inline void length_less_20(uint8_t *ip)
{
    add_to_length(ip, -IPV4_HEADER);
}

static inline void length_and_1(uint8_t *ip)
{
    add_to_length(ip, 1);
}

static inline void no_length(uint8_t *ip)
{
    store_be16(ip + IPV4_TOTAL_LENGTH, 0);
}

static inline void swap_length(uint8_t *ip)
{
    swap_bytes(ip, IPV4_TOTAL_LENGTH);
}

static inline void swap_length_and_id(uint8_t *ip)
{
    swap_bytes(ip, IPV4_TOTAL_LENGTH);
    swap_bytes(ip, IPV4_ID);
}

/* 4.2BSD and its descendants left the header in host byte order, with its length excluding the header. */
static inline void as_little_endian_bsd(uint8_t *ip)
{
    length_less_20(ip);
    swap_length_and_id(ip);
    swap_bytes(ip, IPV4_FRAGMENT);
}

static inline void no_id(uint8_t *ip)
{
    store_be16(ip + IPV4_ID, 0);
}

static inline void another_id(uint8_t *ip)
{
    store_be16(ip + IPV4_ID, (uint16_t)(load_be16(ip + IPV4_ID) + 0x1357));
}

static inline void swap_id(uint8_t *ip)
{
    swap_bytes(ip, IPV4_ID);
}

static inline void all_of_tos(uint8_t *ip)
{
    ip[IPV4_TOS] = 0xff;
}

static inline void dont_fragment(uint8_t *ip)
{
    store_be16(ip + IPV4_FRAGMENT, IPV4_DONT_FRAGMENT);
}

static inline void swapped_dont_fragment(uint8_t *ip)
{
    store_be16(ip + IPV4_FRAGMENT, 0x0040);
}

static inline void quoted_ttl_0(uint8_t *ip)
{
    ip[IPV4_TTL] = 0;
}

static inline void another_protocol(uint8_t *ip)
{
    ip[IPV4_PROTOCOL] = 47;
}

static inline void no_header_checksum(uint8_t *ip)
{
    store_be16(ip + IPV4_CHECKSUM, 0);
}

static inline void version_6(uint8_t *ip)
{
    ip[0] = 0x65;
}

static inline void header_of_16(uint8_t *ip)
{
    ip[0] = 0x44;
}

static inline void one_word_of_options(uint8_t *ip)
{
    put_options(ip, 1);
}

static inline void most_options(uint8_t *ip)
{
    put_options(ip, 10);
}

static inline void options_that_no_length_counts(uint8_t *ip)
{
    put_options(ip, 1);
    add_to_length(ip, -4);
}
