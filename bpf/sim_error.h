// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ICMP errors of the simulated routers and targets, over IPv4.
 *
 *   probe   [ Ethernet, tags | IPv4 | transport … ]
 *   reply   [ Ethernet, tags | IPv4 | ICMP | IPv4 | transport | extension ]
 *
 * The probe's headers stay where they are and become the quotation; 28 bytes are added in front, and the rest
 * of the probe is cut off. Only TTL and IP checksum of the probe change, as in every router. Most errors quote
 * eight bytes: they are built in place, with as few helper calls as possible.
 */
#pragma once

#include "sim_message.h"

#define MORE_IN_FRONT (IPV4_HEADER + ICMP_HEADER)

/* RFC 4884: before an extension the quotation is padded with zeros, to a length that the header gives in words. */
#define QUOTATION_ROOM (ICMP_PADDED_QUOTATION + EXTENSION_ROOM)

_Static_assert(QUOTATION_ROOM >= IPV4_HEADER + SIM_QUOTATION_LONG, "room for every quotation");
_Static_assert((ICMP_HEADER + QUOTATION_ROOM) % 4 == 0, "bpf_csum_diff() sums words of 32 bits");

#define TIME_EXCEEDED        ICMP_ERROR(ICMP_TIME_EXCEEDED_TYPE, ICMP_TTL_EXCEEDED)
#define PROTOCOL_UNREACHABLE ICMP_ERROR(ICMP_DESTINATION_UNREACHABLE, ICMP_PROTOCOL_UNREACHABLE)
#define PORT_UNREACHABLE     ICMP_ERROR(ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE)

/* Updates a checksum for a changed address (RFC 1624, equation 3). */
static __always_inline void readdress(uint8_t *checksum, uint32_t from, uint32_t to)
{
    uint32_t old = (uint16_t)~load_be16(checksum);

    store_be16(checksum, checksum_finish(old + checksum_u32(~from) + checksum_u32(to)));
}

/* Changes the quotation to the packet that the hop received: another TTL, perhaps another destination, matching
 * checksums. */
static __always_inline void age_quotation(uint8_t *quotation, const struct arrival *arrival,
                                          const struct sim_hop *hop)
{
    uint32_t ttl = sim_quoted_ttl(hop, arrival->ttl);
    uint32_t sum = arrival->ip_sum + (ttl << 8) + arrival->protocol;
    uint8_t *udp_checksum = quotation + IPV4_HEADER + UDP_CHECKSUM;

    quotation[IPV4_TTL] = (uint8_t)ttl;
    if (hop->rewritten) {
        store_be32(quotation + IPV4_DESTINATION, hop->rewritten);
        sum += checksum_u32(hop->rewritten) - checksum_u32(arrival->target);
        if (arrival->protocol == PROTOCOL_UDP && load_be16(udp_checksum))
            readdress(udp_checksum, arrival->target, hop->rewritten);
    }
    store_be16(quotation + IPV4_CHECKSUM, checksum_finish(sum));
}

/* Moves the link header to the new front and swaps its addresses. It always copies the room for two tags; if
 * there are fewer, the IPv4 header overwrites the rest. */
static __always_inline void turn_link_header(uint8_t *frame)
{
    const uint8_t *old = frame + MORE_IN_FRONT;

    __builtin_memcpy(frame, old + ETHERNET_ADDRESS, ETHERNET_ADDRESS);
    __builtin_memcpy(frame + ETHERNET_ADDRESS, old, ETHERNET_ADDRESS);
    __builtin_memcpy(frame + ETHERNET_TYPE, old + ETHERNET_TYPE, LONGEST_LINK - ETHERNET_TYPE);
}

/* The quoted IPv4 header is valid, so its sum is known and need not be computed. */
static __always_inline void write_short_icmp(uint8_t *icmp, uint16_t error, const struct sim_hop *hop)
{
    const uint8_t *transport = icmp + ICMP_HEADER + IPV4_HEADER;
    uint32_t sum = error + CHECKSUM_ONES;

    for (int i = 0; i < SIM_QUOTATION_SHORT; i += 2)
        sum += load_be16(transport + i);
    store_be16(icmp, error);
    store_be16(icmp + ICMP_CHECKSUM, checksum_finish(sum) ^ (hop->bogus == SIM_BOGUS_CHECKSUM ? FAULT : 0));
    store_be32(icmp + ICMP_IDENTIFIER, 0);
}

static __always_inline bool send_short_error(struct xdp_md *ctx, uint32_t link, const struct arrival *arrival,
                                             const struct sim_hop *hop, uint16_t error)
{
    if (!resize(ctx, link + QUOTATION_MIN) || bpf_xdp_adjust_head(ctx, -MORE_IN_FRONT))
        return false;

    uint8_t *frame = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    uint8_t *ip = frame + link;
    if (!HAS_BYTES(frame, MORE_IN_FRONT + LONGEST_LINK, end) ||
        !HAS_BYTES(ip, MORE_IN_FRONT + QUOTATION_MIN, end))
        return false;

    turn_link_header(frame);
    write_error_ipv4(ip, arrival, hop, MORE_IN_FRONT + QUOTATION_MIN);
    age_quotation(ip + MORE_IN_FRONT, arrival, hop);
    write_short_icmp(ip + IPV4_HEADER, error, hop);
    return true;
}

