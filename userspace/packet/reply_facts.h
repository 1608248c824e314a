// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What headers say that nobody needs in order to match a reply, and that users want to read: addresses, ports
 * and sizes, as they came. Private to packet/, but for the structure.
 */
#pragma once

#include <stdint.h>

#include "address.h"
#include "protocol.h"
#include "reply_parse.h"

#define QUOTED_TOS_UNKNOWN UINT16_MAX

struct reply_facts {
    struct address source;       /* where the reply came to: an address of ours */
    uint16_t src_port, dst_port; /* of the probe, as quoted or answered; ICMP: its identifier, and 0 */
    uint16_t probe_size;         /* its total length as quoted; 0: unknown */
    uint16_t reply_size, reply_ip_id;
    uint16_t quoted_tos; /* QUOTED_TOS_UNKNOWN: nothing is quoted */
    uint8_t protocol;    /* of the probe */
    uint8_t reply_tos;
};

/* reply_facts_of_error() reads the headers of an error and of what it quotes. */
static inline struct reply_facts reply_facts_of_error(const struct reply_view *view)
{
    const uint8_t *transport = view->transport;
    bool icmp = view->quotation[IPV4_PROTOCOL] == PROTOCOL_ICMP;

    return (struct reply_facts){
        .source = address_of_ipv4(load_be32(view->ip + IPV4_DESTINATION)),
        .src_port = load_be16(transport + (icmp ? ICMP_IDENTIFIER : PORT_SOURCE)),
        .dst_port = icmp ? 0 : load_be16(transport + PORT_DESTINATION),
        .probe_size = load_be16(view->quotation + IPV4_TOTAL_LENGTH),
        .reply_size = load_be16(view->ip + IPV4_TOTAL_LENGTH),
        .reply_ip_id = load_be16(view->ip + IPV4_ID),
        .quoted_tos = view->quotation[IPV4_TOS],
        .protocol = view->quotation[IPV4_PROTOCOL],
        .reply_tos = view->ip[IPV4_TOS],
    };
}

/* reply_facts_of_answer() reads those of a target's own answer, whose ports are the other way round. */
static inline struct reply_facts reply_facts_of_answer(const uint8_t *ip, const uint8_t *transport)
{
    bool icmp = ip[IPV4_PROTOCOL] == PROTOCOL_ICMP;

    return (struct reply_facts){
        .source = address_of_ipv4(load_be32(ip + IPV4_DESTINATION)),
        .src_port = load_be16(transport + (icmp ? ICMP_IDENTIFIER : PORT_DESTINATION)),
        .dst_port = icmp ? 0 : load_be16(transport + PORT_SOURCE),
        .reply_size = load_be16(ip + IPV4_TOTAL_LENGTH),
        .reply_ip_id = load_be16(ip + IPV4_ID),
        .quoted_tos = QUOTED_TOS_UNKNOWN,
        .protocol = ip[IPV4_PROTOCOL],
        .reply_tos = ip[IPV4_TOS],
    };
}
