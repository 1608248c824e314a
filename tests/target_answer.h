// SPDX-License-Identifier: GPL-2.0-or-later
/* The answer of a target to a probe, for any layout that has one: the probe's packet is changed into it. */
#pragma once

#include <stdbool.h>
#include <string.h>

#include "packet/layout.h"

static inline void target_answer_swap(uint8_t *first, unsigned bytes)
{
    uint8_t held[ADDRESS_BYTES];

    memcpy(held, first, bytes);
    memcpy(first, first + bytes, bytes);
    memcpy(first + bytes, held, bytes);
}

/* Both families have the same answer, but other numbers for their Echo Requests. */
static inline void target_answer_echo(uint8_t *icmp, uint8_t request, uint8_t reply)
{
    uint32_t sum = (uint16_t)~load_be16(icmp + ICMP_CHECKSUM) + (uint16_t) ~(request << 8) + (reply << 8);

    icmp[ICMP_TYPE] = reply;
    store_be16(icmp + ICMP_CHECKSUM, checksum_finish(sum));
}

/* A SYN-ACK acknowledges the received number plus one; a RST for an ACK has its number (RFC 9293, section
 * 3.10.7). */
static inline void target_answer_tcp(uint8_t *tcp, uint8_t flags)
{
    target_answer_swap(tcp + PORT_SOURCE, 2);
    store_be32(tcp + TCP_ACKNOWLEDGMENT, load_be32(tcp + TCP_SEQUENCE) + 1);
    tcp[TCP_FLAGS] = flags;
}

/* target_answer_make() is false if the protocol has no answer. Addresses are only swapped, which changes no
 * checksum; that of TCP is left wrong. */
static inline bool target_answer_make(const struct layout *layout, uint8_t *ip, uint8_t tcp_flags)
{
    bool ipv4 = layout->family == FAMILY_IPV4;
    uint8_t *transport = ip + (ipv4 ? IPV4_HEADER : IPV6_HEADER);

    target_answer_swap(ip + (ipv4 ? IPV4_SOURCE : IPV6_SOURCE), ipv4 ? 4 : ADDRESS_BYTES);
    if (layout->protocol == PROTOCOL_ICMP)
        target_answer_echo(transport, ICMP_ECHO_REQUEST, ICMP_ECHO_REPLY);
    else if (layout->protocol == PROTOCOL_ICMPV6)
        target_answer_echo(transport, ICMP6_ECHO_REQUEST, ICMP6_ECHO_REPLY);
    else if (layout->protocol == PROTOCOL_TCP)
        target_answer_tcp(transport, tcp_flags);
    else
        return false;
    return true;
}
