// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What layouts over IPv6 share. Routers quote as much of a packet as fits into 1,280 bytes (RFC 4443, section
 * 2.4 c), so the payload of UDP probes and Echo Requests can carry the proof and the time: the stamp.
 *
 *    0  probe tag T2   PRF64(key; send time, flow, hop limit, protocol, half of T1)
 *    8  send time      32 bits
 *   12  half of T1
 *   16  flow, hop limit, a zero
 *   20  what makes the transport's checksum true
 *
 * The target tag T1 is PRF64(key; source, target, protocol, flow). Its other half is in the fields that routers
 * hash, such as the flow label, and proves a quotation that ends before the stamp.
 *
 * So T2 proves the stamp, even if the headers were changed. The half of T1 in the stamp binds it to its
 * addresses: nobody can combine it with the headers of another probe.
 */
#pragma once

#include "layout.h"
#include "reply_parse.h"

#define STAMP_TIME      8
#define STAMP_TAG       12
#define STAMP_FLOW      16
#define STAMP_HOP_LIMIT 18
#define STAMP_SUM       20
#define STAMP_LENGTH    22

struct ipv6_stamp {
    uint32_t time; /* microseconds */
    uint32_t tag;  /* half of T1 */
    uint16_t flow;
    uint8_t hop_limit;
};

/* ipv6_tag_start() returns the state of T1's hash before the target is absorbed. */
static inline struct siphash_state ipv6_tag_start(struct siphash_key key, struct address source)
{
    struct siphash_state state = siphash_start(key);

    siphash_absorb(&state, source.high);
    siphash_absorb(&state, source.low);
    return state;
}

/* ipv6_target_tag() returns T1, computed over flow or port. The parts taken from it do not overlap, except that
 * of the stamp, which T2 proves. */
static inline __attribute__((always_inline)) uint64_t
ipv6_target_tag(struct siphash_state start, struct address target, uint8_t protocol, uint16_t more)
{
    siphash_absorb(&start, target.high);
    siphash_absorb(&start, target.low);
    return siphash_finish(start, more | (uint64_t)protocol << 16, 2 * ADDRESS_BYTES + 3);
}

static inline uint32_t ipv6_label_of(uint64_t tag)
{
    return (uint32_t)(tag >> 44);
}

/* The part for a port or an identifier. */
static inline uint16_t ipv6_port_of(uint64_t tag)
{
    return (uint16_t)(tag >> 28);
}

/* The part for a checksum. In UDP a checksum of 0 means "none" (RFC 8200, section 8.1), so the other form of
 * zero is used. */
static inline uint16_t ipv6_checksum_of(uint64_t tag)
{
    uint16_t checksum = (uint16_t)(tag >> 12);

    return checksum_not_zero(checksum);
}

static inline uint32_t ipv6_stamp_of(uint64_t tag)
{
    return (uint32_t)tag;
}

/* ipv6_probe_tag() returns T2. T1 is absorbed last, so that the processor can hash the first word while it
 * still computes T1. */
static inline __attribute__((always_inline)) uint64_t
ipv6_probe_tag(struct siphash_key key, const struct ipv6_stamp *stamp, uint8_t protocol)
{
    struct siphash_state state = siphash_start(key);

    siphash_absorb(&state, stamp->time | (uint64_t)stamp->flow << 32 | (uint64_t)stamp->hop_limit << 48 |
                               (uint64_t)protocol << 56);
    return siphash_finish(state, stamp->tag, 8 + 4);
}

static inline uint32_t ipv6_address_sum(struct address address)
{
    return checksum_u64(address.high) + checksum_u64(address.low);
}

/* layout_template_ipv6() fills in all that IPv6 needs except `key_tag`. It sets `transport_sum` to the constant
 * part of the pseudo-header (RFC 8200, section 8.1). */
static inline void layout_template_ipv6(struct layout_template *t, struct siphash_key key,
                                        struct address source, uint16_t port, uint8_t protocol)
{
    t->key = key;
    t->source = source;
    t->target_tag_start = ipv6_tag_start(key, source);
    t->transport_sum = protocol + ipv6_address_sum(source);
    t->port = port;
    layout_fill(t, 0, "");
}

/* layout_prepare_ipv6() writes the fields of the IPv6 header that no probe changes, and the filler. */
static inline void layout_prepare_ipv6(const struct layout_template *t, uint8_t protocol, uint8_t *ip,
                                       unsigned crafted, unsigned longest)
{
    layout_prepare_filler(t, ip, crafted, longest);
    ip[IPV6_NEXT_HEADER] = protocol;
    address_store(ip + IPV6_SOURCE, t->source);
}

/* layout_patch_ipv6() writes the fields of the IPv6 header that each probe changes. */
static inline __attribute__((always_inline)) void layout_patch_ipv6(uint8_t *ip, struct address target,
                                                                    uint32_t label, uint8_t hop_limit,
                                                                    uint16_t payload_length)
{
    store_be32(ip, IPV6_FIRST_WORD | label);
    store_be16(ip + IPV6_PAYLOAD_LENGTH, payload_length);
    ip[IPV6_HOP_LIMIT] = hop_limit;
    address_store(ip + IPV6_DESTINATION, target);
}

