// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Header fields that are not needed to match a reply, but that users want to read: addresses, ports and
 * sizes, as they came. Private to packet/, except the structure.
 */
#pragma once

#include <stdint.h>

#include "ip_header.h"
#include "reply_parse.h"

#define QUOTED_TOS_UNKNOWN UINT16_MAX

struct reply_facts {
    struct address source;            /* the address to which the reply came: one of ours */
    uint16_t src_port, dst_port;      /* of the probe, as quoted or answered; for ICMP the identifier and 0 */
    uint16_t probe_size;              /* its total length as quoted; 0: unknown */
    uint16_t reply_size, reply_ip_id; /* the ID is 0 in IPv6 */
    uint16_t quoted_tos;              /* QUOTED_TOS_UNKNOWN: nothing is quoted */
    uint8_t protocol;                 /* of the probe */
    uint8_t reply_tos;
};

static inline bool reply_is_icmp(uint8_t protocol)
{
    return protocol == PROTOCOL_ICMP || protocol == PROTOCOL_ICMPV6;
}

/* reply_facts_of_error() reads the headers of an error and of its quotation. */
static inline struct reply_facts reply_facts_of_error(const struct reply_view *view)
{
    enum address_family family = view->family;
    const uint8_t *transport = view->transport;
    bool icmp = reply_is_icmp(view->protocol);

    return (struct reply_facts){
        .source = ip_destination(family, view->ip),
        .src_port = load_be16(transport + (icmp ? ICMP_IDENTIFIER : PORT_SOURCE)),
        .dst_port = icmp ? 0 : load_be16(transport + PORT_DESTINATION),
        .probe_size = (uint16_t)ip_length(family, view->quotation),
        .reply_size = (uint16_t)ip_length(family, view->ip),
        .reply_ip_id = ip_id(family, view->ip),
        .quoted_tos = ip_tos(family, view->quotation),
        .protocol = view->protocol,
        .reply_tos = ip_tos(family, view->ip),
    };
}

/* reply_facts_of_answer() reads the headers of a target's own answer, in which the ports are swapped. */
static inline struct reply_facts reply_facts_of_answer(enum address_family family, uint8_t protocol,
                                                       const uint8_t *ip, const uint8_t *transport)
{
    bool icmp = reply_is_icmp(protocol);

    return (struct reply_facts){
        .source = ip_destination(family, ip),
        .src_port = load_be16(transport + (icmp ? ICMP_IDENTIFIER : PORT_DESTINATION)),
        .dst_port = icmp ? 0 : load_be16(transport + PORT_SOURCE),
        .reply_size = (uint16_t)ip_length(family, ip),
        .reply_ip_id = ip_id(family, ip),
        .quoted_tos = QUOTED_TOS_UNKNOWN,
        .protocol = protocol,
        .reply_tos = ip_tos(family, ip),
    };
}
