// SPDX-License-Identifier: GPL-2.0-or-later
/* Recognizes a quotation or an echo of a probe with given headers: the reading half of packet/given.h. */
#include "base/clock.h"
#include "bytes.h"
#include "ip_header.h"
#include "packet/given_wire.h"
#include "packet/reply_read.h"

/* A probe as read from a packet. */
struct reading {
    struct probe probe;
    uint16_t tick;
    uint16_t short_proof; /* 0: absent */
    const uint8_t *data;  /* starts QUOTED_MIN bytes behind the IP header; may be cut */
    size_t length;        /* bytes of it that are there */
};

/* Computes the TTL from the length behind the IP header; returns false if no probe has that length. */
static bool read_ttl(unsigned behind_ip, uint8_t *ttl)
{
    unsigned least = UDP_HEADER + GIVEN_DATA;

    *ttl = (uint8_t)(behind_ip - least);
    return behind_ip >= least && behind_ip - least <= UINT8_MAX;
}

/* UDP has its own length field, which routers have no reason to change. */
static bool read_transport(const uint8_t *transport, uint8_t protocol, unsigned behind_ip,
                           struct reading *out)
{
    bool udp = protocol == PROTOCOL_UDP;

    out->probe.query = load_be16(transport + (udp ? PORT_SOURCE : ICMP_IDENTIFIER));
    out->probe.flow = udp ? load_be16(transport + PORT_DESTINATION) : 0;
    out->probe.owner = given_owner(protocol, 0);
    out->tick = load_be16(transport + GIVEN_TICK);
    return read_ttl(udp ? load_be16(transport + UDP_LENGTH) : behind_ip, &out->probe.ttl);
}

static bool is_echo_request(enum address_family family, const uint8_t *icmp)
{
    return icmp[ICMP_TYPE] == (family == FAMILY_IPV4 ? ICMP_ECHO_REQUEST : ICMP6_ECHO_REQUEST);
}

static bool has_protocol(enum address_family family, uint8_t protocol)
{
    return protocol == PROTOCOL_UDP || protocol == (family == FAMILY_IPV4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6);
}

/* Reads a quotation that ends, or whose frame ends, at `end`. */
static bool read_quotation(const struct reply_view *view, const uint8_t *end, struct reading *out)
{
    const uint8_t *ip = view->quotation;
    unsigned header = (unsigned)(view->transport - ip);
    size_t length = ip_length(view->family, ip);

    if (ip_version(ip) != (unsigned)view->family || !has_protocol(view->family, view->protocol) ||
        length < header)
        return false;
    if (view->protocol != PROTOCOL_UDP && !is_echo_request(view->family, view->transport))
        return false;
    out->probe.target_address = ip_destination(view->family, ip);
    out->short_proof = ip_id(view->family, ip);
    out->data = view->transport + QUOTED_MIN;
    out->length = (size_t)(end - out->data);
    return read_transport(view->transport, view->protocol, (unsigned)length - header, out);
}

static bool is_proven(const struct given *given, const struct reading *reading)
{
    uint64_t proof = given_proof(given->key, &reading->probe, reading->tick);

    if (reading->short_proof)
        return reading->short_proof == given_short_proof(proof);
    return reading->length >= GIVEN_DATA && load_be64(reading->data + 2) == proof;
}

/* Returns the last time before `received_ns` with this tick. */
static uint32_t sent_at_us(uint16_t tick, uint64_t received_ns)
{
    uint64_t now = received_ns / GIVEN_TICK_NS,
             ago = (now % GIVEN_TICKS + 1 + GIVEN_TICKS - tick) % GIVEN_TICKS;

    return (uint32_t)((now - ago) * GIVEN_TICK_NS / NS_PER_US);
}

static enum decode_verdict judge(struct given *given, const struct reading *reading, uint64_t received_ns,
                                 struct reply *out)
{
    if (!reading->tick)
        return DECODE_REJECT_FOREIGN;
    if (!given->unproven && !is_proven(given, reading))
        return DECODE_REJECT_FORGED;
    out->quoted.probe.target_address = reading->probe.target_address;
    out->quoted.probe.ttl = reading->probe.ttl;
    out->quoted.sent_at = sent_at_us(reading->tick, received_ns);
    return DECODE_ACCEPTED;
}

/* Limits answers per probe: otherwise anybody who sees a probe could answer it for ever. */
static enum decode_verdict count(struct given *given, const struct reading *reading)
{
    uint64_t hash = given_proof(given->key, &reading->probe, reading->tick);

    return !given->most || answer_cell_admits(&given->seen[hash % CELLS], hash, given->most) ? DECODE_ACCEPTED
                                                                                             : DECODE_EXCESS;
}

static enum decode_verdict decode_error(struct given *given, const struct reply_view *view,
                                        const uint8_t *end, uint64_t received_ns, struct reply *out)
{
    struct reading reading = {0};
    enum decode_verdict verdict;

    if (!read_quotation(view, end, &reading))
        return DECODE_REJECT_FOREIGN;
    verdict = judge(given, &reading, received_ns, out);
    if (verdict == DECODE_ACCEPTED)
        verdict = reply_read_error(view, end, out);
    out->quoted.source = ip_source(view->family, view->quotation);
    out->quoted.quoted_ttl = ip_ttl(view->family, view->quotation);
    return verdict == DECODE_ACCEPTED ? count(given, &reading) : verdict;
}

/* An Echo Reply has everything but the IP ID. Its sender counts as the target, whose address it does not
 * contain. */
static enum decode_verdict decode_echo(struct given *given, enum address_family family, const uint8_t *ip,
                                       const uint8_t *end, uint64_t received_ns, struct reply *out)
{
    bool ipv4 = family == FAMILY_IPV4;
    uint8_t protocol = ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    struct answer_view view;
    struct reading reading = {0};

    if (!reply_find_answer(family, ip, end, protocol, &view) ||
        view.transport[ICMP_TYPE] != (ipv4 ? ICMP_ECHO_REPLY : ICMP6_ECHO_REPLY))
        return DECODE_REJECT_NOT_A_REPLY;
    reading.probe.target_address = ip_source(family, ip);
    reading.data = view.transport + QUOTED_MIN;
    reading.length = (size_t)(view.end - reading.data);
    if (!read_transport(view.transport, protocol,
                        (unsigned)(ip_length(family, ip) - (size_t)(view.transport - ip)), &reading))
        return DECODE_REJECT_FOREIGN;

    enum decode_verdict verdict = judge(given, &reading, received_ns, out);
    out->kind = REPLY_ECHO;
    out->quoted.source = ip_destination(family, ip);
    if (verdict == DECODE_ACCEPTED)
        verdict = reply_read_answer(&view, out);
    return verdict == DECODE_ACCEPTED ? count(given, &reading) : verdict;
}

enum decode_verdict given_decode(struct given *given, const uint8_t *ip, size_t length, uint64_t received_ns,
                                 struct reply *out)
{
    enum address_family family = length ? ip_family(ip) : FAMILY_IPV6;
    struct reply_view view = {0};

    *out = (struct reply){0};
    switch (reply_parse_ip(family, ip, ip + length, &view)) {
    case REPLY_TRUNCATED:
        return DECODE_REJECT_TRUNCATED;
    case REPLY_NOT:
        return decode_echo(given, family, ip, ip + length, received_ns, out);
    default:
        return decode_error(given, &view, ip + length, received_ns, out);
    }
}
