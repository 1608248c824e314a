// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading IPv6 packets, and the header that all replies share. */
#pragma once

#include "sim_message.h"

#define EXTENSIONS_END (IPV6_HEADER + EXTENSIONS_BYTES)

struct arrival6 {
    struct arrival seen; /* the fields that the simulated world needs */
    struct address source, target;
    uint32_t first_word; /* version, traffic class, flow label */
    uint32_t transport;  /* the offset of what follows all extension headers */
    uint32_t named_at;   /* the offset of the field with its protocol */
};

/* The IPv6 header of a reply, except its destination, which is the sender of the packet. */
struct reply_header6 {
    struct address source, destination;
    uint32_t first_word, length; /* `length`: of what follows the header */
    uint8_t next_header, hop_limit;
};

/* The most that bpf_csum_diff() sums at once: before Linux 6.14 it copied to the stack. */
#define SUMMED_AT_ONCE 512
#define SUMS           3

/* The buffer in which a reply is built. It is too large for the stack, half of which the computation of the hop
 * takes. The verifier knows lengths only by their bits, so each part is followed by as much room again. */
struct desk6 {
    uint32_t link; /* bytes of link header */
    struct arrival6 arrival;
    struct sim_hop hop;
    struct address from; /* the address from which the hop answers */
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

/* Only the gateway answers packets from a link-local address: these are not forwarded (RFC 4291, section
 * 2.5.6). */
static __always_inline bool is_answerable6(struct address source, struct address target)
{
    return sim_is_unicast6(source) || (sim_is_link_local6(source) && is_gateway6(target));
}

/* Reads a packet with eight bytes after its extension headers, which is not a later fragment, from an address
 * to which errors may be sent (RFC 4443, section 2.4 e). */
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
 * Turns the frame into the start of an answer from the address that was probed: an IPv6 header and the `length`
 * bytes that followed the packet's headers. The traffic class is kept, extension headers and flow label are
 * not. Packet pointers are invalid afterwards.
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
