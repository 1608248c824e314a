// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers requests for the gateway's Ethernet address: ARP (RFC 826) and neighbour discovery (RFC 4861). */
#pragma once

#include "sim_error6.h"

#define LONGEST_SOLICITATION 128 /* longer than with all options that hosts send */

#define ALL_NODES     ((struct address){0xff02ULL << 48, 1}) /* RFC 4291, section 2.7.1 */
#define ALL_NODES_MAC ((uint64_t)ETHERNET_GROUP_IPV6 << 32 | 1)

/* Answers an ARP request for the gateway's address, in place. */
static __always_inline bool answer_arp(uint8_t *frame, const uint8_t *end, uint32_t link, uint64_t mac)
{
    uint8_t *arp = frame + link;

    if (!HAS_BYTES(arp, ARP_PACKET, end))
        return false;
    bool is_request = load_be32(arp) == ARP_HARDWARE_AND_PROTOCOL &&
                      load_be32(arp + ARP_LENGTHS_PLACE) == (ARP_LENGTHS << 16 | ARP_REQUEST);
    if (!is_request || load_be32(arp + ARP_TARGET) != SIM_GATEWAY_ADDRESS)
        return false;

    store_be16(arp + ARP_OPERATION, ARP_REPLY);
    /* To the sender of the request: hardware and protocol address. */
    __builtin_memcpy(arp + ARP_TARGET_MAC, arp + ARP_SENDER_MAC, ARP_TARGET_MAC - ARP_SENDER_MAC);
    store_be32(arp + ARP_SENDER, SIM_GATEWAY_ADDRESS);
    __builtin_memcpy(frame, frame + ETHERNET_ADDRESS, ETHERNET_ADDRESS);
    store_be48(arp + ARP_SENDER_MAC, mac);
    store_be48(frame + ETHERNET_ADDRESS, mac);
    return true;
}

#define GROUP_KIND     ETHERNET_GROUP_BYTES /* offset of the first byte of the group itself */
#define SOLICITED_NODE 0xff /* the third byte of an Ethernet address to which solicitations go */

/* Whether a frame is one that a host sends to IPv6 groups by itself: to report its groups, and to find routers.
 * Neighbour solicitations go to other groups (RFC 4291, section 2.7.1; RFC 2464, section 7). */
static __always_inline bool is_for_group(const uint8_t *frame, const uint8_t *end)
{
    return HAS_BYTES(frame, ETHERNET_HEADER, end) && load_be16(frame) == ETHERNET_GROUP_IPV6 &&
           frame[GROUP_KIND] != SOLICITED_NODE;
}

/* A valid solicitation was sent on this link (RFC 4861, section 7.1.1). */
static __always_inline bool is_solicitation(const uint8_t *ip, const uint8_t *end)
{
    return HAS_BYTES(ip, IPV6_HEADER + NEIGHBOUR_MESSAGE, end) && ip[IPV6_NEXT_HEADER] == PROTOCOL_ICMPV6 &&
           ip[IPV6_HOP_LIMIT] == NEIGHBOUR_HOP_LIMIT &&
           load_be16(ip + IPV6_HEADER) == ICMP6_NEIGHBOUR_SOLICITATION << 8;
}

/* Reads the packet at `ip`. Returns false if it is not complete or its checksum is wrong. */
static __always_inline bool read_solicitation(struct xdp_md *ctx, uint32_t link, const uint8_t *ip,
                                              struct desk6 *desk)
{
    uint64_t length = load_be16(ip + IPV6_PAYLOAD_LENGTH);
    uint16_t checksum = load_be16(ip + IPV6_HEADER + ICMP_CHECKSUM);

    desk->header.source = address_load(ip + IPV6_SOURCE);
    desk->header.destination = address_load(ip + IPV6_DESTINATION);
    desk->header.length = (uint32_t)length;
    if (length < NEIGHBOUR_MESSAGE || !is_length(&length, LONGEST_SOLICITATION) ||
        bpf_xdp_load_bytes(ctx, link + IPV6_HEADER, desk->icmp, length))
        return false;
    store_be32(desk->icmp + length, 0);
    store_be16(desk->icmp + ICMP_CHECKSUM, 0);
    finish_message6(desk, 0);
    return load_be16(desk->icmp + ICMP_CHECKSUM) == checksum;
}

/*
 * Turns the solicitation on the desk into the advertisement that answers it. A host that has no address yet
 * asks whether its intended address is already used; the answer goes to all nodes of the link (RFC 4861,
 * section 7.2.4).
 */
static __always_inline void advertise(struct desk6 *desk, bool solicited, uint64_t mac)
{
    uint8_t *icmp = desk->icmp;

    store_be32(icmp, (uint32_t)ICMP6_NEIGHBOUR_ADVERTISEMENT << 24);
    store_be32(icmp + NEIGHBOUR_FLAGS,
               NEIGHBOUR_ROUTER | NEIGHBOUR_OVERRIDE | (solicited ? NEIGHBOUR_SOLICITED : 0));
    store_be16(icmp + NEIGHBOUR_MESSAGE, NEIGHBOUR_TARGET_MAC << 8 | 1); /* its length is one unit */
    store_be48(icmp + NEIGHBOUR_MESSAGE + NEIGHBOUR_OPTION_VALUE, mac);
    desk->header = (struct reply_header6){
        .source = address_load(icmp + NEIGHBOUR_TARGET),
        .destination = solicited ? desk->header.source : ALL_NODES,
        .first_word = IPV6_FIRST_WORD,
        .length = NEIGHBOUR_MESSAGE + NEIGHBOUR_OPTION,
        .next_header = PROTOCOL_ICMPV6,
        .hop_limit = NEIGHBOUR_HOP_LIMIT,
    };
    finish_message6(desk, 0);
}

/* Answers a solicitation for the gateway. */
static __noinline bool answer_solicitation(struct xdp_md *ctx, uint32_t link, struct desk6 *desk,
                                           uint64_t mac)
{
    const uint8_t *ip = (const uint8_t *)(long)ctx->data + link;

    if (!is_solicitation(ip, (const uint8_t *)(long)ctx->data_end) ||
        !is_gateway6(address_load(ip + IPV6_HEADER + NEIGHBOUR_TARGET)) ||
        !read_solicitation(ctx, link, ip, desk))
        return false;

    bool solicited = !address_is_none(desk->header.source);
    advertise(desk, solicited, mac);
    if (!send_message6(ctx, link, desk, IPV6_HEADER + NEIGHBOUR_MESSAGE))
        return false;

    uint8_t *frame = (uint8_t *)(long)ctx->data;
    if (!HAS_BYTES(frame, ETHERNET_HEADER, (const uint8_t *)(long)ctx->data_end))
        return false;
    store_be48(frame + ETHERNET_ADDRESS, mac);
    if (!solicited)
        store_be48(frame, ALL_NODES_MAC);
    return true;
}
