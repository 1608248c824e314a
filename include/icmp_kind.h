// SPDX-License-Identifier: GPL-2.0-or-later
/* The meaning of ICMP messages, the same for both families: ICMP (RFC 792) and ICMPv6 (RFC 4443) use different
 * numbers. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "protocol.h"

enum icmp_kind {
    ICMP_KIND_NONE,        /* no error, or an unknown one */
    ICMP_KIND_EXPIRED,     /* the TTL */
    ICMP_KIND_UNFINISHED,  /* fragments that were not reassembled in time */
    ICMP_KIND_UNREACHABLE, /* for the reason in its code */
    ICMP_KIND_TOO_BIG,     /* for the next link */
    ICMP_KIND_PARAMETER,   /* something in its headers */
};

/* icmp_is_time_exceeded() checks only the type. */
static inline bool icmp_is_time_exceeded(enum address_family family, uint8_t type)
{
    return type == (family == FAMILY_IPV4 ? ICMP_TIME_EXCEEDED_TYPE : ICMP6_TIME_EXCEEDED_TYPE);
}

_Static_assert(ICMP_TTL_EXCEEDED == ICMP6_HOP_LIMIT_EXCEEDED, "a code of Time Exceeded in both families");

/* icmp_is_expired() returns whether the kind is ICMP_KIND_EXPIRED. */
static inline bool icmp_is_expired(enum address_family family, uint8_t type, uint8_t code)
{
    return icmp_is_time_exceeded(family, type) && code == ICMP_TTL_EXCEEDED;
}

static inline enum icmp_kind icmp_kind_ipv4(uint8_t type, uint8_t code)
{
    switch (type) {
    case ICMP_TIME_EXCEEDED_TYPE:
        return code == ICMP_TTL_EXCEEDED ? ICMP_KIND_EXPIRED : ICMP_KIND_UNFINISHED;
    case ICMP_DESTINATION_UNREACHABLE:
        return code == ICMP_FRAGMENTATION_NEEDED ? ICMP_KIND_TOO_BIG : ICMP_KIND_UNREACHABLE;
    case ICMP_PARAMETER_PROBLEM:
        return ICMP_KIND_PARAMETER;
    default:
        return ICMP_KIND_NONE;
    }
}

static inline enum icmp_kind icmp_kind_ipv6(uint8_t type, uint8_t code)
{
    switch (type) {
    case ICMP6_TIME_EXCEEDED_TYPE:
        return code == ICMP6_HOP_LIMIT_EXCEEDED ? ICMP_KIND_EXPIRED : ICMP_KIND_UNFINISHED;
    case ICMP6_DESTINATION_UNREACHABLE:
        return ICMP_KIND_UNREACHABLE;
    case ICMP6_PACKET_TOO_BIG:
        return ICMP_KIND_TOO_BIG;
    case ICMP6_PARAMETER_PROBLEM:
        return ICMP_KIND_PARAMETER;
    default:
        return ICMP_KIND_NONE;
    }
}

/* icmp_kind() returns the kind of a message from an address of `family`. */
static inline enum icmp_kind icmp_kind(enum address_family family, uint8_t type, uint8_t code)
{
    return family == FAMILY_IPV4 ? icmp_kind_ipv4(type, code) : icmp_kind_ipv6(type, code);
}
