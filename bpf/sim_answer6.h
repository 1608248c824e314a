// SPDX-License-Identifier: GPL-2.0-or-later
/* The answers of routers and targets to IPv6 packets. Those to IPv4 packets are in sim_router.bpf.c. */
#pragma once

#include "sim_error6.h"
#include "sim_meter.h"
#include "sim_router.h"
#include "sim_tcp.h"

/* No error is sent about an error, or about a redirect (RFC 4443, section 2.4 e). */
static __always_inline bool is_icmp6_error(const uint8_t *icmp)
{
    return icmp[ICMP_TYPE] < ICMP6_FIRST_INFORMATION || icmp[ICMP_TYPE] == ICMP6_REDIRECT;
}

/* Returns the first byte after all headers, of which eight are there; NULL if they are not, which only the
 * verifier needs. */
static __always_inline const uint8_t *transport_of6(struct xdp_md *ctx, uint32_t link,
                                                    const struct desk6 *desk)
{
    uint32_t at = link + desk->arrival.transport;

    if (at > LONGEST_LINK + EXTENSIONS_END)
        return NULL;

    const uint8_t *transport = (const uint8_t *)(long)ctx->data + at;
    return HAS_BYTES(transport, QUOTED_MIN, (const uint8_t *)(long)ctx->data_end) ? transport : NULL;
}

static __always_inline enum sim_counter answer_as_router6(struct xdp_md *ctx, uint32_t link,
                                                          struct desk6 *desk)
{
    const uint8_t *transport = transport_of6(ctx, link, desk);

    if (!transport || (desk->arrival.seen.protocol == PROTOCOL_ICMPV6 && is_icmp6_error(transport)))
        return SIM_IGNORED;
    if (desk->hop.limiter && !may_answer(desk->hop.router, desk->hop.limiter, FAMILY_IPV6))
        return SIM_RATE_LIMITED;
    return send_error6(ctx, link, desk, HOP_LIMIT_EXCEEDED, 0) ? SIM_TIME_EXCEEDED : SIM_IGNORED;
}

/* As over IPv4 (sim_echo.h): turns the request itself into the reply (RFC 4443, section 4.2). */
static __noinline bool send_echo_reply6(struct xdp_md *ctx, uint32_t link, struct desk6 *desk)
{
    const uint8_t *request = transport_of6(ctx, link, desk);

    if (!request || !desk->arrival.seen.whole || load_be16(request) != ICMP6_ECHO_REQUEST << 8)
        return false;

    uint32_t others = (uint16_t)~load_be16(request + ICMP_CHECKSUM) + (uint16_t) ~(ICMP6_ECHO_REQUEST << 8);
    if (!start_answer6(ctx, link, desk, desk->arrival.seen.total_length - desk->arrival.transport))
        return false;

    uint8_t *icmp = (uint8_t *)(long)ctx->data + link + IPV6_HEADER;
    if (!HAS_BYTES(icmp, ICMP_HEADER, (const uint8_t *)(long)ctx->data_end))
        return false;
    store_be16(icmp, ICMP6_ECHO_REPLY << 8);
    store_be16(icmp + ICMP_CHECKSUM, checksum_finish(others + (ICMP6_ECHO_REPLY << 8)));
    return true;
}

static __noinline enum sim_counter answer_segment6(struct xdp_md *ctx, uint32_t link, struct desk6 *desk)
{
    const uint8_t *tcp = transport_of6(ctx, link, desk);
    struct tcp_segment in, out;

    if (!tcp || !desk->arrival.seen.whole ||
        !read_segment(tcp, (const uint8_t *)(long)ctx->data_end,
                      desk->arrival.seen.total_length - desk->arrival.transport, &in))
        return SIM_IGNORED;
    if (!answer_segment(&in, &desk->arrival.seen, &desk->hop, &out))
        return SIM_SILENT;
    if (!start_answer6(ctx, link, desk, TCP_HEADER))
        return SIM_IGNORED;

    uint8_t *answer = (uint8_t *)(long)ctx->data + link + IPV6_HEADER;
    if (!HAS_BYTES(answer, TCP_HEADER, (const uint8_t *)(long)ctx->data_end))
        return SIM_IGNORED;
    write_segment(answer, &out, sum_address(desk->arrival.target) + sum_address(desk->arrival.source));
    return SIM_TCP_REPLY;
}

/* A valid datagram has a checksum (RFC 8200, section 8.1). An incomplete one would wait for its other
 * fragments, which never come. */
static __always_inline bool is_datagram6(const uint8_t *udp, const struct arrival6 *arrival)
{
    uint32_t length = load_be16(udp + UDP_LENGTH);

    return arrival->seen.whole && length >= UDP_HEADER && load_be16(udp + UDP_CHECKSUM) &&
           length + arrival->transport <= arrival->seen.total_length;
}

/* Parameter Problem points to the field with the protocol that the target does not know. */
static __always_inline enum sim_counter refuse6(struct xdp_md *ctx, uint32_t link, struct desk6 *desk)
{
    const uint8_t *transport = transport_of6(ctx, link, desk);
    bool is_udp = desk->arrival.seen.protocol == PROTOCOL_UDP;

    if (!transport || desk->arrival.seen.protocol == EXTENSION_NONE ||
        (is_udp && !is_datagram6(transport, &desk->arrival)))
        return SIM_IGNORED;
    return send_error6(ctx, link, desk, is_udp ? PORT_UNREACHABLE6 : NEXT_HEADER_UNKNOWN,
                       is_udp ? 0 : desk->arrival.named_at)
               ? SIM_PORT_UNREACHABLE
               : SIM_IGNORED;
}

static __always_inline enum sim_counter answer_as_target6(struct xdp_md *ctx, uint32_t link,
                                                          struct desk6 *desk)
{
    if (desk->arrival.seen.protocol == PROTOCOL_TCP)
        return answer_segment6(ctx, link, desk);
    if (!sim_firewall_passes(desk->hop.firewall, desk->arrival.seen.protocol, 0, 0))
        return SIM_SILENT;
    if (desk->arrival.seen.protocol == PROTOCOL_ICMPV6)
        return send_echo_reply6(ctx, link, desk) ? SIM_ECHO_REPLY : SIM_IGNORED;
    return refuse6(ctx, link, desk);
}
