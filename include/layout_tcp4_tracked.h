// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCP segments over IPv4 with the stamp of tracked probes (layout_tracked.h, layout_tcp_tracked.h), for userspace.
 * The IP ID carries the number too, because some firewalls replace sequence numbers.
 */
#pragma once

#include "layout_tcp4.h"
#include "layout_tcp_tracked.h"

static inline uint32_t tcp4_tracked_patch(const struct layout_template *t, const struct probe *p,
                                          struct tracked_stamp stamp, uint8_t *ip)
{
    uint32_t longer = tcp_tracked_lengthen(ip + IPV4_HEADER, p->size - IPV4_HEADER);

    return tcp4_write(t, p, p->size, stamp.number, tcp_tracked_sequence(stamp), ip) + longer;
}

static inline void tcp4_syn_tracked_craft(const struct layout_template *t, const struct probe *p,
                                          struct tracked_stamp stamp, uint8_t *ip)
{
    tcp_tracked_finish_syn(ip + IPV4_HEADER, tcp4_tracked_patch(t, p, stamp, ip));
}

static inline void tcp4_ack_tracked_craft(const struct layout_template *t, const struct probe *p,
                                          struct tracked_stamp stamp, uint8_t *ip)
{
    tcp_tracked_finish_ack(ip + IPV4_HEADER, stamp, tcp4_tracked_patch(t, p, stamp, ip));
}

/* Where SYN and ACK have the fields that a quotation shows. */
#define TCP4_TRACKED_FIELDS                                                                                  \
    .number = TRACKED_BEHIND_IP(TCP_SEQUENCE + 2, 2), .same_number = TRACKED_IN_IP(IPV4_ID, 2),              \
    .flow = TRACKED_BEHIND_IP(PORT_SOURCE, 2), .port = TRACKED_BEHIND_IP(PORT_DESTINATION, 2),               \
    .proof = TRACKED_BEHIND_IP(TCP_SEQUENCE, 4)

static const struct tracked_layout tcp4_syn_tracked = {
    .name = "tcp",
    .shortest = TCP4_SYN_LONGEST,
    .headers = IPV4_HEADER + TCP_HEADER_MAX,
    TCP4_TRACKED_FIELDS,
    .max_flow = tcp_tracked_max_flow,
    .craft = tcp4_syn_tracked_craft,
    .answer = tcp_syn_tracked_answer,
    .answers = tcp_syn_tracked_answers,
};

static const struct tracked_layout tcp4_ack_tracked = {
    .name = "tcp-ack",
    .shortest = TCP4_ACK_LONGEST,
    .headers = IPV4_HEADER + TCP_HEADER_MAX,
    TCP4_TRACKED_FIELDS,
    .max_flow = tcp_tracked_max_flow,
    .craft = tcp4_ack_tracked_craft,
    .answer = tcp_ack_tracked_answer,
    .answers = tcp_ack_tracked_answers,
};
