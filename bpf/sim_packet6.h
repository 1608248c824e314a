// SPDX-License-Identifier: GPL-2.0-or-later
/* What the simulated routers read of an IPv6 packet, and the header that all their replies share. */
#pragma once

#include "sim_message.h"

#define EXTENSIONS_END (IPV6_HEADER + EXTENSIONS_BYTES)

struct arrival6 {
    struct arrival seen; /* what the world is asked about */
    struct address source, target;
    uint32_t first_word; /* version, traffic class, flow label */
    uint32_t transport;  /* where what is behind all extension headers begins */
    uint32_t named_at;   /* where its protocol is named */
};

/* What the IPv6 header of a reply says, apart from its destination, which sent the packet. */
struct reply_header6 {
    struct address source, destination;
    uint32_t first_word, length; /* of what is behind the header */
    uint8_t next_header, hop_limit;
};

/* What bpf_csum_diff() sums at once, at most: before Linux 6.14 it had a copy on the stack. */
#define SUMMED_AT_ONCE 512
#define SUMS           3

/* Where a reply is made: too large for the stack, of which the way to the hop takes half. The verifier knows
 * lengths by their bits alone: as much as a part has follows. */
struct desk6 {
    uint32_t link; /* bytes of link header */
    struct arrival6 arrival;
    struct sim_hop hop;
    struct address from; /* with which the hop answers */
    struct reply_header6 header;
    uint8_t icmp[SUMS * SUMMED_AT_ONCE + SUMMED_AT_ONCE];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct desk6);
} desks6 SEC(".maps");

static __always_inline bool is_gateway6(struct address address)
{
    return address_equal(address, SIM_GATEWAY_LINK_LOCAL) ||
           address_equal(address, sim_address6(SIM_GATEWAY_ADDRESS));
}

/* Who has but an address of the link is heard by the gateway, and no further (RFC 4291, section 2.5.6). */
static __always_inline bool is_answerable6(struct address source, struct address target)
{
    return sim_is_unicast6(source) || (sim_is_link_local6(source) && is_gateway6(target));
}

/* Reads a packet that has eight bytes behind its extension headers and is first of its fragments, from an
 * address to which errors may be sent (RFC 4443, section 2.4 e). */
static __always_inline bool read_packet6(const uint8_t *ip, const uint8_t *end, struct arrival6 *arrival)
{
    struct arrival *seen = &arrival->seen;
    struct reply_walk walk;

    if (!HAS_BYTES(ip, IPV6_HEADER, end) || ip_version(ip) != FAMILY_IPV6 || ip[IPV6_HOP_LIMIT] == 0)
        return false;

    uint32_t length = IPV6_HEADER + load_be16(ip + IPV6_PAYLOAD_LENGTH);
    const uint8_t *transport = reply_behind_ipv6(ip, end, &walk);
    if (!transport || reply_is_extension(walk.protocol) || length > (uint64_t)(end - ip) ||
        IPV6_HEADER + walk.length + QUOTED_MIN > length)
        return false;

    arrival->first_word = load_be32(ip);
    arrival->source = address_load(ip + IPV6_SOURCE);
    arrival->target = address_load(ip + IPV6_DESTINATION);
    arrival->transport = IPV6_HEADER + walk.length;
    arrival->named_at = walk.named_at;
    seen->total_length = (uint16_t)length;
    seen->whole = !walk.fragment;
    seen->ttl = ip[IPV6_HOP_LIMIT];
    seen->protocol = walk.protocol;
    seen->flow = sim_flow_hash6(arrival->source, arrival->target, arrival->first_word & IPV6_FLOW_LABEL,
                                walk.protocol, load_be32(transport));
    seen->packet = sim_packet_number((uint16_t)length, load_be16(transport + UDP_CHECKSUM));
    return is_answerable6(arrival->source, arrival->target);
}

static __always_inline uint32_t sum_address(struct address address)
{
    return checksum_u64(address.high) + checksum_u64(address.low);
}

static __always_inline void write_ipv6(uint8_t *ip, const struct reply_header6 *header)
{
    store_be32(ip, header->first_word);
    store_be16(ip + IPV6_PAYLOAD_LENGTH, (uint16_t)header->length);
    ip[IPV6_NEXT_HEADER] = header->next_header;
    ip[IPV6_HOP_LIMIT] = header->hop_limit;
    address_store(ip + IPV6_SOURCE, header->source);
    address_store(ip + IPV6_DESTINATION, header->destination);
}

/*
 * Turns the frame into the start of an answer from the address that was asked: `length` bytes behind an IPv6
 * header, which are those behind the packet's own headers. Traffic class stays, extension headers and flow
 * label do not. Packet pointers are stale afterwards.
 */
static __always_inline bool start_answer6(struct xdp_md *ctx, uint32_t link, struct desk6 *desk,
                                          uint32_t length)
{
    uint32_t extensions = desk->arrival.transport - IPV6_HEADER;

    desk->header = (struct reply_header6){
        .source = desk->arrival.target,
        .destination = desk->arrival.source,
        .first_word = desk->arrival.first_word & ~IPV6_FLOW_LABEL,
        .length = length,
        .next_header = desk->arrival.seen.protocol,
        .hop_limit = desk->hop.reply_ttl,
    };
    if (!extend_frame(ctx, link, IPV6_HEADER + extensions + length, -(int)extensions))
        return false;

    uint8_t *ip = (uint8_t *)(long)ctx->data + link;
    if (!HAS_BYTES(ip, IPV6_HEADER, (const uint8_t *)(long)ctx->data_end))
        return false;
    write_ipv6(ip, &desk->header);
    return true;
}
