// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Changes by routers and middleboxes to the IPv6 header of a quoted probe, whatever its protocol: the
 * counterpart of quotation_changes.h, whose struct and buffer size these share.
 */
#pragma once

#include "address.h"
#include "support/quotation_changes.h"

#define INSIDE_PREFIX 0xfd00123456780000ULL /* fd00:1234:5678::/48 */

static inline void label_cleared(uint8_t *ip)
{
    store_be32(ip, load_be32(ip) & ~IPV6_FLOW_LABEL);
}

static inline void another_label(uint8_t *ip)
{
    store_be32(ip, load_be32(ip) ^ 0x12345);
}

static inline void all_of_class(uint8_t *ip)
{
    store_be32(ip, load_be32(ip) | 0xffU << IPV6_CLASS_SHIFT);
}

static inline void quoted_hop_limit_0(uint8_t *ip)
{
    ip[IPV6_HOP_LIMIT] = 0;
}

static inline void payload_length_and_8(uint8_t *ip)
{
    store_be16(ip + IPV6_PAYLOAD_LENGTH, (uint16_t)(load_be16(ip + IPV6_PAYLOAD_LENGTH) + 8));
}

static inline void no_payload_length(uint8_t *ip)
{
    store_be16(ip + IPV6_PAYLOAD_LENGTH, 0);
}

static inline void swap_payload_length(uint8_t *ip)
{
    swap_bytes(ip, IPV6_PAYLOAD_LENGTH);
}

static inline void another_next_header(uint8_t *ip)
{
    ip[IPV6_NEXT_HEADER] = 47;
}

/* Replaces a /48 and puts the difference into the next word, so that no checksum changes (RFC 6296, section
 * 3.1). */
static inline void translate_prefix(uint8_t *address)
{
    struct address before = address_load(address), after = before;
    uint32_t word = load_be16(address + 6);

    after.high = INSIDE_PREFIX;
    word += checksum_u64(before.high & ~0xffffULL) + (uint16_t)~checksum_fold(checksum_u64(INSIDE_PREFIX));
    after.high |= checksum_fold(word);
    address_store(address, after);
}

static inline void translate_source_prefix(uint8_t *ip)
{
    translate_prefix(ip + IPV6_SOURCE);
}

static inline void translate_target_prefix(uint8_t *ip)
{
    translate_prefix(ip + IPV6_DESTINATION);
}

/* Another address, with the checksum at `checksum` corrected for it (RFC 1624), as by NAT66. */
static inline void readdress(uint8_t *address, uint8_t *checksum)
{
    const struct address inside = {INSIDE_PREFIX, 7};
    uint8_t after[ADDRESS_BYTES];

    address_store(after, inside);
    for (unsigned i = 0; i < ADDRESS_BYTES; i += 4)
        mend_checksum(checksum, load_be32(address + i), load_be32(after + i));
    address_store(address, inside);
}
