// SPDX-License-Identifier: GPL-2.0-or-later
/* UDP probes of packet/tracked.h: the flow is a destination port, from 33434 on as traceroute has it. */
#include "bytes.h"
#include "checksum.h"
#include "packet/tracked_protocol.h"
#include "reply_parse.h"

enum {
    UDP = 17,
    UDP_HEADER = 8,
};

static uint16_t source_port(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return (uint16_t)(TRACKED_PORTS | tracked_flow_tag(tracked, sent, sent->probe.flow));
}

static uint16_t destination_port(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return (uint16_t)(tracked->port + sent->probe.flow);
}

/* The payload's first word makes the checksum come out as the proof. */
static void write(const struct tracked *tracked, const struct tracked_probe *sent, uint8_t *ip,
                  unsigned length)
{
    uint8_t *udp = ip + IPV4_HEADER;
    uint16_t udp_length = (uint16_t)(length - IPV4_HEADER);
    uint16_t from = source_port(tracked, sent), to = destination_port(tracked, sent);
    uint16_t shown = tracked_proof(tracked, sent);
    uint32_t sum = checksum_u32(sent->source) + checksum_u32(sent->probe.target) + UDP + 2U * udp_length +
                   from + to + shown;

    store_be16(udp, from);
    store_be16(udp + 2, to);
    store_be16(udp + 4, udp_length);
    store_be16(udp + 6, shown);
    store_be16(udp + 8, checksum_finish(sum));
}

static uint16_t number(struct tracked *tracked, const struct reply_view *view)
{
    (void)tracked;
    return load_be16(view->quotation + 4);
}

static uint16_t proof(const struct reply_view *view)
{
    return load_be16(view->transport + 6);
}

static unsigned match(const struct tracked *tracked, const struct tracked_probe *sent,
                      const struct reply_view *view)
{
    const uint8_t *udp = view->transport;

    return (load_be16(udp) == source_port(tracked, sent) ? MATCH_FLOW : 0) |
           (load_be16(udp + 2) == destination_port(tracked, sent) ? MATCH_PORT : 0) |
           (load_be16(udp + 6) == tracked_proof(tracked, sent) ? MATCH_PROOF : 0);
}

const struct tracked_protocol tracked_udp = {
    .protocol = UDP,
    .header = UDP_HEADER + 2,
    .usual_port = 33434,
    .max_flow = 0xffff,
    .write = write,
    .number = number,
    .proof = proof,
    .match = match,
};
