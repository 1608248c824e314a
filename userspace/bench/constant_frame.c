// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/constant_frame.h"

#include <string.h>

#include "bytes.h"
#include "checksum.h"
#include "layout_ipv6.h"

enum {
    DISCARD_PORT = 9, /* RFC 863 */
    TTL = 64,
};

#define TARGET  0xc6130001                                      /* 198.19.0.1, RFC 2544 */
#define TARGET6 ((struct address){0x2001000200000000ULL, 0x13}) /* 2001:2::13, RFC 5180 */

/* A checksum of 0 says that there is none (RFC 768). */
static void put_udp(uint8_t *udp, uint16_t length)
{
    layout_write_udp(udp, DISCARD_PORT, DISCARD_PORT, length, 0);
}

static void put_ipv4(uint8_t *ip, const struct frame_template *t, uint16_t total)
{
    ip[0] = IPV4_FIRST_BYTE;
    store_be16(ip + IPV4_TOTAL_LENGTH, total);
    ip[IPV4_TTL] = TTL;
    ip[IPV4_PROTOCOL] = PROTOCOL_UDP;
    store_be32(ip + IPV4_SOURCE, address_ipv4(t->probe.source));
    store_be32(ip + IPV4_DESTINATION, TARGET);
    store_be16(ip + IPV4_CHECKSUM,
               checksum_finish((IPV4_FIRST_BYTE << 8) + PROTOCOL_UDP + t->probe.source_sum +
                               checksum_u32(TARGET) + total + ((uint32_t)TTL << 8)));
    put_udp(ip + IPV4_HEADER, (uint16_t)(total - IPV4_HEADER));
}

/* IPv6 has to have a checksum (RFC 8200, section 8.1). The length is in the pseudo-header, too. */
static void put_ipv6(uint8_t *ip, const struct frame_template *t, uint16_t total)
{
    uint16_t length = (uint16_t)(total - IPV6_HEADER);
    uint32_t sum = ipv6_address_sum(t->probe.source) + ipv6_address_sum(TARGET6) + PROTOCOL_UDP +
                   2U * length + 2U * DISCARD_PORT;

    ip[IPV6_NEXT_HEADER] = PROTOCOL_UDP;
    address_store(ip + IPV6_SOURCE, t->probe.source);
    layout_patch_ipv6(ip, TARGET6, 0, TTL, length);
    put_udp(ip + IPV6_HEADER, length);
    store_be16(ip + IPV6_HEADER + UDP_CHECKSUM, checksum_finish(sum));
}

void constant_frame_make(uint8_t frame[CONSTANT_FRAME_MAX], const struct frame_template *t, unsigned length)
{
    uint16_t total = (uint16_t)(length - t->ethernet_length);

    memset(frame, 0, length);
    memcpy(frame, t->ethernet, t->ethernet_length);
    (t->layout.layout->family == FAMILY_IPV4 ? put_ipv4 : put_ipv6)(frame + t->ethernet_length, t, total);
}
