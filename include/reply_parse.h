// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the quotation in a frame: the same parser for the XDP filter and for userspace, so that they cannot
 * differ, and for both families.
 *
 * A comparison with `end` precedes every access, in the form that the BPF verifier understands.
 */
#pragma once

#include "address.h"
#include "bytes.h"
#include "ip_header.h"
#include "protocol.h"

#define QUOTED_MIN          8 /* bytes after the quoted IP header (RFC 792; RFC 4443 has more) */
#define QUOTATION_MIN       (IPV4_HEADER + QUOTED_MIN)
#define QUOTATION6_MIN      (IPV6_HEADER + QUOTED_MIN)
#define REPLY_INLINE        static inline __attribute__((always_inline))
#define REPLY_RARELY(event) __builtin_expect(event, 0)

/* Hosts send each kind of header once and destination options twice (RFC 8200, section 4.1), and networks
 * insert one or two more. With a lower limit such replies would be lost; with a higher one, long chains from an
 * attacker would keep the filter busy. */
#define EXTENSIONS_MAX 8
#define EXTENSIONS_BYTES                                                                                     \
    0x7f8 /* likewise; an ICMPv6 error has 1,280 bytes at most (RFC 4443, section 2.4 c) */

/* The verifier tracks `p + n <= end`; userspace must not form a pointer beyond the frame. */
#ifdef __bpf__
#define HAS_BYTES(p, n, end) ((p) + (n) <= (end))
#else
#define HAS_BYTES(p, n, end) ((uint64_t)((end) - (p)) >= (uint64_t)(n))
#endif

enum reply_class {
    REPLY_NOT,       /* no ICMP error at all */
    REPLY_TRUNCATED, /* an ICMP error that quotes less than an IP header and the next eight bytes */
    REPLY_ERROR,     /* an error about a dropped packet, with a long enough quotation */
};

struct reply_view {
    enum address_family family;
    bool fragment;            /* the reply is the first one of several fragments, and not complete */
    uint8_t protocol;         /* of the quoted packet */
    const uint8_t *ip;        /* the reply's own IP header */
    const uint8_t *icmp;      /* eight bytes of ICMP header */
    const uint8_t *quotation; /* the quoted IP header, whose fixed bytes are there */
    const uint8_t *transport; /* what follows that and its options or extension headers: at least
                               * QUOTED_MIN bytes */
};

/*
 * Routers insert options into headers on the way, so the quoted header may be longer than the sent one. Returns
 * NULL if the eight bytes after it are not there. Callers refuse a header that claims to be too short.
 */
static inline const uint8_t *reply_optioned_transport(const uint8_t *quotation, const uint8_t *end)
{
    unsigned header_length = ipv4_header_length(quotation);

    if (header_length < IPV4_HEADER)
        header_length = IPV4_HEADER;
    if (!HAS_BYTES(quotation, header_length, end))
        return 0;

    const uint8_t *transport = quotation + header_length;
    return HAS_BYTES(transport, QUOTED_MIN, end) ? transport : 0;
}

/* Nearly all quotations have no options. A well predicted branch costs less than waiting for a computed
 * address. The first QUOTATION_MIN bytes are there. */
static inline const uint8_t *reply_quoted_transport_ipv4(const uint8_t *quotation, const uint8_t *end)
{
    if (__builtin_expect((quotation[0] & 0xf) == IPV4_HEADER / 4, 1))
        return quotation + IPV4_HEADER;
    return reply_optioned_transport(quotation, end);
}

static inline bool reply_is_extension(uint8_t protocol)
{
    return protocol == EXTENSION_HOP_BY_HOP || protocol == EXTENSION_ROUTING ||
           protocol == EXTENSION_FRAGMENT || protocol == EXTENSION_DESTINATION;
}

/* A walk along extension headers (RFC 8200, section 4). The verifier does not track bounds of fields that are
 * smaller than a stack slot, so walks of different lengths look the same to it, and it checks only one of them. */
struct reply_walk {
    bool fragment;     /* there was a fragment header of a first fragment that others follow */
    uint8_t protocol;  /* of what comes next */
    uint16_t length;   /* of the extension headers, at most EXTENSIONS_BYTES */
    uint16_t named_at; /* the offset of `protocol` from the IPv6 header */
} __attribute__((aligned(8)));

