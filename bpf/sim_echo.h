// SPDX-License-Identifier: GPL-2.0-or-later
/* Echo Reply (RFC 792; RFC 1122, section 3.2.2.6): the request is turned into the reply. */
#pragma once

#include "sim_packet.h"

/* Routers send no error about an error (RFC 1812, section 4.3.2.7). */
static __always_inline bool is_icmp_error(const uint8_t *icmp)
{
    uint8_t type = icmp[ICMP_TYPE];

    return type == ICMP_DESTINATION_UNREACHABLE || type == ICMP_SOURCE_QUENCH_TYPE ||
           type == ICMP_REDIRECT_TYPE || type == ICMP_TIME_EXCEEDED_TYPE || type == ICMP_PARAMETER_PROBLEM;
}

/*
 * Turns a whole Echo Request into its reply. Identifier, sequence number and data stay the same, so the
 * checksum changes only by the type (RFC 1624, equation 3), and a wrong checksum stays wrong. The type of
 * service stays the same, too (RFC 1812, section 4.3.2.5).
 */
static __always_inline bool send_echo_reply(struct xdp_md *ctx, uint32_t link, const struct arrival *arrival,
                                            const struct sim_hop *hop)
{
    uint8_t *frame = (void *)(long)ctx->data, *ip = frame + link, *icmp = ip + IPV4_HEADER;
    const uint8_t *end = (void *)(long)ctx->data_end;

    if (!HAS_BYTES(frame, LONGEST_LINK, end) || !HAS_BYTES(ip, QUOTATION_MIN, end))
        return false;
    if (!arrival->whole || load_be16(icmp) != ICMP_ECHO_REQUEST << 8)
        return false;

    uint32_t others = (uint16_t)~load_be16(icmp + ICMP_CHECKSUM) + (uint16_t) ~(ICMP_ECHO_REQUEST << 8);
    swap_macs(frame);
    write_answer_ipv4(ip, arrival, hop, arrival->tos, arrival->total_length);
    store_be16(icmp, ICMP_ECHO_REPLY << 8);
    store_be16(icmp + ICMP_CHECKSUM, checksum_finish(others));
    return resize(ctx, link + arrival->total_length);
}
