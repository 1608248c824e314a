// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tracked probes by TCP (layout_tracked.h) over either family. The low half of the sequence number is the
 * number, the high half is the proof. The acknowledgment of an ACK is the same.
 *
 * A larger probe first gets a longer header, filled with end-of-options bytes, and only then data, because most
 * firewalls drop a SYN that carries data. `room` is the number of bytes after the IP header.
 */
#pragma once

#include "layout_tcp.h"
#include "layout_tracked.h"

static inline unsigned tcp_tracked_max_flow(uint16_t port)
{
    (void)port;
    return LAYOUT_PORTS - 1;
}

static inline unsigned tcp_tracked_header(unsigned room)
{
    return room < TCP_HEADER_MAX ? room / 4 * 4 : TCP_HEADER_MAX;
}

static inline unsigned tcp_tracked_data(unsigned room)
{
    return room - tcp_tracked_header(room);
}

static inline uint32_t tcp_tracked_sequence(struct tracked_stamp stamp)
{
    return (uint32_t)stamp.proof << 16 | stamp.number;
}

/* tcp_tracked_lengthen() sets the length of the header for so much room. Returns what that adds to the sum of a
 * template, which is that of a segment with the shortest header and no data. */
static inline uint32_t tcp_tracked_lengthen(uint8_t *tcp, unsigned room)
{
    unsigned before = tcp[TCP_DATA_OFFSET] >> 4, after = tcp_tracked_header(room) / 4;

    tcp[TCP_DATA_OFFSET] = (uint8_t)(after << 4);
    return room - 4 * before + ((after - before) << 12);
}

/* tcp_tracked_finish_syn() and tcp_tracked_finish_ack() write the remaining fields and the checksum. `sum` is
 * the sum of the fields that are already written. */
static inline void tcp_tracked_finish_syn(uint8_t *tcp, uint32_t sum)
{
    store_be16(tcp + TCP_CHECKSUM, checksum_finish(sum));
}

static inline void tcp_tracked_finish_ack(uint8_t *tcp, struct tracked_stamp stamp, uint32_t sum)
{
    uint32_t acknowledgment = tcp_tracked_sequence(stamp);

    store_be32(tcp + TCP_ACKNOWLEDGMENT, acknowledgment);
    store_be16(tcp + TCP_CHECKSUM, checksum_finish(sum + checksum_u32(acknowledgment)));
}

/* A host that refuses a SYN may acknowledge its data, too. All probes of a run have the same amount of data. */
static inline bool tcp_syn_tracked_answer(const uint8_t *tcp, const uint8_t *end, unsigned room,
                                          struct tracked_answer *out)
{
    if (!HAS_BYTES(tcp, TCP_HEADER, end))
        return false;
    out->number = (uint16_t)(load_be32(tcp + TCP_ACKNOWLEDGMENT) - 1);
    out->other_number = (uint16_t)(out->number - tcp_tracked_data(room));
    return tcp_answers_syn(tcp, &out->kind);
}

static inline bool tcp_ack_tracked_answer(const uint8_t *tcp, const uint8_t *end, unsigned room,
                                          struct tracked_answer *out)
{
    (void)room;
    if (!HAS_BYTES(tcp, TCP_HEADER, end))
        return false;
    out->number = out->other_number = (uint16_t)load_be32(tcp + TCP_SEQUENCE);
    return tcp_answers_ack(tcp, &out->kind);
}

/* Whether the ports of a segment are those of the sent one, in the other direction. */
static inline bool tcp_tracked_goes_back(const uint8_t *sent, const uint8_t *tcp)
{
    return load_be16(tcp + PORT_SOURCE) == load_be16(sent + PORT_DESTINATION) &&
           load_be16(tcp + PORT_DESTINATION) == load_be16(sent + PORT_SOURCE);
}

static inline enum probe_origin tcp_syn_tracked_answers(const struct tracked_request *sent, const uint8_t *ip,
                                                        const uint8_t *tcp, const uint8_t *end)
{
    const uint8_t *syn = sent->transport;
    uint32_t data = load_be32(tcp + TCP_ACKNOWLEDGMENT) - 1 - load_be32(syn + TCP_SEQUENCE);
    bool acknowledges = data == 0 || data == tcp_tracked_data(sent->room);

    (void)ip, (void)end;
    return tcp_tracked_goes_back(syn, tcp) && acknowledges ? PROBE_OURS : PROBE_FOREIGN;
}

static inline enum probe_origin tcp_ack_tracked_answers(const struct tracked_request *sent, const uint8_t *ip,
                                                        const uint8_t *tcp, const uint8_t *end)
{
    const uint8_t *ack = sent->transport;
    bool returns = load_be32(tcp + TCP_SEQUENCE) == load_be32(ack + TCP_ACKNOWLEDGMENT);

    (void)ip, (void)end;
    return tcp_tracked_goes_back(ack, tcp) && returns ? PROBE_OURS : PROBE_FOREIGN;
}
