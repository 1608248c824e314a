// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UDP over IPv6 with the stamp of tracked probes (layout_tracked.h), for userspace. The checksum carries the proof,
 * and the data repeats it in full. The data has at least room for the word that makes the checksum correct: nothing
 * else in the headers distinguishes the probes of one flow.
 */
#pragma once

#include "layout_tracked.h"
#include "layout_udp6.h"

static inline void udp6_tracked_craft(const struct layout_template *t, const struct probe *p,
                                      struct tracked_stamp stamp, uint8_t *ip)
{
    uint8_t *udp = ip + IPV6_HEADER, *data = udp + UDP_HEADER;
    uint64_t tag = ipv6_target_tag(t->target_tag_start, p->target_address, PROTOCOL_UDP, p->flow);
    uint16_t source_port = LAYOUT_PORTS | ipv6_port_of(tag), port = (uint16_t)(t->port + p->flow);
    uint16_t length = (uint16_t)(p->size - IPV6_HEADER);
    uint32_t sum = t->transport_sum + ipv6_address_sum(p->target_address) + 2U * length + source_port + port +
                   stamp.proof + tracked_write_data(data, length - UDP_HEADER, stamp);

    layout_patch_ipv6(ip, p->target_address, ipv6_label_of(tag), p->ttl, length);
    layout_write_udp(udp, source_port, port, length, stamp.proof);
    store_be16(data, checksum_finish(sum));
}

static const struct tracked_layout udp6_tracked = {
    .name = "udp",
    .shortest = IPV6_HEADER + UDP_HEADER + TRACKED_DATA_PROOF,
    .headers = IPV6_HEADER + UDP_HEADER,
    .number = TRACKED_BEHIND_IP(UDP_HEADER + TRACKED_DATA_NUMBER, 2),
    .flow = TRACKED_BEHIND_IP(PORT_SOURCE, 2),
    .port = TRACKED_BEHIND_IP(PORT_DESTINATION, 2),
    .proof = TRACKED_BEHIND_IP(UDP_CHECKSUM, 2),
    .label = TRACKED_LABEL,
    .mark = TRACKED_BEHIND_IP(UDP_HEADER + TRACKED_DATA_PROOF, TRACKED_DATA - TRACKED_DATA_PROOF),
    .max_flow = udp6_max_flow,
    .craft = udp6_tracked_craft,
};