/* ipv6_stamp_write() writes a stamp, with the word that makes the transport's checksum correct. `sum` is the
 * sum of everything else that the checksum covers. */
static inline __attribute__((always_inline)) void
ipv6_stamp_write(uint8_t *at, const struct ipv6_stamp *stamp, uint64_t probe_tag, uint32_t sum)
{
    uint64_t time_and_tag = (uint64_t)stamp->time << 32 | stamp->tag;
    uint32_t flow_and_hop_limit = (uint32_t)stamp->flow << 16 | (uint32_t)stamp->hop_limit << 8;

    sum += checksum_u64(probe_tag) + checksum_u64(time_and_tag) + checksum_u32(flow_and_hop_limit);
    store_be64(at, probe_tag);
    store_be64(at + STAMP_TIME, time_and_tag);
    store_be32(at + STAMP_FLOW, flow_and_hop_limit);
    store_be16(at + STAMP_SUM, checksum_finish(sum));
}

static inline __attribute__((always_inline)) struct ipv6_stamp ipv6_stamp_read(const uint8_t *at)
{
    return (struct ipv6_stamp){
        .time = load_be32(at + STAMP_TIME),
        .tag = load_be32(at + STAMP_TAG),
        .flow = load_be16(at + STAMP_FLOW),
        .hop_limit = at[STAMP_HOP_LIMIT],
    };
}

/* ipv6_stamp_is_right() reads the stamp at `at` and returns whether it is ours. */
static inline __attribute__((always_inline)) bool
ipv6_stamp_is_right(struct siphash_key key, uint8_t protocol, const uint8_t *at, struct ipv6_stamp *out)
{
    *out = ipv6_stamp_read(at);
    return load_be64(at) == ipv6_probe_tag(key, out, protocol);
}

/* Whether there is padding in place of a stamp: a router cut the quotation and padded it (RFC 4884, section
 * 5.3). */
static inline bool ipv6_stamp_is_padding(const uint8_t *at)
{
    return (load_be64(at) | load_be64(at + STAMP_TIME)) == 0;
}

/* ipv6_judge_stamp() judges a right stamp between these addresses, and fills `out`. */
static inline __attribute__((always_inline)) enum probe_origin
ipv6_judge_stamp(struct siphash_key key, uint8_t protocol, struct address source, struct address target,
                 const struct ipv6_stamp *stamp, struct quoted_probe *out)
{
    uint64_t tag = ipv6_target_tag(ipv6_tag_start(key, source), target, protocol, stamp->flow);

    out->source = source;
    out->probe.target_address = target;
    out->probe.flow = stamp->flow;
    out->probe.ttl = stamp->hop_limit;
    out->sent_at = stamp->time;
    return stamp->tag == ipv6_stamp_of(tag) ? PROBE_OURS : PROBE_REWRITTEN;
}

/* The fields of a quotation without a correct stamp: of the IPv6 header and the next eight bytes. */
struct ipv6_reading {
    struct address source, target;
    uint32_t first_word;
    uint16_t words[QUOTED_MIN / 2]; /* of the transport's header */
    uint16_t payload_length;
    uint8_t next_header, hop_limit;
    bool cut; /* there is no stamp at all */
};

static inline __attribute__((always_inline)) struct ipv6_reading ipv6_read(const uint8_t *ip,
                                                                           const uint8_t *transport, bool cut)
{
    return (struct ipv6_reading){
        .source = address_load(ip + IPV6_SOURCE),
        .target = address_load(ip + IPV6_DESTINATION),
        .first_word = load_be32(ip),
        .words = {load_be16(transport), load_be16(transport + sizeof(uint16_t)),
                  load_be16(transport + 2 * sizeof(uint16_t)), load_be16(transport + 3 * sizeof(uint16_t))},
        .payload_length = load_be16(ip + IPV6_PAYLOAD_LENGTH),
        .next_header = ip[IPV6_NEXT_HEADER],
        .hop_limit = ip[IPV6_HOP_LIMIT],
        .cut = cut,
    };
}

/* Not inlined, like all that is rarely needed, because the filter has few registers. */
static __attribute__((noinline, unused)) uint64_t ipv6_tag_of(const struct siphash_key *key,
                                                              const struct ipv6_reading *reading,
                                                              uint8_t protocol, uint16_t more)
{
    return ipv6_target_tag(ipv6_tag_start(*key, reading->source), reading->target, protocol, more);
}

static inline bool ipv6_has_label(const struct ipv6_reading *reading, uint32_t label)
{
    return (reading->first_word & IPV6_FLOW_LABEL) == label;
}

/* The hop limit that follows from a length. `empty` is the part of the length that all probes have. 0: no probe
 * has this length. */
static inline uint8_t ipv6_hop_limit_of(unsigned length, unsigned empty)
{
    unsigned hop_limit = length - empty;

    return hop_limit <= PROBE_MAX_TTL ? (uint8_t)hop_limit : 0;
}

static inline void ipv6_fill(const struct ipv6_reading *reading, uint16_t flow, uint8_t hop_limit,
                             struct quoted_probe *out)
{
    out->source = reading->source;
    out->probe.target_address = reading->target;
    out->probe.flow = flow;
    out->probe.ttl = hop_limit;
    out->quoted_ttl = reading->hop_limit;
    out->sent_at = 0;
}
