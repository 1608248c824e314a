// SPDX-License-Identifier: GPL-2.0-or-later
/* Reading IPv4 packets, writing the headers that all replies share, and changes to frames of both families. */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "bytes.h"
#include "checksum.h"
#include "reply_parse.h"
#include "sim_hop.h"

#define LONGEST_LINK (ETHERNET_HEADER + 2 * VLAN_TAG)

struct arrival {
    uint32_t source, target; /* for IPv6, `target` is a number (sim_address.h) and `source` is not set */
    uint64_t flow;
    uint32_t packet;       /* sim_packet_number() */
    uint32_t ip_sum;       /* of the IPv4 header without its checksum, TTL and protocol */
    uint16_t total_length; /* of the packet, from its IP header on */
    uint16_t ip_id;        /* of an IPv4 packet; later that of the reply (sim_counter.h) */
    uint8_t tos, ttl, protocol;
    bool whole; /* no fragment */
};

/* Sums the IPv4 header. Returns false if its checksum is wrong: routers drop such packets (RFC 1812, section
 * 4.2.2.5). */
static __always_inline bool sum_ipv4(const uint8_t *ip, struct arrival *arrival)
{
    uint32_t sum = 0;

    for (int i = 0; i < IPV4_HEADER; i += 2)
        if (i != IPV4_TTL && i != IPV4_CHECKSUM)
            sum += load_be16(ip + i);
    arrival->ip_sum = sum;
    return checksum_fold(sum + load_be16(ip + IPV4_TTL) + load_be16(ip + IPV4_CHECKSUM)) == CHECKSUM_ONES;
}

/* Reads a packet without IPv4 options, with a correct header checksum and the eight bytes after the header that
 * every reply quotes, and which is not a later fragment: other packets cause no errors (RFC 1812, section
 * 4.3.2.7). */
static __always_inline bool read_packet(const uint8_t *ip, const uint8_t *end, struct arrival *arrival)
{
    if (!HAS_BYTES(ip, QUOTATION_MIN, end) || ip[0] != IPV4_FIRST_BYTE)
        return false;

    const uint8_t *transport = ip + IPV4_HEADER;
    uint32_t total_length = load_be16(ip + IPV4_TOTAL_LENGTH), fragment = load_be16(ip + IPV4_FRAGMENT);
    if (total_length > (uint64_t)(end - ip) || total_length < QUOTATION_MIN)
        return false;
    if (ip[IPV4_TTL] == 0 || fragment & IPV4_FRAGMENT_OFFSET || !sum_ipv4(ip, arrival))
        return false;

    arrival->total_length = (uint16_t)total_length;
    arrival->whole = !(fragment & IPV4_MORE_FRAGMENTS);
    arrival->tos = ip[IPV4_TOS];
    arrival->ttl = ip[IPV4_TTL];
    arrival->protocol = ip[IPV4_PROTOCOL];
    arrival->source = load_be32(ip + IPV4_SOURCE);
    arrival->target = load_be32(ip + IPV4_DESTINATION);
    arrival->flow =
        sim_flow_hash(arrival->source, arrival->target, arrival->protocol, load_be16(transport + PORT_SOURCE),
                      load_be16(transport + PORT_DESTINATION));
    arrival->ip_id = load_be16(ip + IPV4_ID);
    arrival->packet = sim_packet_number(arrival->ip_id, load_be16(transport + UDP_CHECKSUM));
    return true;
}

/* The IPv4 header of a reply, except its destination, which is the sender of the packet. */
struct reply_header {
    uint32_t source;
    uint32_t total_length;
    uint8_t tos, ttl, protocol;
};

static __always_inline void write_ipv4(uint8_t *ip, const struct arrival *arrival,
                                       const struct reply_header *header)
{
    uint32_t sum = (IPV4_FIRST_BYTE << 8) + header->tos + header->total_length + arrival->ip_id +
                   ((uint32_t)header->ttl << 8) + header->protocol + checksum_u32(header->source) +
                   checksum_u32(arrival->source);

    ip[0] = IPV4_FIRST_BYTE;
    ip[IPV4_TOS] = header->tos;
    store_be16(ip + IPV4_TOTAL_LENGTH, (uint16_t)header->total_length);
    store_be32(ip + IPV4_ID, (uint32_t)arrival->ip_id << 16);
    ip[IPV4_TTL] = header->ttl;
    ip[IPV4_PROTOCOL] = header->protocol;
    store_be16(ip + IPV4_CHECKSUM, checksum_finish(sum));
    store_be32(ip + IPV4_SOURCE, header->source);
    store_be32(ip + IPV4_DESTINATION, arrival->source);
}

/* Errors come from the address of the hop. */
static __always_inline void write_error_ipv4(uint8_t *ip, const struct arrival *arrival,
                                             const struct sim_hop *hop, uint32_t total_length)
{
    const struct reply_header header = {
        .source = hop->address,
        .total_length = total_length,
        .tos = 0xc0, /* internetwork control (RFC 1812, section 4.3.2.5) */
        .ttl = hop->reply_ttl,
        .protocol = PROTOCOL_ICMP,
    };

    write_ipv4(ip, arrival, &header);
}

/* Answers come from the address that was probed, even if the target has others. */
static __always_inline void write_answer_ipv4(uint8_t *ip, const struct arrival *arrival,
                                              const struct sim_hop *hop, uint8_t tos, uint32_t total_length)
{
    const struct reply_header header = {
        .source = arrival->target,
        .total_length = total_length,
        .tos = tos,
        .ttl = hop->reply_ttl,
        .protocol = arrival->protocol,
    };

    write_ipv4(ip, arrival, &header);
}

static __always_inline void swap_macs(uint8_t *frame)
{
    uint8_t destination[ETHERNET_ADDRESS];

    __builtin_memcpy(destination, frame, ETHERNET_ADDRESS);
    __builtin_memcpy(frame, frame + ETHERNET_ADDRESS, ETHERNET_ADDRESS);
    __builtin_memcpy(frame + ETHERNET_ADDRESS, destination, ETHERNET_ADDRESS);
}

/* Cuts the frame, or lengthens it with zeros, to `length`. Packet pointers are invalid afterwards. */
static __always_inline bool resize(struct xdp_md *ctx, uint32_t length)
{
    int now = (int)(ctx->data_end - ctx->data);

    barrier_var(now); /* the verifier refuses arithmetic that the compiler moved across the packet's end */
    return bpf_xdp_adjust_tail(ctx, (int)length - now) == 0;
}
