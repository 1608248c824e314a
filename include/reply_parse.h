// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the quotation in a frame: one parser for the XDP filter and for userspace, so that they cannot
 * differ.
 *
 * Every access is bounded by a comparison with `end`, in the form that the BPF verifier understands.
 */
#pragma once

#include "bytes.h"
#include "protocol.h"

#define QUOTED_MIN    8 /* of what follows the quoted IPv4 header (RFC 792) */
#define QUOTATION_MIN (IPV4_HEADER + QUOTED_MIN)

/* The verifier tracks `p + n <= end`; userspace must not form a pointer beyond the frame. */
#ifdef __bpf__
#define HAS_BYTES(p, n, end) ((p) + (n) <= (end))
#else
#define HAS_BYTES(p, n, end) ((uint64_t)((end) - (p)) >= (uint64_t)(n))
#endif

enum reply_class {
    REPLY_NOT,       /* no ICMP error at all */
    REPLY_TRUNCATED, /* an ICMP error that quotes less than an IPv4 header and eight bytes */
    REPLY_ERROR,     /* an error about a packet that was dropped, with a quotation to look at */
};

struct reply_view {
    const uint8_t *ip;        /* the reply's own IPv4 header */
    const uint8_t *icmp;      /* eight bytes of ICMP header */
    const uint8_t *quotation; /* at least QUOTATION_MIN bytes */
    const uint8_t *transport; /* behind the quoted header and its options, at least QUOTED_MIN bytes */
};

/*
 * Routers put options into headers on the way, so the quoted one may be longer than it was when it was sent.
 * NULL where eight bytes behind it are not there. One that claims less than a header is for others to refuse.
 */
static inline const uint8_t *reply_optioned_transport(const uint8_t *quotation, const uint8_t *end)
{
    unsigned header_length = ((unsigned)quotation[0] << 2) & 0x3c;

    if (header_length < IPV4_HEADER)
        header_length = IPV4_HEADER;
    if (!HAS_BYTES(quotation, header_length, end))
        return 0;

    const uint8_t *transport = quotation + header_length;
    return HAS_BYTES(transport, QUOTED_MIN, end) ? transport : 0;
}

/* Nearly all quotations, of which QUOTATION_MIN bytes are there, have no options: a branch that is foreseen
 * costs less than an address that must be waited for. */
static inline const uint8_t *reply_quoted_transport(const uint8_t *quotation, const uint8_t *end)
{
    if (__builtin_expect((quotation[0] & 0xf) == IPV4_HEADER / 4, 1))
        return quotation + IPV4_HEADER;
    return reply_optioned_transport(quotation, end);
}

/*
 * Parses from the IPv4 header on. Fragments other than the first have no ICMP header and are no replies.
 * `view` is complete only with REPLY_ERROR.
 */
static inline enum reply_class reply_parse_ipv4(const uint8_t *ip, const uint8_t *end,
                                                struct reply_view *view)
{
    if (!HAS_BYTES(ip, IPV4_HEADER, end) || (ip[0] >> 4) != 4 || ip[IPV4_PROTOCOL] != PROTOCOL_ICMP ||
        (load_be16(ip + IPV4_FRAGMENT) & IPV4_FRAGMENT_OFFSET))
        return REPLY_NOT;

    /* This form keeps the bounds of the header length known to the verifier. */
    unsigned header_length = ((unsigned)ip[0] << 2) & 0x3c;
    if (header_length < IPV4_HEADER || !HAS_BYTES(ip, header_length, end))
        return REPLY_NOT;

    const uint8_t *icmp = ip + header_length;
    if (!HAS_BYTES(icmp, ICMP_HEADER, end))
        return REPLY_NOT;
    if (icmp[ICMP_TYPE] != ICMP_TIME_EXCEEDED_TYPE && icmp[ICMP_TYPE] != ICMP_DESTINATION_UNREACHABLE &&
        icmp[ICMP_TYPE] != ICMP_PARAMETER_PROBLEM)
        return REPLY_NOT;

    if (!HAS_BYTES(icmp, ICMP_HEADER + QUOTATION_MIN, end))
        return REPLY_TRUNCATED;
    view->ip = ip;
    view->icmp = icmp;
    view->quotation = icmp + ICMP_HEADER;
    view->transport = reply_quoted_transport(view->quotation, end);
    return view->transport ? REPLY_ERROR : REPLY_TRUNCATED;
}

/*
 * Where a packet of `protocol` that is no ICMP error has its transport header, of which QUOTED_MIN bytes are
 * there; NULL where it is none, or a later fragment. What a target itself answers is such a packet.
 */
static inline const uint8_t *reply_answer_transport(const uint8_t *ip, const uint8_t *end, uint8_t protocol)
{
    if (!HAS_BYTES(ip, IPV4_HEADER, end) || (ip[0] >> 4) != 4 || ip[IPV4_PROTOCOL] != protocol ||
        (load_be16(ip + IPV4_FRAGMENT) & IPV4_FRAGMENT_OFFSET))
        return 0;

    unsigned header_length = ((unsigned)ip[0] << 2) & 0x3c;
    if (header_length < IPV4_HEADER || !HAS_BYTES(ip, header_length, end))
        return 0;

    const uint8_t *transport = ip + header_length;
    return HAS_BYTES(transport, QUOTED_MIN, end) ? transport : 0;
}

/* Where the IPv4 header of an Ethernet frame with up to two VLAN tags is (IEEE 802.1Q, 802.1ad); NULL:
 * nowhere. It may be the end of the frame. */
static inline const uint8_t *reply_find_ipv4(const uint8_t *frame, const uint8_t *end)
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
    return load_be16(type) == ETHERTYPE_IPV4 ? type + 2 : 0;
}

static inline enum reply_class reply_parse_ethernet(const uint8_t *frame, const uint8_t *end,
                                                    struct reply_view *view)
{
    const uint8_t *ip = reply_find_ipv4(frame, end);

    return ip ? reply_parse_ipv4(ip, end, view) : REPLY_NOT;
}
