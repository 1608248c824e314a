// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UDP over IPv4 with the stamp of tracked probes (layout_tracked.h), for userspace. The IP ID carries the number.
 * The checksum carries the proof; the first word of the payload makes it correct. A probe without room for that
 * word has the checksum of its flow, and only the number distinguishes the probes of one flow.
 */
#pragma once

#include "layout_tracked.h"
#include "layout_udp4.h"

static inline void udp4_tracked_craft(const struct layout_template *t, const struct probe *p,
                                      struct tracked_stamp stamp, uint8_t *ip)
{
    uint8_t *udp = ip + IPV4_HEADER;
    uint32_t target = address_ipv4(p->target_address), target_sum = checksum_u32(target);
    uint16_t udp_length = (uint16_t)(p->size - IPV4_HEADER), port = (uint16_t)(t->port + p->flow);
    uint16_t source_port = udp4_target_tag(t->target_tag_start, target, port);
    uint32_t sum = t->transport_sum + target_sum + 2U * udp_length + source_port + port;
    bool has_room = udp_length >= UDP_HEADER + 2;
    uint16_t checksum = has_room ? stamp.proof : checksum_finish(sum);

    layout_patch_ipv4(t, ip, target, target_sum, p->ttl, p->size, stamp.number);
    layout_write_udp(udp, source_port, port, udp_length, checksum_not_zero(checksum));
    if (has_room)
        store_be16(udp + UDP_HEADER, checksum_finish(sum + checksum));
}

static const struct tracked_layout udp4_tracked = {
    .name = "udp",
    .shortest = UDP4_HEADERS,
    .headers = UDP4_HEADERS,
    .number = TRACKED_IN_IP(IPV4_ID, 2),
    .flow = TRACKED_BEHIND_IP(PORT_SOURCE, 2),
    .port = TRACKED_BEHIND_IP(PORT_DESTINATION, 2),
    .proof = TRACKED_BEHIND_IP(UDP_CHECKSUM, 2),
    .max_flow = udp4_max_flow,
    .craft = udp4_tracked_craft,
};