/* How many bytes of the probe are quoted. */
static __always_inline uint32_t quoted_bytes(const struct arrival *arrival, const struct sim_hop *hop)
{
    uint32_t most = IPV4_HEADER + hop->quotation;

    if (hop->bogus == SIM_BOGUS_TRUNCATED)
        return IPV4_HEADER;
    if (hop->label_count && most > ICMP_PADDED_QUOTATION)
        most = ICMP_PADDED_QUOTATION;
    return most < arrival->total_length ? most : arrival->total_length;
}

/* Sums the whole room; the part that is cut off later is zero. */
static __always_inline void write_long_icmp(uint8_t *icmp, uint16_t error, const struct sim_hop *hop)
{
    store_be16(icmp, error);
    store_be16(icmp + ICMP_CHECKSUM, 0);
    store_be32(icmp + ICMP_IDENTIFIER, is_extended(hop) ? (ICMP_PADDED_QUOTATION / 4) << 16 : 0);

    uint64_t sum = (uint64_t)bpf_csum_diff(0, 0, (__be32 *)(void *)icmp, ICMP_HEADER + QUOTATION_ROOM, 0);
    uint16_t checksum = checksum_finish((uint32_t)sum); /* in memory order */
    __builtin_memcpy(icmp + ICMP_CHECKSUM, &checksum, 2);
    if (hop->bogus == SIM_BOGUS_CHECKSUM)
        store_be16(icmp + ICMP_CHECKSUM, load_be16(icmp + ICMP_CHECKSUM) ^ FAULT);
}

/* Long messages are built here, because they are too large for the stack. */
struct message {
    uint8_t icmp[ICMP_HEADER + QUOTATION_ROOM];
};

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct message);
} long_message SEC(".maps");

/* Builds the ICMP message. The part after the quotation and the extension is zero. */
static __always_inline bool build_message(struct xdp_md *ctx, uint32_t link, const struct arrival *arrival,
                                          const struct sim_hop *hop, uint16_t error, uint8_t *icmp)
{
    uint8_t *quotation = icmp + ICMP_HEADER;
    uint64_t quoted = quoted_bytes(arrival, hop);

    if (!is_length(&quoted, QUOTATION_ROOM) || bpf_xdp_load_bytes(ctx, link, quotation, quoted))
        return false;
    age_quotation(quotation, arrival, hop);
    if (is_extended(hop))
        write_extension(quotation + ICMP_PADDED_QUOTATION, hop);
    write_long_icmp(icmp, error, hop);
    return true;
}

/* Sends an error with a long quotation, with labels, or without the eight bytes. The message is built in a
 * buffer, and the frame is lengthened at its front, because a frame from veth has hardly any room at its end. */
static __always_inline bool send_long_error(struct xdp_md *ctx, uint32_t link, const struct arrival *arrival,
                                            const struct sim_hop *hop, uint16_t error)
{
    struct message *message = bpf_map_lookup_elem(&long_message, &(__u32){0});
    uint32_t behind_icmp =
        is_extended(hop) ? ICMP_PADDED_QUOTATION + extension_bytes(hop) : quoted_bytes(arrival, hop);
    uint64_t length = ICMP_HEADER + behind_icmp;

    if (!message)
        return false;
    *message = (struct message){{0}};
    if (!build_message(ctx, link, arrival, hop, error, message->icmp) ||
        !extend_frame(ctx, link, QUOTATION_MIN, (int)(MORE_IN_FRONT + behind_icmp - QUOTATION_MIN)))
        return false;

    uint8_t *ip = (uint8_t *)(long)ctx->data + link;
    const uint8_t *end = (void *)(long)ctx->data_end;
    if (!HAS_BYTES(ip, IPV4_HEADER, end))
        return false;
    write_error_ipv4(ip, arrival, hop, MORE_IN_FRONT + behind_icmp);
    return is_length(&length, sizeof(message->icmp)) &&
           bpf_xdp_store_bytes(ctx, link + IPV4_HEADER, message->icmp, length) == 0;
}

/* Turns the frame into an ICMP error of `hop`. Returns false if the frame cannot be resized. */
static __always_inline bool send_error(struct xdp_md *ctx, uint32_t link, const struct arrival *arrival,
                                       const struct sim_hop *hop, uint16_t error)
{
    if (hop->quotation > SIM_QUOTATION_SHORT || hop->label_count || hop->bogus == SIM_BOGUS_TRUNCATED)
        return send_long_error(ctx, link, arrival, hop, error);
    return send_short_error(ctx, link, arrival, hop, error);
}
