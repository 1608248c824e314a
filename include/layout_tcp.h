// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What layouts of TCP share, whatever family is below: what a port answers to a segment of no connection.
 */
#pragma once

#include "layout.h"
#include "reply_parse.h"

#define TCP_MSS_BYTES  4      /* an option of SYN: some firewalls drop one without options */
#define TCP_MSS_OPTION 0x0204 /* kind and length (RFC 9293, section 3.7.1) */

/* What all segments of a survey have in their headers, of `length` bytes with options: tcp_constant_sum() adds
 * it up with the pseudo-header's length, tcp_write_constant() writes it. */
static inline uint32_t tcp_constant_sum(uint16_t port, uint8_t flags, uint16_t length)
{
    return length + port + TCP_OFFSET_AND_FLAGS(length, flags);
}

static inline void tcp_write_constant(uint8_t *tcp, uint16_t port, uint8_t flags, uint16_t length)
{
    store_be16(tcp + PORT_DESTINATION, port);
    store_be16(tcp + TCP_DATA_OFFSET, (uint16_t)TCP_OFFSET_AND_FLAGS(length, flags));
}

static inline void tcp_write_mss(uint8_t *option, uint16_t mss)
{
    store_be16(option, TCP_MSS_OPTION);
    store_be16(option + TCP_OPTION_VALUE, mss);
}

/* tcp_is_to_us() says whether a whole header is there, from the survey's port to one of our source ports. */
static inline bool tcp_is_to_us(uint16_t port, const uint8_t *tcp, const uint8_t *end)
{
    return HAS_BYTES(tcp, TCP_HEADER, end) && load_be16(tcp) == port &&
           tcp[PORT_DESTINATION] & LAYOUT_PORTS >> 8;
}

/* What a port answers to SYN: SYN-ACK, or RST with ACK where it is closed (RFC 9293, section 3.10.7). */
static inline bool tcp_answers_syn(const uint8_t *tcp, enum reply_kind *kind)
{
    *kind = tcp[TCP_FLAGS] & TCP_RST ? REPLY_TCP_RST : REPLY_TCP_SYN_ACK;
    return tcp[TCP_FLAGS] & TCP_ACK && tcp[TCP_FLAGS] & (TCP_SYN | TCP_RST);
}

/* What every port answers to an ACK of no connection: RST, whose sequence number is what the ACK acknowledged
 * (RFC 9293, section 3.10.7). */
static inline bool tcp_answers_ack(const uint8_t *tcp, enum reply_kind *kind)
{
    *kind = REPLY_TCP_RST;
    return tcp[TCP_FLAGS] & TCP_RST;
}
