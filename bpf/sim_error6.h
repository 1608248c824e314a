// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ICMPv6 errors of the simulated routers and targets (RFC 4443).
 *
 *   probe   [ Ethernet, tags | IPv6, extension headers | transport … ]
 *   reply   [ Ethernet, tags | IPv6 | ICMPv6 | IPv6, extension headers | transport … | extension ]
 *
 * As much of the probe is quoted as fits into a reply of the smallest MTU. The message is built and summed in a
 * buffer, because its checksum covers all of it.
 */
#pragma once

#include "sim_packet6.h"

#define MORE_IN_FRONT6 (IPV6_HEADER + ICMP_HEADER)
#define MOST_QUOTED6   (IPV6_MIN_MTU - MORE_IN_FRONT6)

#define HOP_LIMIT_EXCEEDED  ICMP_ERROR(ICMP6_TIME_EXCEEDED_TYPE, ICMP6_HOP_LIMIT_EXCEEDED)
#define PORT_UNREACHABLE6   ICMP_ERROR(ICMP6_DESTINATION_UNREACHABLE, ICMP6_PORT_UNREACHABLE)
#define NEXT_HEADER_UNKNOWN ICMP_ERROR(ICMP6_PARAMETER_PROBLEM, ICMP6_NEXT_HEADER_UNKNOWN)

_Static_assert(ICMP_HEADER + MOST_QUOTED6 <= SUMS * SUMMED_AT_ONCE, "room for every message");

/* Returns the sum of `length` bytes; up to three zero bytes follow them. */
static __always_inline uint16_t sum_message6(const struct desk6 *desk, uint32_t length)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < SUMS; i++) {
        uint64_t part = length > i * SUMMED_AT_ONCE ? length - i * SUMMED_AT_ONCE : 0;

        if (part > SUMMED_AT_ONCE)
            part = SUMMED_AT_ONCE;
        part += 3;
        barrier_var(part);
        part &= 2 * SUMMED_AT_ONCE - 4;
        sum = (uint64_t)bpf_csum_diff(0, 0, (__be32 *)(void *)(desk->icmp + i * SUMMED_AT_ONCE), (__u32)part,
                                      (__wsum)sum);
    }
    return BE16(checksum_fold((uint32_t)sum)); /* in memory order */
}

/* Writes the checksum of the message on the desk, which also covers both addresses (RFC 4443, section 2.3). */
static __noinline void finish_message6(struct desk6 *desk, uint16_t fault)
{
    const struct reply_header6 *header = &desk->header;
    uint32_t sum = sum_address(header->source) + sum_address(header->destination) + header->length +
                   PROTOCOL_ICMPV6 + sum_message6(desk, header->length);

    store_be16(desk->icmp + ICMP_CHECKSUM, checksum_finish(sum) ^ fault);
}

/* Changes the quotation to the packet that the hop received: another hop limit, perhaps another destination. */
static __always_inline void age_quotation6(struct desk6 *desk)
{
    uint8_t *quotation = desk->icmp + ICMP_HEADER;

    quotation[IPV6_HOP_LIMIT] = sim_quoted_ttl(&desk->hop, desk->arrival.seen.ttl);
    if (desk->hop.rewritten)
        address_store(quotation + IPV6_DESTINATION, sim_inside6(desk->arrival.target));
}

/* How many bytes of the probe are quoted. */
static __always_inline uint32_t quoted_bytes6(const struct desk6 *desk)
{
    uint32_t most = MOST_QUOTED6, length = desk->arrival.seen.total_length;

    if (desk->hop.bogus == SIM_BOGUS_TRUNCATED)
        return IPV6_HEADER;
    if (is_extended(&desk->hop))
        most = (MOST_QUOTED6 - EXTENSION_ROOM) & -ICMP6_LENGTH_UNIT;
    return most < length ? most : length;
}

/* Before an extension, the length of a quotation is at least 128 bytes and a multiple of eight (RFC 4884,
 * sections 3 and 4.4). */
