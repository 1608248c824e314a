// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What layouts of TCP share, whatever family is below: what a port answers to a segment of no connection.
 */
#pragma once

#include "layout.h"
#include "reply_parse.h"

#define TCP_MSS_BYTES  4      /* an option of SYN: some firewalls drop one without options */
#define TCP_MSS_OPTION 0x0204 /* kind and length (RFC 9293, section 3.7.1) */

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
