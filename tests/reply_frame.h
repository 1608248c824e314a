// SPDX-License-Identifier: GPL-2.0-or-later
/* Builds frames that carry an ICMP error, with everything about them that a parser must cope with. */
#pragma once

#include <stdint.h>
#include <string.h>

#include "bytes.h"
#include "reply_parse.h"

enum {
    REPLY_FRAME_MAX = 512,
};

struct reply_shape {
    unsigned tags;        /* VLAN tags, the outer one of 802.1ad where there are several */
    uint16_t ethertype;   /* 0: IPv4 */
    uint8_t version;      /* 0: 4 */
    uint8_t header_words; /* of the reply's IPv4 header; 0: 5 */
    uint8_t protocol;     /* 0: ICMP */
    uint8_t icmp_type;    /* 0: Time Exceeded */
    uint8_t icmp_code;
    uint16_t fragment; /* flags and offset */
    const uint8_t *quotation;
    unsigned quoted_length; /* zeros where there is no quotation */
};

static inline uint8_t *reply_frame_ethernet(uint8_t *p, const struct reply_shape *shape)
{
    memset(p, 0x02, 12);
    p += 12;
    for (unsigned tag = 0; tag < shape->tags; tag++, p += VLAN_TAG) {
        store_be16(p, tag + 1 < shape->tags ? ETHERTYPE_VLAN_8021AD : ETHERTYPE_VLAN_8021Q);
        store_be16(p + 2, (uint16_t)(100 + tag));
    }
    store_be16(p, shape->ethertype ? shape->ethertype : ETHERTYPE_IPV4);
    return p + 2;
}

/* reply_frame_build() writes the frame and returns its length. `ip_offset` receives
 * where its IPv4 header is. */
static inline unsigned reply_frame_build(const struct reply_shape *shape, uint8_t frame[REPLY_FRAME_MAX],
                                         unsigned *ip_offset)
{
    unsigned words = shape->header_words ? shape->header_words : 5;
    uint8_t *ip = reply_frame_ethernet(frame, shape);
    uint8_t *icmp = ip + 4 * (words < 5 ? 5 : words);
    unsigned length = (unsigned)(icmp - frame) + ICMP_HEADER + shape->quoted_length;

    memset(ip, 0, length - (unsigned)(ip - frame));
    ip[0] = (uint8_t)((shape->version ? shape->version : 4) << 4 | words);
    store_be16(ip + 2, (uint16_t)(length - (unsigned)(ip - frame)));
    store_be16(ip + 6, shape->fragment);
    ip[8] = 60;
    ip[9] = shape->protocol ? shape->protocol : 1;
    store_be32(ip + 12, 0x0a010203);
    store_be32(ip + 16, 0xc6120002);
    icmp[0] = shape->icmp_type ? shape->icmp_type : ICMP_TIME_EXCEEDED_TYPE;
    icmp[1] = shape->icmp_code;
    if (shape->quotation)
        memcpy(icmp + ICMP_HEADER, shape->quotation, shape->quoted_length);
    if (ip_offset)
        *ip_offset = (unsigned)(ip - frame);
    return length;
}
