// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ICMPv6 Echo Requests (RFC 4443, section 4.1): every field is written here and read back here, in userspace
 * and in BPF alike.
 *
 *   flow label        PRF20(key; source, target, protocol, flow)      T1
 *   identifier        PRF16(likewise)                                 T1
 *   checksum          PRF16(likewise), made true by the stamp         T1
 *   sequence number   flow, hop limit
 *   data              [ the stamp of layout_ipv6.h 22 | target 16 | filler ]: 37 + hop limit bytes
 *
 * The fields that routers hash for load balancing (label, type, code and checksum) depend on target and flow
 * alone. So does the identifier, which NATs treat as a port. A quotation that is cut to 48 bytes contains all
 * parts of T1 in the headers. The data contains the target for Echo Replies: these come from another address if
 * the target is an anycast address (RFC 4443, section 4.2).
 */
#pragma once

#include "layout_ipv6.h"

#define ICMP6_PORT        0 /* ICMPv6 has no ports */
#define ICMP6_MAX_FLOW    255
#define ICMP6_DATA_TARGET (ICMP_HEADER + STAMP_LENGTH)
#define ICMP6_PARTS       (ICMP6_DATA_TARGET + ADDRESS_BYTES) /* header and data before the filler */
#define ICMP6_EMPTY       (ICMP6_PARTS - 1) /* the payload length is this plus the hop limit */
#define ICMP6_TOTAL(ttl)  (IPV6_HEADER + ICMP6_EMPTY + (ttl))
#define ICMP6_LONGEST     ICMP6_TOTAL(PROBE_MAX_TTL)
#define ICMP6_CRAFTED     ICMP6_TOTAL(1)
#define ICMP6_REQUEST     (ICMP6_ECHO_REQUEST << 8) /* type and code */
#define ICMP6_REPLY       (ICMP6_ECHO_REPLY << 8)

static inline unsigned icmp6_max_flow(uint16_t port)
{
    (void)port;
    return ICMP6_MAX_FLOW;
}

static inline void icmp6_template_init(struct layout_template *t, struct siphash_key key,
                                       struct address source, uint16_t port)
{
    layout_template_ipv6(t, key, source, port, PROTOCOL_ICMPV6);
    t->transport_sum += ICMP6_REQUEST;
}

static inline void icmp6_prepare(const struct layout_template *t, uint8_t ip[ICMP6_LONGEST])
{
    layout_prepare_ipv6(t, PROTOCOL_ICMPV6, ip, ICMP6_CRAFTED, ICMP6_LONGEST);
    store_be16(ip + IPV6_HEADER, ICMP6_REQUEST);
}

/* Patches a prepared packet into the probe `p` sent at `now_us` (monotonic microseconds). Returns the length of
 * the packet from its IP header on. The rest of the data stays as it was prepared. */
static inline unsigned icmp6_craft(const struct layout_template *t, const struct probe *p, uint32_t now_us,
                                   uint8_t ip[ICMP6_CRAFTED])
{
    uint8_t *icmp = ip + IPV6_HEADER;
    uint64_t tag = ipv6_target_tag(t->target_tag_start, p->target_address, PROTOCOL_ICMPV6, p->flow);
    const struct ipv6_stamp stamp = {now_us, ipv6_stamp_of(tag), p->flow, p->ttl};
    uint16_t length = (uint16_t)(ICMP6_EMPTY + p->ttl), sequence = (uint16_t)(p->flow << 8 | p->ttl);
    uint16_t checksum = ipv6_checksum_of(tag), identifier = ipv6_port_of(tag);
    /* The target is summed twice: in the pseudo-header and in the data. */
    uint32_t sum = t->transport_sum + 2 * ipv6_address_sum(p->target_address) + length + checksum +
                   identifier + sequence + t->filler_sum[p->ttl];

    layout_patch_ipv6(ip, p->target_address, ipv6_label_of(tag), p->ttl, length);
    store_be16(icmp + ICMP_CHECKSUM, checksum);
    store_be16(icmp + ICMP_IDENTIFIER, identifier);
    store_be16(icmp + ICMP_SEQUENCE, sequence);
    ipv6_stamp_write(icmp + ICMP_HEADER, &stamp, ipv6_probe_tag(t->key, &stamp, PROTOCOL_ICMPV6), sum);
    address_store(icmp + ICMP6_DATA_TARGET, p->target_address);
    return IPV6_HEADER + length;
}

static inline uint8_t icmp6_hop_limit(const struct ipv6_reading *reading)
{
    uint8_t hop_limit = ipv6_hop_limit_of((uint8_t)reading->words[ICMP_SEQUENCE / 2], 0);

    return hop_limit ? hop_limit : ipv6_hop_limit_of(reading->payload_length, ICMP6_EMPTY);
}

/* Whether the fields that carry no information, with `type_and_code`, are as they were sent. */
static inline bool icmp6_is_shaped(const struct ipv6_reading *reading, uint16_t type_and_code)
{
    return reading->first_word >> 28 == 6 && reading->next_header == PROTOCOL_ICMPV6 &&
           reading->words[0] == type_and_code &&
           reading->payload_length == ICMP6_EMPTY + icmp6_hop_limit(reading);
}

