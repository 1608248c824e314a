// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * SYN segments as probes of packet/tracked.h (RFC 9293). The port is one that a service listens on, so flows
 * differ in their source ports. No connection comes about: the kernel knows none of these ports and answers
 * a SYN-ACK with RST.
 */
#include "bytes.h"
#include "checksum.h"
#include "packet/tracked_protocol.h"
#include "reply_parse.h"

enum {
    TCP_HEADER_WITH_MSS = 24, /* some firewalls drop a SYN without options */
    WINDOW = 0xffff,
    MSS_OPTION = 0x0204,
    MSS = 1460,
};

static uint16_t source_port(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return (uint16_t)(TRACKED_PORTS | (tracked_flow_tag(tracked, sent, 0) + sent->probe.flow));
}

static uint32_t sequence(const struct tracked *tracked, const struct tracked_probe *sent)
{
    return (uint32_t)tracked_proof(tracked, sent) << 16 | (uint16_t)sent->number;
}

/* What fits there becomes a longer header, ends of options behind the first: firewalls drop a SYN that
 * carries data more often than not. */
static unsigned header_length(unsigned length)
{
    unsigned room = length - IPV4_HEADER;

    return room < TCP_HEADER_MAX ? room / 4 * 4 : TCP_HEADER_MAX;
}

static void write(const struct tracked *tracked, const struct tracked_probe *sent, uint8_t *ip,
                  unsigned length)
{
    uint8_t *tcp = ip + IPV4_HEADER;
    uint32_t sum = tracked_address_sum(sent) + PROTOCOL_TCP + (length - IPV4_HEADER);

    store_be16(tcp, source_port(tracked, sent));
    store_be16(tcp + 2, tracked->port);
    store_be32(tcp + 4, sequence(tracked, sent));
    store_be32(tcp + 8, 0);
    store_be16(tcp + 12, (uint16_t)(header_length(length) / 4 << 12 | TCP_SYN));
    store_be16(tcp + 14, WINDOW);
    store_be32(tcp + 16, 0);
    store_be16(tcp + 20, MSS_OPTION);
    store_be16(tcp + 22, MSS);
    for (int i = 0; i < TCP_HEADER_WITH_MSS; i += 2)
        sum += load_be16(tcp + i);
    store_be16(tcp + 16, checksum_finish(sum));
}

/* Firewalls that draw sequence numbers anew leave the IP ID. */
static uint16_t number(struct tracked *tracked, const struct reply_view *view)
{
    uint32_t quoted = load_be32(view->transport + 4);
    const struct tracked_probe *sent = tracked_find(tracked, (uint16_t)quoted);

    return sent && sequence(tracked, sent) == quoted ? (uint16_t)quoted : load_be16(view->quotation + 4);
}

static uint16_t proof(const struct reply_view *view)
{
    return load_be16(view->transport + 4);
}

static unsigned match(const struct tracked *tracked, const struct tracked_probe *sent,
                      const struct reply_view *view)
{
    const uint8_t *tcp = view->transport;

    return (load_be16(tcp) == source_port(tracked, sent) ? MATCH_FLOW : 0) |
           (load_be16(tcp + 2) == tracked->port ? MATCH_PORT : 0) |
           (load_be32(tcp + 4) == sequence(tracked, sent) ? MATCH_PROOF : 0);
}

static uint32_t data_length(const struct tracked_probe *sent)
{
    return sent->probe.size > IPV4_HEADER + TCP_HEADER_WITH_MSS
               ? (uint32_t)sent->probe.size - IPV4_HEADER - header_length(sent->probe.size)
               : 0;
}

/* The probe whose SYN, and `data` bytes behind it, are acknowledged. */
static struct tracked_probe *find(struct tracked *tracked, uint16_t port, uint32_t acknowledged,
                                  uint32_t data)
{
    uint32_t number = acknowledged - 1 - data;
    struct tracked_probe *sent = tracked_find(tracked, (uint16_t)number);
    bool ours = sent && sequence(tracked, sent) == number && source_port(tracked, sent) == port &&
                (data == 0 || data == data_length(sent));

    return ours ? sent : NULL;
}

/* Checksums are not looked at: those of packets from this machine are written by a device that they never
 * reach. */
static enum decode_verdict answer(struct tracked *tracked, const uint8_t *ip, size_t header, size_t length,
                                  struct reply *out)
{
    const uint8_t *tcp = ip + header;

    if (length < header + TCP_HEADER || !(tcp[13] & (TCP_RST | TCP_SYN)) || !(tcp[13] & TCP_ACK))
        return DECODE_REJECT_NOT_A_REPLY;

    uint16_t port = load_be16(tcp + 2);
    uint32_t acknowledged = load_be32(tcp + 8);
    out->sent = find(tracked, port, acknowledged, 0);
    /* A host that refuses may count the data too; probes of one run have as much. */
    struct tracked_probe *last = tracked_find(tracked, (uint16_t)tracked->number);
    if (!out->sent && last)
        out->sent = find(tracked, port, acknowledged, data_length(last));
    if (!out->sent || load_be16(tcp) != tracked->port)
        return DECODE_REJECT_FOREIGN;
    out->kind = tcp[13] & TCP_RST ? REPLY_TCP_RST : REPLY_TCP_SYN_ACK;
    return DECODE_ACCEPTED;
}

const struct tracked_protocol tracked_tcp = {
    .protocol = PROTOCOL_TCP,
    .header = TCP_HEADER_WITH_MSS,
    .longest_header = TCP_HEADER_MAX,
    .usual_port = PORT_HTTP,
    .max_flow = 0x7fff,
    .write = write,
    .number = number,
    .proof = proof,
    .match = match,
    .answer = answer,
};
