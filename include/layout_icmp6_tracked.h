// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ICMP Echo Requests over IPv6 with the stamp of tracked probes (layout_tracked.h), for userspace. The sequence
 * number carries the number, the data carries the proof. Where the data has no room for the word that makes the
 * checksum correct, the identifier does that, and the flow label is the only proof.
 */
#pragma once

#include "layout_icmp6.h"
#include "layout_tracked.h"

static inline unsigned icmp6_tracked_max_flow(uint16_t port)
{
    (void)port;
    return UINT16_MAX;
}

static inline void icmp6_tracked_craft(const struct layout_template *t, const struct probe *p,
                                       struct tracked_stamp stamp, uint8_t *ip)
{
    uint8_t *icmp = ip + IPV6_HEADER, *data = icmp + ICMP_HEADER;
    uint64_t tag = ipv6_target_tag(t->target_tag_start, p->target_address, PROTOCOL_ICMPV6, p->flow);
    uint16_t length = (uint16_t)(p->size - IPV6_HEADER), checksum = ipv6_checksum_of(tag);
    uint32_t sum = t->transport_sum + ipv6_address_sum(p->target_address) + length + checksum + stamp.number +
                   tracked_write_data(data, length - ICMP_HEADER, stamp);
    bool has_room = length >= ICMP_HEADER + TRACKED_DATA_PROOF;
    uint16_t identifier = has_room ? ipv6_port_of(tag) : checksum_finish(sum);

    layout_patch_ipv6(ip, p->target_address, ipv6_label_of(tag), p->ttl, length);
    store_be16(icmp + ICMP_CHECKSUM, checksum);
    store_be16(icmp + ICMP_IDENTIFIER, identifier);
    store_be16(icmp + ICMP_SEQUENCE, stamp.number);
    if (has_room)
        store_be16(data, checksum_finish(sum + identifier));
}

static inline bool icmp6_tracked_answer(const uint8_t *icmp, const uint8_t *end, unsigned room,
                                        struct tracked_answer *out)
{
    uint16_t number = load_be16(icmp + ICMP_SEQUENCE);

    (void)end, (void)room;
    *out = (struct tracked_answer){REPLY_ECHO, number, number};
    return load_be16(icmp) == ICMP6_REPLY;
}

/* Whether the checksum of a reply is that of its request, but for type and replier (RFC 1624, equation 3), in
 * either form of zero. */
static inline bool icmp6_tracked_sum_follows(const struct tracked_request *sent, const uint8_t *ip,
                                             const uint8_t *icmp)
{
    uint32_t target_sum = ipv6_address_sum(address_load(sent->ip + IPV6_DESTINATION));
    uint32_t sum = (uint16_t)~load_be16(sent->transport + ICMP_CHECKSUM) +
                   (uint32_t)checksum_finish(ICMP6_REQUEST + target_sum) + ICMP6_REPLY +
                   ipv6_address_sum(address_load(ip + IPV6_SOURCE));

    return checksum_fold(load_be16(icmp + ICMP_CHECKSUM) + (uint32_t)checksum_fold(sum)) == CHECKSUM_ONES;
}

/* As much of the mark as the request has. */
static inline bool icmp6_tracked_has_mark(const uint8_t *request, unsigned room, const uint8_t *icmp)
{
    const uint8_t *sent = request + ICMP_HEADER + TRACKED_DATA_PROOF;
    const uint8_t *returned = icmp + ICMP_HEADER + TRACKED_DATA_PROOF;

    return room < TRACKED_DATA ? room < TRACKED_DATA_MORE || load_be16(returned) == load_be16(sent)
                               : load_be64(returned) == load_be64(sent);
}

static inline enum probe_origin icmp6_tracked_answers(const struct tracked_request *sent, const uint8_t *ip,
                                                      const uint8_t *icmp, const uint8_t *end)
{
    const uint8_t *request = sent->transport;
    unsigned room = sent->room - ICMP_HEADER;

    if (load_be16(icmp + ICMP_IDENTIFIER) != load_be16(request + ICMP_IDENTIFIER) ||
        !HAS_BYTES(icmp, ICMP_HEADER + (room < TRACKED_DATA ? room : TRACKED_DATA), end))
        return PROBE_FOREIGN;
    return icmp6_tracked_sum_follows(sent, ip, icmp) && icmp6_tracked_has_mark(request, room, icmp)
               ? PROBE_OURS
               : PROBE_FORGED;
}

static const struct tracked_layout icmp6_tracked = {
    .name = "icmp",
    .shortest = IPV6_HEADER + ICMP_HEADER,
    .headers = IPV6_HEADER + ICMP_HEADER,
    .number = TRACKED_BEHIND_IP(ICMP_SEQUENCE, 2),
    .flow = TRACKED_BEHIND_IP(ICMP_TYPE, 4),
    .port = TRACKED_BEHIND_IP(ICMP_IDENTIFIER, 2),
    .proof = TRACKED_BEHIND_IP(ICMP_HEADER + TRACKED_DATA_PROOF, 2),
    .label = TRACKED_LABEL,
    .mark = TRACKED_BEHIND_IP(ICMP_HEADER + TRACKED_DATA_PROOF, TRACKED_DATA - TRACKED_DATA_PROOF),
    .max_flow = icmp6_tracked_max_flow,
    .craft = icmp6_tracked_craft,
    .answer = icmp6_tracked_answer,
    .answers = icmp6_tracked_answers,
};
