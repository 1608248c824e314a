// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Chains of IPv6 extension headers (RFC 8200, section 4), one letter a header:
 *
 *   h hop-by-hop options    d destination options, 8 bytes    D 1,024 bytes of them    r routing, 24 bytes
 *   f a fragment header without fragments    m that of the first of several    l that of a later one
 */
#pragma once

#include <stdint.h>
#include <string.h>

#include "bytes.h"
#include "protocol.h"

static inline uint8_t extension_number(char letter)
{
    switch (letter) {
    case 'h':
        return EXTENSION_HOP_BY_HOP;
    case 'r':
        return EXTENSION_ROUTING;
    case 'd':
    case 'D':
        return EXTENSION_DESTINATION;
    default:
        return EXTENSION_FRAGMENT;
    }
}

static inline unsigned extension_bytes(char letter)
{
    return letter == 'D' ? 1024 : letter == 'r' ? 24 : EXTENSION_UNIT;
}

/* extension_chain_length() is that of all of them; NULL has none. */
static inline unsigned extension_chain_length(const char *chain)
{
    unsigned length = 0;

    for (; chain && *chain; chain++)
        length += extension_bytes(*chain);
    return length;
}

/* extension_chain_put() writes them to `p`, the last one before `protocol`; returns what precedes them. */
static inline uint8_t extension_chain_put(uint8_t *p, const char *chain, uint8_t protocol)
{
    if (!chain || !*chain)
        return protocol;

    unsigned length = extension_bytes(*chain);
    memset(p, 0, length);
    p[EXTENSION_NEXT] = extension_chain_put(p + length, chain + 1, protocol);
    if (extension_number(*chain) != EXTENSION_FRAGMENT)
        p[EXTENSION_LENGTH] = (uint8_t)(length / EXTENSION_UNIT - 1);
    else if (*chain != 'f')
        store_be16(p + IPV6_FRAGMENT_PLACE, *chain == 'm' ? IPV6_MORE_FRAGMENTS : EXTENSION_UNIT);
    return extension_number(*chain);
}