/* The length of an extension header; 0 if nothing after it can be read: in a later fragment, no header follows. */
static inline unsigned reply_extension_length(const uint8_t *header, struct reply_walk *walk)
{
    uint16_t place = load_be16(header + IPV6_FRAGMENT_PLACE);

    if (walk->protocol != EXTENSION_FRAGMENT)
        return (header[EXTENSION_LENGTH] + 1U) * EXTENSION_UNIT;
    walk->fragment = place & IPV6_MORE_FRAGMENTS;
    return place & IPV6_FRAGMENT_OFFSET ? 0 : IPV6_FRAGMENT_HEADER;
}

/*
 * Walks from the first extension header to the first other header. It stops before an extension header that it
 * cannot pass: that of a later fragment, or one too many. `protocol` is then the number of that header, which
 * no layout has. Returns false if a header is not there. Not inlined, because few packets have extension
 * headers.
 */
static __attribute__((noinline, unused)) bool reply_walk(const uint8_t *first, const uint8_t *end,
                                                         struct reply_walk *walk)
{
    unsigned length = 0;

    for (int i = 0; i < EXTENSIONS_MAX && reply_is_extension(walk->protocol); i++) {
        if (!HAS_BYTES(first, length, end))
            return false;

        const uint8_t *header = first + length;
        if (!HAS_BYTES(header, EXTENSION_UNIT, end))
            return false;

        unsigned own = reply_extension_length(header, walk);
        if (!own || length + own > EXTENSIONS_BYTES)
            break;
        walk->named_at = (uint16_t)(IPV6_HEADER + length + EXTENSION_NEXT);
        length += own;
        walk->protocol = header[EXTENSION_NEXT];
    }
    walk->length = (uint16_t)length;
    return true;
}

/* Returns the start of what an IPv6 packet carries, or NULL if QUOTED_MIN bytes of it are not there. */
REPLY_INLINE const uint8_t *reply_behind_ipv6(const uint8_t *ip, const uint8_t *end, struct reply_walk *walk)
{
    const uint8_t *next = ip + IPV6_HEADER;

    *walk = (struct reply_walk){.protocol = ip[IPV6_NEXT_HEADER], .named_at = IPV6_NEXT_HEADER};
    if (REPLY_RARELY(reply_is_extension(walk->protocol))) {
        if (!reply_walk(next, end, walk))
            return 0;

        unsigned length = walk->length & EXTENSIONS_BYTES; /* no change, but the verifier needs the bound */
        if (!HAS_BYTES(next, length, end))
            return 0;
        next += length;
    }
    return HAS_BYTES(next, QUOTED_MIN, end) ? next : 0;
}

/* As reply_transport(). */
static inline const uint8_t *reply_transport_ipv4(const uint8_t *ip, const uint8_t *end, uint8_t protocol,
                                                  bool *fragment)
{
    if (!HAS_BYTES(ip, IPV4_HEADER, end) || ip_version(ip) != FAMILY_IPV4 || ip[IPV4_PROTOCOL] != protocol ||
        (load_be16(ip + IPV4_FRAGMENT) & IPV4_FRAGMENT_OFFSET))
        return 0;
    *fragment = load_be16(ip + IPV4_FRAGMENT) & IPV4_MORE_FRAGMENTS;

    unsigned header_length = ipv4_header_length(ip);
    if (header_length < IPV4_HEADER || !HAS_BYTES(ip, header_length, end))
        return 0;

    const uint8_t *transport = ip + header_length;
    return HAS_BYTES(transport, QUOTED_MIN, end) ? transport : 0;
}

REPLY_INLINE const uint8_t *reply_transport_ipv6(const uint8_t *ip, const uint8_t *end, uint8_t protocol,
                                                 bool *fragment)
{
    struct reply_walk walk;

    if (!HAS_BYTES(ip, IPV6_HEADER, end) || ip_version(ip) != FAMILY_IPV6)
        return 0;

    const uint8_t *transport = reply_behind_ipv6(ip, end, &walk);
    *fragment = walk.fragment;
    return walk.protocol == protocol ? transport : 0;
}

/*
 * Returns the transport header of a packet of `protocol`, of which QUOTED_MIN bytes are there. NULL for other
 * packets, and for later fragments, which have no such header. `fragment` is set if other fragments follow.
 */
