// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * UDP probes of packet/tracked.h: the flow is a destination port, from 33434 on as traceroute has it. The
 * payload's first word makes the checksum come out as the proof. Where there is no room for one, the checksum
 * is that of the flow, and the IP ID alone tells the probes of a flow apart.
 */
#include "bytes.h"
#include "checksum.h"
#include "packet/tracked_protocol.h"
#include "reply_parse.h"

enum {
    PROOF_ROOM = 2, /* bytes of payload */
};

static uint16_t source_port(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return (uint16_t)(TRACKED_PORTS | tracked_flow_tag(tracked, sent, sent->probe.flow));
}

static uint16_t destination_port(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return (uint16_t)(tracked->port + sent->probe.flow);
}

static uint16_t payload_length(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return (uint16_t)(tracked_length(tracked, &sent->probe) - IPV4_HEADER - UDP_HEADER);
}

/* What all words add up to but for checksum and payload. */
static uint32_t sum_of(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return tracked_address_sum(sent) + PROTOCOL_UDP + 2U * (UDP_HEADER + payload_length(tracked, sent)) +
           source_port(tracked, sent) + destination_port(tracked, sent);
}

static bool proves(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return payload_length(tracked, sent) >= PROOF_ROOM;
}

/* Never 0, which would mean that there is none (RFC 768). */
static uint16_t checksum(const struct tracked *tracked, const struct tracked_probe *sent)
{
    uint16_t sum =
        proves(tracked, sent) ? tracked_proof(tracked, sent) : checksum_finish(sum_of(tracked, sent));

    return sum ? sum : 0xffff;
}

static void write(const struct tracked *tracked, const struct tracked_probe *sent, uint8_t *ip,
                  unsigned length)
{
    uint8_t *udp = ip + IPV4_HEADER;
    uint16_t shown = checksum(tracked, sent);

    store_be16(udp, source_port(tracked, sent));
    store_be16(udp + 2, destination_port(tracked, sent));
    store_be16(udp + 4, (uint16_t)(length - IPV4_HEADER));
    store_be16(udp + 6, shown);
    if (proves(tracked, sent))
        store_be16(udp + UDP_HEADER, checksum_finish(sum_of(tracked, sent) + shown));
    else if (payload_length(tracked, sent))
        udp[UDP_HEADER] = 0; /* whatever an earlier probe left there */
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
           (load_be16(udp + 6) == checksum(tracked, sent) ? MATCH_PROOF : 0);
}

const struct tracked_protocol tracked_udp = {
    .protocol = PROTOCOL_UDP,
    .header = UDP_HEADER,
    .longest_header = UDP_HEADER,
    .proof_room = PROOF_ROOM,
    .usual_port = PORT_TRACEROUTE,
    .max_flow = 0xffff,
    .write = write,
    .number = number,
    .proof = proof,
    .match = match,
};
