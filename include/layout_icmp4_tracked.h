// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ICMP Echo Requests over IPv4 with the stamp of tracked probes (layout_tracked.h), for userspace.
 *
 * The sequence number carries the number. The IP ID carries the proof, and so does the second word of the data,
 * because a reply has another IP ID. The checksum depends on target and flow alone; the first word of the data makes
 * it correct, and all probes have the same identifier. In a probe without room for the first word, the identifier
 * makes the checksum correct. Without the second word, a reply still has 16 bits that nobody can guess: its checksum.
 */
#pragma once

#include "layout_icmp4.h"
#include "layout_tracked.h"

#define ICMP4_TRACKED_PROOF 2 /* its offset in the data */

static inline unsigned icmp4_tracked_max_flow(uint16_t port)
{
    (void)port;
    return UINT16_MAX;
}

/* Avoids both forms of zero, also in the reply, because some devices replace one form by the other. */
static inline uint16_t icmp4_tracked_checksum(uint16_t target_word)
{
    return target_word == 0 || target_word == CHECKSUM_ONES || target_word == CHECKSUM_ONES - ICMP4_REQUEST
               ? 1
               : target_word;
}

static inline bool icmp4_tracked_has_proof(unsigned size)
{
    return size >= ICMP4_HEADERS + ICMP4_TRACKED_PROOF + 2;
}

static inline void icmp4_tracked_craft(const struct layout_template *t, const struct probe *p,
                                       struct tracked_stamp stamp, uint8_t *ip)
{
    uint8_t *icmp = ip + IPV4_HEADER, *data = icmp + ICMP_HEADER;
    uint32_t target = address_ipv4(p->target_address);
    uint16_t checksum = icmp4_tracked_checksum(layout_target_word(t->target_tag_start, target, p->flow));
    uint16_t proof = icmp4_tracked_has_proof(p->size) ? stamp.proof : 0;
    uint32_t sum = t->transport_sum + checksum + stamp.number + proof;
    bool has_room = p->size >= ICMP4_HEADERS + 2;
    uint16_t identifier = has_room ? t->key_tag : checksum_finish(sum);

    layout_patch_ipv4(t, ip, target, checksum_u32(target), p->ttl, p->size, stamp.proof);
    store_be16(icmp + ICMP_CHECKSUM, checksum);
    store_be16(icmp + ICMP_IDENTIFIER, identifier);
    store_be16(icmp + ICMP_SEQUENCE, stamp.number);
    if (has_room)
        store_be16(data, checksum_finish(sum + identifier));
    if (proof)
        store_be16(data + ICMP4_TRACKED_PROOF, proof);
}

static inline bool icmp4_tracked_answer(const uint8_t *icmp, const uint8_t *end, unsigned room,
                                        struct tracked_answer *out)
{
    uint16_t number = load_be16(icmp + ICMP_SEQUENCE);

    (void)end, (void)room;
    *out = (struct tracked_answer){REPLY_ECHO, number, number};
    return load_be16(icmp) == ICMP4_REPLY;
}

/* The checksum of a reply differs by the type (RFC 1624). */
static inline enum probe_origin icmp4_tracked_answers(const struct tracked_request *sent, const uint8_t *ip,
                                                      const uint8_t *icmp, const uint8_t *end)
{
    const uint8_t *request = sent->transport;
    const unsigned proof = ICMP_HEADER + ICMP4_TRACKED_PROOF;
    bool has_proof = icmp4_tracked_has_proof(IPV4_HEADER + sent->room);

    (void)ip;
    if (load_be16(icmp + ICMP_IDENTIFIER) != load_be16(request + ICMP_IDENTIFIER) ||
        (has_proof && !HAS_BYTES(icmp, proof + 2, end)))
        return PROBE_FOREIGN;
    if (load_be16(icmp + ICMP_CHECKSUM) != icmp4_add(load_be16(request + ICMP_CHECKSUM), ICMP4_REQUEST) ||
        (has_proof && load_be16(icmp + proof) != load_be16(request + proof)))
        return PROBE_FORGED;
    return PROBE_OURS;
}

static const struct tracked_layout icmp4_tracked = {
    .name = "icmp",
    .shortest = ICMP4_HEADERS,
    .headers = ICMP4_HEADERS,
    .number = TRACKED_BEHIND_IP(ICMP_SEQUENCE, 2),
    .flow = TRACKED_BEHIND_IP(ICMP_TYPE, 4),
    .port = TRACKED_BEHIND_IP(ICMP_IDENTIFIER, 2),
    .proof = TRACKED_IN_IP(IPV4_ID, 2),
    .max_flow = icmp4_tracked_max_flow,
    .craft = icmp4_tracked_craft,
    .answer = icmp4_tracked_answer,
    .answers = icmp4_tracked_answers,
};