REPLY_INLINE const uint8_t *reply_transport(enum address_family family, const uint8_t *ip, const uint8_t *end,
                                            uint8_t protocol, bool *fragment)
{
    return family == FAMILY_IPV4 ? reply_transport_ipv4(ip, end, protocol, fragment)
                                 : reply_transport_ipv6(ip, end, protocol, fragment);
}

/* Whether a message is an error: in ICMP those that report a dropped packet, in ICMPv6 all assigned ones (RFC
 * 4443, section 2.1). */
REPLY_INLINE bool reply_is_error(enum address_family family, uint8_t type)
{
    if (family == FAMILY_IPV6)
        return type >= ICMP6_DESTINATION_UNREACHABLE && type <= ICMP6_PARAMETER_PROBLEM;
    return type == ICMP_TIME_EXCEEDED_TYPE || type == ICMP_DESTINATION_UNREACHABLE ||
           type == ICMP_PARAMETER_PROBLEM;
}

REPLY_INLINE uint8_t reply_icmp_of(enum address_family family)
{
    return family == FAMILY_IPV4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
}

/* Fills in the quotation, of which the IP header and QUOTED_MIN bytes are there. Returns false if its options
 * or extension headers leave less than QUOTED_MIN bytes. */
REPLY_INLINE bool reply_view_quotation(const uint8_t *end, struct reply_view *view)
{
    struct reply_walk walk;

    if (view->family == FAMILY_IPV4) {
        view->protocol = view->quotation[IPV4_PROTOCOL];
        view->transport = reply_quoted_transport_ipv4(view->quotation, end);
    } else {
        view->transport = reply_behind_ipv6(view->quotation, end, &walk);
        view->protocol = walk.protocol;
    }
    return view->transport;
}

/* Parses a packet from its IP header on. `view` is complete only with REPLY_ERROR. */
REPLY_INLINE enum reply_class reply_parse_ip(enum address_family family, const uint8_t *ip,
                                             const uint8_t *end, struct reply_view *view)
{
    const uint8_t *icmp = reply_transport(family, ip, end, reply_icmp_of(family), &view->fragment);

    if (!icmp || !reply_is_error(family, icmp[ICMP_TYPE]))
        return REPLY_NOT;
    if (!HAS_BYTES(icmp, ICMP_HEADER + (family == FAMILY_IPV4 ? QUOTATION_MIN : QUOTATION6_MIN), end))
        return REPLY_TRUNCATED;
    view->family = family;
    view->ip = ip;
    view->icmp = icmp;
    view->quotation = icmp + ICMP_HEADER;
    return reply_view_quotation(end, view) ? REPLY_ERROR : REPLY_TRUNCATED;
}

/* Returns the IP header of an Ethernet frame with up to two VLAN tags (IEEE 802.1Q, 802.1ad), and its family by
 * the EtherType. NULL if the EtherType is not IP. The frame may end where the IP header would begin. */
static inline const uint8_t *reply_find_ip(const uint8_t *frame, const uint8_t *end,
                                           enum address_family *family)
{
    if (!HAS_BYTES(frame, ETHERNET_HEADER, end))
        return 0;

    const uint8_t *type = frame + ETHERNET_TYPE;
    for (int tags = 0; tags < 2; tags++) {
        uint16_t ethertype = load_be16(type);

        if (ethertype != ETHERTYPE_VLAN_8021Q && ethertype != ETHERTYPE_VLAN_8021AD)
            break;
        if (!HAS_BYTES(type, VLAN_TAG + 2, end))
            return 0;
        type += VLAN_TAG;
    }
    *family = load_be16(type) == ETHERTYPE_IPV4 ? FAMILY_IPV4 : FAMILY_IPV6;
    return *family == FAMILY_IPV4 || load_be16(type) == ETHERTYPE_IPV6 ? type + 2 : 0;
}

static inline enum reply_class reply_parse_ethernet(const uint8_t *frame, const uint8_t *end,
                                                    struct reply_view *view)
{
    enum address_family family;
    const uint8_t *ip = reply_find_ip(frame, end, &family);

    return ip ? reply_parse_ip(family, ip, end, view) : REPLY_NOT;
}
