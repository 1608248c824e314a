// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tracked probes by TCP (layout_tracked.h), whatever family is below: the number in the sequence number's low
 * half, the proof in its high half. An ACK acknowledges the same.
 *
 * A probe's size becomes a longer header, ends of options behind the first, before it becomes data: firewalls
 * drop a SYN that carries data more often than not. `room` is what is behind the IP header.
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

/* tcp_tracked_lengthen() makes the header as long as it is with so much room; returns what that adds to the
 * sum of a template, which is that of a segment that ends with its own. */
static inline uint32_t tcp_tracked_lengthen(uint8_t *tcp, unsigned room)
{
    unsigned before = tcp[TCP_DATA_OFFSET] >> 4, after = tcp_tracked_header(room) / 4;

    tcp[TCP_DATA_OFFSET] = (uint8_t)(after << 4);
    return room - 4 * before + ((after - before) << 12);
}

/* tcp_tracked_finish_syn() and tcp_tracked_finish_ack() write what is left, the checksum last. `sum` is that of
 * all that is written already. */
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

/* A host that refuses a SYN may count its data, too; probes of one run have as much. */
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

/* Whether a segment goes back between the ports of the one that was sent. */
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
