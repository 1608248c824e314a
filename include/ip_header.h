// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The fields that the headers of IPv4 (RFC 791, section 3.1) and IPv6 (RFC 8200, section 3) both have, at
 * different offsets. The caller has checked that the fixed bytes of the header are there.
 */
#pragma once

#include "address.h"
#include "protocol.h"

/* ip_version() returns the version number, which the first byte holds. ip_family() returns FAMILY_IPV4 for version 4 and
 * FAMILY_IPV6 for any other: the caller knows the version to be one of the two, or checks it afterwards. */
static inline unsigned ip_version(const uint8_t *ip)
{
    return ip[0] >> 4;
}

static inline enum address_family ip_family(const uint8_t *ip)
{
    return ip_version(ip) == FAMILY_IPV4 ? FAMILY_IPV4 : FAMILY_IPV6;
}

/* ipv4_header_length() returns the length that an IPv4 header claims to have, options included: 0 to IPV4_HEADER_MAX
 * bytes. The caller checks whether they are there. The mask shows these bounds to the BPF verifier. */
static inline unsigned ipv4_header_length(const uint8_t *ip)
{
    return ((unsigned)ip[0] << 2) & IPV4_HEADER_MAX;
}

/* ip_header() returns the length of the fixed bytes; packets that we send have no others. */
static inline unsigned ip_header(enum address_family family)
{
    return family == FAMILY_IPV4 ? IPV4_HEADER : IPV6_HEADER;
}

/* ip_length() returns the length of the packet, header included. For a jumbogram (RFC 2675) it is that of the
 * header. */
static inline unsigned ip_length(enum address_family family, const uint8_t *ip)
{
    return family == FAMILY_IPV4 ? load_be16(ip + IPV4_TOTAL_LENGTH)
                                 : IPV6_HEADER + load_be16(ip + IPV6_PAYLOAD_LENGTH);
}

static inline struct address ip_source(enum address_family family, const uint8_t *ip)
{
    return family == FAMILY_IPV4 ? address_of_ipv4(load_be32(ip + IPV4_SOURCE))
                                 : address_load(ip + IPV6_SOURCE);
}

static inline struct address ip_destination(enum address_family family, const uint8_t *ip)
{
    return family == FAMILY_IPV4 ? address_of_ipv4(load_be32(ip + IPV4_DESTINATION))
                                 : address_load(ip + IPV6_DESTINATION);
}

/* ip_ttl() returns the hop limit in IPv6, ip_tos() the traffic class. */
static inline uint8_t ip_ttl(enum address_family family, const uint8_t *ip)
{
    return ip[family == FAMILY_IPV4 ? IPV4_TTL : IPV6_HOP_LIMIT];
}

static inline uint8_t ip_tos(enum address_family family, const uint8_t *ip)
{
    return family == FAMILY_IPV4 ? ip[IPV4_TOS] : (uint8_t)(load_be32(ip) >> IPV6_CLASS_SHIFT);
}

/* ip_id() returns 0 in IPv6, where only fragments have an ID. */
static inline uint16_t ip_id(enum address_family family, const uint8_t *ip)
{
    return family == FAMILY_IPV4 ? load_be16(ip + IPV4_ID) : 0;
}
