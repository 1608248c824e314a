// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCP segments over IPv6 with the stamp of tracked probes (layout_tracked.h, layout_tcp_tracked.h), for userspace.
 * The timestamp option carries more of the proof; only a quotation of the whole probe shows it. Target and flow give
 * the flow label, and the window is the largest one.
 */
#pragma once

#include "layout_tcp6.h"
#include "layout_tcp_tracked.h"

static inline uint32_t tcp6_tracked_patch(const struct layout_template *t, const struct probe *p,
                                          struct tracked_stamp stamp, uint8_t *ip)
{
    uint8_t *tcp = ip + IPV6_HEADER;
    uint64_t tag = ipv6_target_tag(t->target_tag_start, p->target_address, PROTOCOL_TCP, t->port);
    uint32_t label = (ipv6_label_of(tag) + p->flow) & IPV6_FLOW_LABEL, sequence = tcp_tracked_sequence(stamp);
    uint16_t source_port = (uint16_t)(LAYOUT_PORTS | (ipv6_port_of(tag) + p->flow));
    uint16_t room = (uint16_t)(p->size - IPV6_HEADER), window = UINT16_MAX;
    uint32_t longer = tcp_tracked_lengthen(tcp, room);

    layout_patch_ipv6(ip, p->target_address, label, p->ttl, room);
    store_be16(tcp + PORT_SOURCE, source_port);
    store_be32(tcp + TCP_SEQUENCE, sequence);
    store_be16(tcp + TCP_WINDOW, window);
    store_be32(tcp + TCP6_TIMESTAMP, stamp.more_proof);
    return t->transport_sum + longer + ipv6_address_sum(p->target_address) + source_port +
           checksum_u32(sequence) + window + checksum_u32(stamp.more_proof);
}

static inline void tcp6_syn_tracked_craft(const struct layout_template *t, const struct probe *p,
                                          struct tracked_stamp stamp, uint8_t *ip)
{
    tcp_tracked_finish_syn(ip + IPV6_HEADER, tcp6_tracked_patch(t, p, stamp, ip));
}

static inline void tcp6_ack_tracked_craft(const struct layout_template *t, const struct probe *p,
                                          struct tracked_stamp stamp, uint8_t *ip)
{
    tcp_tracked_finish_ack(ip + IPV6_HEADER, stamp, tcp6_tracked_patch(t, p, stamp, ip));
}

/* Where SYN and ACK have the fields that a quotation shows. */
#define TCP6_TRACKED_FIELDS                                                                                  \
    .number = TRACKED_BEHIND_IP(TCP_SEQUENCE + 2, 2), .flow = TRACKED_BEHIND_IP(PORT_SOURCE, 2),             \
    .port = TRACKED_BEHIND_IP(PORT_DESTINATION, 2), .proof = TRACKED_BEHIND_IP(TCP_SEQUENCE, 2),             \
    .mark = TRACKED_BEHIND_IP(TCP6_TIMESTAMP, 4)

static const struct tracked_layout tcp6_syn_tracked = {
    .name = "tcp",
    .shortest = TCP6_SYN_LONGEST,
    .headers = IPV6_HEADER + TCP_HEADER_MAX,
    TCP6_TRACKED_FIELDS,
    .max_flow = tcp_tracked_max_flow,
    .craft = tcp6_syn_tracked_craft,
    .answer = tcp_syn_tracked_answer,
    .answers = tcp_syn_tracked_answers,
};

static const struct tracked_layout tcp6_ack_tracked = {
    .name = "tcp-ack",
    .shortest = TCP6_ACK_LONGEST,
    .headers = IPV6_HEADER + TCP_HEADER_MAX,
    TCP6_TRACKED_FIELDS,
    .max_flow = tcp_tracked_max_flow,
    .craft = tcp6_ack_tracked_craft,
    .answer = tcp_ack_tracked_answer,
    .answers = tcp_ack_tracked_answers,
};
