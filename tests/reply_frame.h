// SPDX-License-Identifier: GPL-2.0-or-later
/* Builds frames that carry an ICMP error, with all features that a parser must handle. */
#pragma once

#include <stdint.h>
#include <string.h>

#include "bytes.h"
#include "extension_chain.h"
#include "reply_parse.h"

enum {
    REPLY_FRAME_MAX =
        2560, /* two extension headers of 1,024 bytes; the kernel runs XDP on less than a page */
};

struct reply_shape {
    unsigned tags;              /* VLAN tags; if there are several, the outer one is of 802.1ad */
    enum address_family family; /* 0: IPv4 */
    uint16_t ethertype;         /* 0: that of the family; the same for the next three */
    uint8_t version;
    uint8_t protocol;
    uint8_t icmp_type;    /* Time Exceeded */
    uint8_t header_words; /* of the reply's IPv4 header; 0: 5 */
    uint8_t icmp_code;
    uint16_t fragment;        /* flags and offset of IPv4 */
    const char *chain;        /* extension headers of IPv6: extension_chain.h */
    const char *quoted_chain; /* the same, inserted behind the quoted header */
    const uint8_t *quotation; /* zeros where there is none */
    unsigned quoted_length;   /* of it */
};

static inline enum address_family reply_frame_family(const struct reply_shape *shape)
{
    return shape->family ? shape->family : FAMILY_IPV4;
}

static inline uint8_t *reply_frame_ethernet(uint8_t *p, const struct reply_shape *shape)
{
    uint16_t usual = reply_frame_family(shape) == FAMILY_IPV4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6;

    memset(p, 0x02, 12);
    p += 12;
    for (unsigned tag = 0; tag < shape->tags; tag++, p += VLAN_TAG) {
        store_be16(p, tag + 1 < shape->tags ? ETHERTYPE_VLAN_8021AD : ETHERTYPE_VLAN_8021Q);
        store_be16(p + 2, (uint16_t)(100 + tag));
    }
    store_be16(p, shape->ethertype ? shape->ethertype : usual);
    return p + 2;
}

/* Writes what precedes the ICMP message, from 10.1.2.3 to 198.18.0.2; returns where that begins. */
static inline uint8_t *reply_frame_ipv4(uint8_t *ip, const struct reply_shape *shape, unsigned icmp_length)
{
    unsigned words = shape->header_words ? shape->header_words : 5, length = 4 * (words < 5 ? 5 : words);

    memset(ip, 0, length);
    ip[0] = (uint8_t)((shape->version ? shape->version : 4) << 4 | words);
    store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)(length + icmp_length));
    store_be16(ip + IPV4_FRAGMENT, shape->fragment);
    ip[IPV4_TTL] = 60;
    ip[IPV4_PROTOCOL] = shape->protocol ? shape->protocol : PROTOCOL_ICMP;
    store_be32(ip + IPV4_SOURCE, 0x0a010203);
    store_be32(ip + IPV4_DESTINATION, 0xc6120002);
    return ip + length;
}

/* From 3fff::a01:203 to 2001:db8::2. */
static inline uint8_t *reply_frame_ipv6(uint8_t *ip, const struct reply_shape *shape, unsigned icmp_length)
{
    unsigned length = extension_chain_length(shape->chain);

    memset(ip, 0, IPV6_HEADER);
    ip[0] = (uint8_t)((shape->version ? shape->version : 6) << 4);
    store_be16(ip + IPV6_PAYLOAD_LENGTH, (uint16_t)(length + icmp_length));
    ip[IPV6_NEXT_HEADER] = extension_chain_put(ip + IPV6_HEADER, shape->chain,
                                               shape->protocol ? shape->protocol : PROTOCOL_ICMPV6);
    ip[IPV6_HOP_LIMIT] = 60;
    address_store(ip + IPV6_SOURCE, (struct address){0x3fffULL << 48, 0x0a010203});
    address_store(ip + IPV6_DESTINATION, (struct address){0x20010db8ULL << 32, 2});
    return ip + IPV6_HEADER + length;
}

/* Writes the quotation, with the extension headers that were inserted on its way; returns its length. */
static inline unsigned reply_frame_quote(uint8_t *p, const struct reply_shape *shape)
{
    unsigned put_in = extension_chain_length(shape->quoted_chain);

    memset(p, 0, put_in + shape->quoted_length);
    if (!shape->quotation || shape->quoted_length < IPV6_HEADER || !put_in) {
        if (shape->quotation)
            memcpy(p, shape->quotation, shape->quoted_length);
        return shape->quoted_length;
    }
    memcpy(p, shape->quotation, IPV6_HEADER);
    memcpy(p + IPV6_HEADER + put_in, shape->quotation + IPV6_HEADER, shape->quoted_length - IPV6_HEADER);
    store_be16(p + IPV6_PAYLOAD_LENGTH, (uint16_t)(load_be16(p + IPV6_PAYLOAD_LENGTH) + put_in));
    p[IPV6_NEXT_HEADER] = extension_chain_put(p + IPV6_HEADER, shape->quoted_chain, p[IPV6_NEXT_HEADER]);
    return shape->quoted_length + put_in;
}

/* reply_frame_build() writes the frame and returns its length. `ip_offset` receives where its IP header
 * is. */
static inline unsigned reply_frame_build(const struct reply_shape *shape, uint8_t frame[REPLY_FRAME_MAX],
                                         unsigned *ip_offset)
{
    bool ipv4 = reply_frame_family(shape) == FAMILY_IPV4;
    uint8_t quoted[REPLY_FRAME_MAX], *ip = reply_frame_ethernet(frame, shape);
    unsigned length = reply_frame_quote(quoted, shape);
    uint8_t *icmp = (ipv4 ? reply_frame_ipv4 : reply_frame_ipv6)(ip, shape, ICMP_HEADER + length);

    memset(icmp, 0, ICMP_HEADER);
    icmp[ICMP_TYPE] = ipv4 ? ICMP_TIME_EXCEEDED_TYPE : ICMP6_TIME_EXCEEDED_TYPE;
    if (shape->icmp_type)
        icmp[ICMP_TYPE] = shape->icmp_type;
    icmp[ICMP_CODE] = shape->icmp_code;
    memcpy(icmp + ICMP_HEADER, quoted, length);
    if (ip_offset)
        *ip_offset = (unsigned)(ip - frame);
    return (unsigned)(icmp - frame) + ICMP_HEADER + length;
}