static __always_inline uint32_t padded_bytes6(uint32_t quoted)
{
    if (quoted < ICMP_PADDED_QUOTATION)
        return ICMP_PADDED_QUOTATION;
    return (quoted + ICMP6_LENGTH_UNIT - 1) & -ICMP6_LENGTH_UNIT;
}

/* Writes zeros after the quotation: up to the end of a word, or the padding before an extension. */
static __always_inline void pad_quotation6(uint8_t *behind, bool extended)
{
    store_be32(behind, 0);
    if (!extended)
        return;
    for (int i = 0; i < ICMP_PADDED_QUOTATION; i += 8)
        store_be64(behind + i, 0);
}

/* Writes quotation and extension. Returns the length of the message, or 0 if the frame cannot be read. */
static __always_inline uint32_t quote6(struct xdp_md *ctx, uint32_t link, struct desk6 *desk)
{
    uint8_t *quotation = desk->icmp + ICMP_HEADER;
    uint64_t quoted = quoted_bytes6(desk);

    if (!is_length(&quoted, MOST_QUOTED6) || bpf_xdp_load_bytes(ctx, link, quotation, quoted))
        return 0;
    age_quotation6(desk);
    pad_quotation6(quotation + quoted, is_extended(&desk->hop));
    if (!is_extended(&desk->hop))
        return ICMP_HEADER + (uint32_t)quoted;

    uint64_t padded = padded_bytes6((uint32_t)quoted);
    if (!is_length(&padded, MOST_QUOTED6))
        return 0;
    write_extension(quotation + padded, &desk->hop);
    desk->icmp[ICMP6_LENGTH] = (uint8_t)(padded / ICMP6_LENGTH_UNIT);
    return ICMP_HEADER + (uint32_t)padded + extension_bytes(&desk->hop);
}

/* Replaces the frame's packet by the message on the desk; `kept` bytes of the packet may stay in place. */
static __noinline bool send_message6(struct xdp_md *ctx, uint32_t link, struct desk6 *desk, uint32_t kept)
{
    uint64_t length = desk->header.length;
    uint32_t wanted = IPV6_HEADER + desk->header.length;

    if (kept > wanted)
        kept = wanted;
    if (!extend_frame(ctx, link, kept, (int)(wanted - kept)))
        return false;

    uint8_t *ip = (uint8_t *)(long)ctx->data + link;
    if (!HAS_BYTES(ip, IPV6_HEADER, (const uint8_t *)(long)ctx->data_end))
        return false;
    write_ipv6(ip, &desk->header);
    return is_length(&length, ICMP_HEADER + MOST_QUOTED6) &&
           bpf_xdp_store_bytes(ctx, link + IPV6_HEADER, desk->icmp, length) == 0;
}

/* Turns the frame into an ICMPv6 error of the hop. `parameter` is the word after the checksum (RFC 4443,
 * section 3.4), 0 for other errors. Returns false if the frame cannot be resized. */
static __noinline bool send_error6(struct xdp_md *ctx, uint32_t link, struct desk6 *desk, uint16_t error,
                                   uint32_t parameter)
{
    const struct arrival6 *arrival = &desk->arrival;
    const struct sim_hop *hop = &desk->hop;

    store_be16(desk->icmp, error);
    store_be16(desk->icmp + ICMP_CHECKSUM, 0);
    store_be32(desk->icmp + ICMP_IDENTIFIER, parameter);
    desk->header = (struct reply_header6){
        .source = desk->from,
        .destination = arrival->source,
        .first_word = IPV6_FIRST_WORD,
        .length = quote6(ctx, link, desk),
        .next_header = PROTOCOL_ICMPV6,
        .hop_limit = hop->reply_ttl,
    };
    finish_message6(desk, hop->bogus == SIM_BOGUS_CHECKSUM ? FAULT : 0);
    return desk->header.length && send_message6(ctx, link, desk, arrival->seen.total_length);
}
