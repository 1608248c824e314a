// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/constant_frame.h"

#include <string.h>

#include "bytes.h"
#include "checksum.h"

enum {
    DISCARD_PORT = 9, /* RFC 863 */
    TTL = 64,
};

#define TARGET 0xc6130001 /* 198.19.0.1, RFC 2544 */

void constant_frame_make(uint8_t frame[CONSTANT_FRAME_MAX], const struct frame_template *t, unsigned length)
{
    uint16_t total = (uint16_t)(length - t->ethernet_length);
    uint8_t *ip = frame + t->ethernet_length, *udp = ip + IPV4_HEADER;

    memset(frame, 0, length);
    memcpy(frame, t->ethernet, t->ethernet_length);
    ip[0] = IPV4_FIRST_BYTE;
    store_be16(ip + IPV4_TOTAL_LENGTH, total);
    ip[IPV4_TTL] = TTL;
    ip[IPV4_PROTOCOL] = PROTOCOL_UDP;
    store_be32(ip + IPV4_SOURCE, address_ipv4(t->probe.source));
    store_be32(ip + IPV4_DESTINATION, TARGET);
    store_be16(ip + IPV4_CHECKSUM,
               checksum_finish((IPV4_FIRST_BYTE << 8) + PROTOCOL_UDP + t->probe.source_sum +
                               checksum_u32(TARGET) + total + ((uint32_t)TTL << 8)));
    store_be16(udp + PORT_SOURCE, DISCARD_PORT);
    store_be16(udp + PORT_DESTINATION, DISCARD_PORT);
    /* A checksum of 0 means that there is none (RFC 768). */
    store_be16(udp + UDP_LENGTH, (uint16_t)(total - IPV4_HEADER));
}
