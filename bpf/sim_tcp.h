// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TCP without stored connections (RFC 9293, section 3.10.7): closed ports, and a few ports that accept
 * connections and then send no data. The acknowledgement number alone shows whether a segment belongs to a
 * connection that was accepted here, as with SYN cookies (RFC 4987, section 3.6).
 */
#pragma once

#include "sim_packet.h"

#define WIDEST_WINDOW  0xffff
#define INITIAL_NUMBER 0x5eed0c0dU /* for the hash of initial sequence numbers only */

enum tcp_answer {
    TCP_ANSWER,
    TCP_NO_ANSWER,
    TCP_MALFORMED,
};

struct tcp_segment {
    uint32_t sequence, acknowledged;
    uint16_t from, to;
    uint16_t data; /* bytes */
    uint8_t flags;
};

/* Reads the segment of `length` bytes at `tcp`. */
static __always_inline bool read_segment(const uint8_t *tcp, const uint8_t *end, uint32_t length,
                                         struct tcp_segment *segment)
{
    if (!HAS_BYTES(tcp, TCP_HEADER, end))
        return false;

    uint32_t header = ((uint32_t)tcp[TCP_DATA_OFFSET] >> 4) * 4;
    if (header < TCP_HEADER || header > length)
        return false;

    segment->from = load_be16(tcp + PORT_SOURCE);
    segment->to = load_be16(tcp + PORT_DESTINATION);
    segment->sequence = load_be32(tcp + TCP_SEQUENCE);
    segment->acknowledged = load_be32(tcp + TCP_ACKNOWLEDGMENT);
    segment->flags = tcp[TCP_FLAGS];
    segment->data = (uint16_t)(length - header);
    return true;
}

/* The sequence numbers that a segment uses: SEG.LEN of RFC 9293. */
static __always_inline uint32_t segment_length(const struct tcp_segment *segment)
{
    return segment->data + !!(segment->flags & TCP_SYN) + !!(segment->flags & TCP_FIN);
}

/* Decides which segment is sent back. Returns false if there is none. */
static __always_inline bool answer_segment(const struct tcp_segment *in, const struct arrival *arrival,
                                           const struct sim_hop *hop, struct tcp_segment *out)
{
    uint32_t initial = (uint32_t)mix64(arrival->flow ^ INITIAL_NUMBER);
    bool is_connected = in->flags & TCP_ACK && in->acknowledged == initial + 1;
    uint8_t kind = in->flags & (TCP_SYN | TCP_ACK | TCP_FIN);

    if (in->flags & TCP_RST)
        return false;
    if (!is_connected && !sim_firewall_passes(hop->firewall, PROTOCOL_TCP, in->to, in->flags))
        return false;
    *out = (struct tcp_segment){.from = in->to, .to = in->from};
    if (sim_port_is_open(in->to) && kind == TCP_SYN) {
        out->sequence = initial;
        out->acknowledged = in->sequence + 1;
        out->flags = TCP_SYN_ACK;
    } else if (sim_port_is_open(in->to) && kind == TCP_ACK && !in->data && is_connected) {
        return false; /* the client's last step of the handshake, or a keep-alive */
    } else if (in->flags & TCP_ACK) {
        out->sequence = in->acknowledged;
        out->flags = TCP_RST;
    } else {
        out->acknowledged = in->sequence + segment_length(in);
        out->flags = TCP_RST | TCP_ACK;
    }
    return true;
}

/* `sum` is the sum of both addresses: the rest of TCP's pseudo-header has the same sum in both families. */
static __always_inline void write_segment(uint8_t *tcp, const struct tcp_segment *segment, uint32_t sum)
{
    sum += PROTOCOL_TCP + TCP_HEADER;
    store_be16(tcp + PORT_SOURCE, segment->from);
    store_be16(tcp + PORT_DESTINATION, segment->to);
    store_be32(tcp + TCP_SEQUENCE, segment->sequence);
    store_be32(tcp + TCP_ACKNOWLEDGMENT, segment->acknowledged);
    store_be16(tcp + TCP_DATA_OFFSET, (uint16_t)TCP_OFFSET_AND_FLAGS(TCP_HEADER, segment->flags));
    store_be16(tcp + TCP_WINDOW, segment->flags & TCP_SYN ? WIDEST_WINDOW : 0);
    store_be32(tcp + TCP_CHECKSUM, 0);
    for (int i = 0; i < TCP_HEADER; i += 2)
        sum += load_be16(tcp + i);
    store_be16(tcp + TCP_CHECKSUM, checksum_finish(sum));
}

/* Turns the frame into the target's answer to a segment. */
static __always_inline enum tcp_answer send_segment(struct xdp_md *ctx, uint32_t link,
                                                    const struct arrival *arrival, const struct sim_hop *hop)
{
    uint8_t *frame = (void *)(long)ctx->data, *ip = frame + link;
    const uint8_t *end = (void *)(long)ctx->data_end;
    struct tcp_segment in, out;

    if (!HAS_BYTES(frame, LONGEST_LINK, end) || !HAS_BYTES(ip, IPV4_HEADER + TCP_HEADER, end) ||
        !arrival->whole || !read_segment(ip + IPV4_HEADER, end, arrival->total_length - IPV4_HEADER, &in))
        return TCP_MALFORMED;
    if (!answer_segment(&in, arrival, hop, &out))
        return TCP_NO_ANSWER;

    swap_macs(frame);
    write_answer_ipv4(ip, arrival, hop, 0, IPV4_HEADER + TCP_HEADER);
    write_segment(ip + IPV4_HEADER, &out, checksum_u32(arrival->target) + checksum_u32(arrival->source));
    return resize(ctx, link + IPV4_HEADER + TCP_HEADER) ? TCP_ANSWER : TCP_MALFORMED;
}