/* How many of the fields with T1 are correct. The checksum is compared as that of a message of `type_and_code`
 * (RFC 1624): in a reply the sum of the addresses is the same. The flow label of a reply is chosen by its
 * sender. */
static inline unsigned icmp6_right_fields(const struct ipv6_reading *reading, uint64_t tag,
                                          uint16_t type_and_code)
{
    uint32_t sum = (uint16_t)~ipv6_checksum_of(tag) + (uint32_t)(type_and_code - ICMP6_REQUEST);
    uint16_t checksum = type_and_code == ICMP6_REQUEST ? ipv6_checksum_of(tag) : checksum_finish(sum);

    return (type_and_code == ICMP6_REQUEST && ipv6_has_label(reading, ipv6_label_of(tag))) +
           (reading->words[ICMP_IDENTIFIER / 2] == ipv6_port_of(tag)) +
           (reading->words[ICMP_CHECKSUM / 2] == checksum);
}

/* For packets without a correct stamp. Two of the three fields with T1 are enough, because a middlebox may
 * clear the label; a reply has only two. */
static inline enum probe_origin icmp6_judge_changed(const struct siphash_key *key,
                                                    const struct ipv6_reading *reading,
                                                    uint16_t type_and_code, struct quoted_probe *out)
{
    uint16_t flow = reading->words[ICMP_SEQUENCE / 2] >> 8;
    uint8_t hop_limit = icmp6_hop_limit(reading);

    if (!hop_limit)
        return PROBE_FOREIGN;
    ipv6_fill(reading, flow, hop_limit, out);
    if (icmp6_right_fields(reading, ipv6_tag_of(key, reading, PROTOCOL_ICMPV6, flow), type_and_code) >= 2)
        return reading->cut ? PROBE_CUT : PROBE_UNTIMED;
    return icmp6_is_shaped(reading, type_and_code) ? PROBE_FORGED : PROBE_FOREIGN;
}

static __attribute__((noinline, unused)) enum probe_origin
icmp6_recover_changed(const struct siphash_key *key, const struct ipv6_reading *reading,
                      struct quoted_probe *out)
{
    return icmp6_judge_changed(key, reading, ICMP6_REQUEST, out);
}

/*
 * Recovers a probe from a quotation and judges whose it is. Of unrelated probes, 2^-64 pass as rewritten (by
 * T2), 2^-96 as ours (by T2 and half of T1), and 2^-31 as untimed or cut (by two fields of T1).
 */
static inline enum probe_origin icmp6_recover(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                              const uint8_t *icmp, const uint8_t *end,
                                              struct quoted_probe *out)
{
    bool whole = HAS_BYTES(icmp, ICMP_HEADER + STAMP_LENGTH, end);
    struct ipv6_stamp stamp;

    (void)port;
    if (__builtin_expect(whole && ipv6_stamp_is_right(key, PROTOCOL_ICMPV6, icmp + ICMP_HEADER, &stamp), 1)) {
        out->quoted_ttl = ip[IPV6_HOP_LIMIT];
        return ipv6_judge_stamp(key, PROTOCOL_ICMPV6, address_load(ip + IPV6_SOURCE),
                                address_load(ip + IPV6_DESTINATION), &stamp, out);
    }
    struct ipv6_reading reading = ipv6_read(ip, icmp, !whole || ipv6_stamp_is_padding(icmp + ICMP_HEADER));
    return icmp6_recover_changed(&key, &reading, out);
}

/* Reads a reply as the request that it answers, which went between the same addresses in the other direction. */
static __attribute__((noinline, unused)) enum probe_origin
icmp6_answer_changed(const struct siphash_key *key, struct ipv6_reading *reading, struct quoted_probe *out)
{
    struct address replier = reading->source;

    reading->source = reading->target;
    reading->target = replier;
    reading->hop_limit = 0;
    return icmp6_judge_changed(key, reading, ICMP6_REPLY, out);
}

/*
 * Recognizes the target's Echo Reply (RFC 4443, section 4.2), which returns the data. So `out` has the target
 * that was probed, also if another address answers. If the data was changed, the answering address must be the
 * target. Of unrelated replies the same shares pass as of quotations, but only 2^-32 as untimed or cut.
 */
static inline enum probe_origin icmp6_answer(struct siphash_key key, uint16_t port, const uint8_t *ip,
                                             const uint8_t *icmp, const uint8_t *end,
                                             struct quoted_probe *out, enum reply_kind *kind)
{
    bool whole = HAS_BYTES(icmp, ICMP6_PARTS, end);
    struct ipv6_stamp stamp;

    (void)port;
    if (load_be16(icmp) != ICMP6_REPLY)
        return PROBE_FOREIGN;
    *kind = REPLY_ECHO;
    if (__builtin_expect(whole && ipv6_stamp_is_right(key, PROTOCOL_ICMPV6, icmp + ICMP_HEADER, &stamp), 1)) {
        out->quoted_ttl = 0;
        return ipv6_judge_stamp(key, PROTOCOL_ICMPV6, address_load(ip + IPV6_DESTINATION),
                                address_load(icmp + ICMP6_DATA_TARGET), &stamp, out);
    }
    struct ipv6_reading reading = ipv6_read(ip, icmp, !whole);
    return icmp6_answer_changed(&key, &reading, out);
}
