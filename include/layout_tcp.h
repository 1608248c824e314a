// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What layouts of TCP over both families share: constant fields, and the answers of ports to segments of no
 * connection.
 */
#pragma once

#include "layout.h"
#include "reply_parse.h"

#define TCP_MSS_BYTES  4      /* a SYN has this option, because some firewalls drop one without options */
#define TCP_MSS_OPTION 0x0204 /* kind and length (RFC 9293, section 3.7.1) */

/* The constant fields of a survey's TCP headers, which have `length` bytes with options. tcp_constant_sum()
 * returns their sum, with the length in the pseudo-header; tcp_write_constant() writes them. */
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

/* tcp_is_to_us() returns whether there is a complete header, from the survey's port to one of our source ports. */
static inline bool tcp_is_to_us(uint16_t port, const uint8_t *tcp, const uint8_t *end)
{
    return HAS_BYTES(tcp, TCP_HEADER, end) && load_be16(tcp) == port &&
           tcp[PORT_DESTINATION] & LAYOUT_PORTS >> 8;
}

/* Whether this is what a port answers to a SYN: SYN-ACK, or RST with ACK if it is closed (RFC 9293, section
 * 3.10.7). */
static inline bool tcp_answers_syn(const uint8_t *tcp, enum reply_kind *kind)
{
    *kind = tcp[TCP_FLAGS] & TCP_RST ? REPLY_TCP_RST : REPLY_TCP_SYN_ACK;
    return tcp[TCP_FLAGS] & TCP_ACK && tcp[TCP_FLAGS] & (TCP_SYN | TCP_RST);
}

/* Whether this is what every port answers to an ACK of no connection: RST, with the sequence number that the
 * ACK acknowledged (RFC 9293, section 3.10.7). */
static inline bool tcp_answers_ack(const uint8_t *tcp, enum reply_kind *kind)
{
    *kind = REPLY_TCP_RST;
    return tcp[TCP_FLAGS] & TCP_RST;
}
